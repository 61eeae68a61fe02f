/** What a container is: which files it recognises, and how they become images. */
import type { Codecs } from '../pictures/decoder.ts';
import type { ImageSet, Labels, StoredImages } from '../types.ts';
import type { OptionId, ReadOptions } from './options.ts';
import type { ReadProgress, SourceFile } from './source.ts';

/** Which split images belong to; `all` where nothing says so. */
export type Split = 'train' | 'validation' | 'test' | 'all';

/** Images of one file, or of files that belong together. */
export interface Part extends Omit<ImageSet, 'labels'> {
  /** Where they come from, for messages. */
  readonly name: string;
  /** As files or folders say it. */
  readonly split: Split;
  /** `[count]`; null where the images have no labels. */
  readonly labels: Labels | null;
  /** `[count]`, path of each image within the source, where each has a file of its own. */
  readonly names?: readonly string[];
}

/** What a container read. */
export interface Content {
  /** At least one. */
  readonly parts: readonly Part[];
  /** By class index, where the files name them. */
  readonly classNames?: readonly string[];
  /** Sentences on what was guessed or left out, each with the option that says otherwise. */
  readonly notes: readonly string[];
}

/** An image by itself. */
export interface NamedImage {
  /** Where it lies within the source: of a file its path, else a number, below the name of its split where there is one. */
  readonly name: string;
  /** One image, of a size of its own. */
  readonly image: ImageSet;
}

/** Images that need not have one size. */
export interface EachContent {
  /** At least one. */
  readonly images: readonly NamedImage[];
  /** Whether the images' labels are known. */
  readonly isLabelled: boolean;
  /** As of `Content`. */
  readonly notes: readonly string[];
}

/** The shape that pictures are brought to where no option says another: that of a network's input. */
export type PictureDefaults = Pick<ReadOptions, 'size' | 'fit' | 'channels' | 'ground'>;

/** The same images, read as they are asked for. */
export interface StoredPart extends Omit<Part, 'pixels'>, Pick<StoredImages, 'read'> {}

/** What a container opened. */
export interface StoredContent extends Omit<Content, 'parts'> {
  /** At least one. */
  readonly parts: readonly StoredPart[];
}

/** What a container is read with. */
export interface ReadContext {
  /** For messages: the folder or archive. */
  readonly source: string;
  /** The files that it recognised. */
  readonly files: readonly SourceFile[];
  /** All files, for what stands beside the data: names of classes. */
  readonly beside: readonly SourceFile[];
  /** What a person said. */
  readonly options: ReadOptions;
  /** How pictures of any size are brought to one where nobody says it. */
  readonly pictureDefaults?: PictureDefaults;
  /** Names out of `classes.txt`; undefined where there is none. */
  readonly classNames?: readonly string[];
  /** Decoders that are WebAssembly; undefined where the caller has none. */
  readonly codecs?: Codecs;
  /** Told how far reading has come. */
  readonly onProgress?: ReadProgress;
}

/** A file format of images, or a way of laying files out. */
export interface Container {
  /** As `container=ID` takes it. */
  readonly id: string;
  /** As people call it. */
  readonly label: string;
  /** What it is, in a sentence. */
  readonly doc: string;
  /** What is read, and how: a row of the docs' table each. */
  readonly cases: readonly (readonly [what: string, how: string])[];
  /** Which guesses can be overruled. */
  readonly options: readonly OptionId[];
  /** Files that are its own by their names, as `plainName` gives them. */
  readonly names: RegExp;
  /** Whether a file of any other name is its own by its first bytes. */
  readonly begins?: (head: Uint8Array) => boolean;
  /**
   * Of stored images each is read once, so that what was decoded can go.
   *
   * @throws LatentError (input) that names the file, what was found and what to do.
   */
  read(context: ReadContext): Promise<Content | StoredContent>;
  /**
   * The same images without all of them in memory; null where these files can be read whole alone.
   *
   * @throws LatentError (input) as `read`.
   */
  readonly open?: (context: ReadContext) => Promise<StoredContent | null>;
  /**
   * The images one by one, of a container that holds some of several sizes; of others those of `read`.
   *
   * @throws LatentError as `read`.
   */
  readEach?(context: ReadContext): Promise<EachContent>;
}
