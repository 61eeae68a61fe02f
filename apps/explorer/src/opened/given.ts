/**
 * Files as a person gives them: dropped, or chosen.
 */

export interface GivenFile {
  /** With the folders that were dropped, forward slashes. */
  readonly name: string;
  readonly file: File;
}

/** A run folder among files. */
export interface GivenRun {
  /** Of the folder. */
  readonly name: string;
  /** Its path, with the slash; empty for files without one. */
  readonly folder: string;
  /** By path within the folder. */
  readonly files: ReadonlyMap<string, File>;
  /** All that came along, by name without folders: the zoo's runs have their weights elsewhere. */
  readonly around: ReadonlyMap<string, File>;
}

/** What was given: a model file with those beside it, a run folder, or an archive of either. */
export type OpenSource =
  | {
      readonly kind: 'model';
      readonly model: File;
      readonly beside: ReadonlyMap<string, File>;
      /** The file of the other part, where encoder and decoder lie in two. */
      readonly other?: GivenFile;
      /** The network that somebody wrote, where the file holds weights alone. */
      readonly network?: GivenFile;
    }
  | { readonly kind: 'run'; readonly run: GivenRun }
  | { readonly kind: 'archive'; readonly archive: GivenFile };
