/** Archives as if they were unpacked: their files take the archive's place in a listing, nothing is written anywhere. */
import { inputError } from '../../errors.ts';
import { listArchive } from '../../files/archive.ts';
import { listTar } from '../../files/tar.ts';
import { headOf, MAX_FILE_BYTES, plainName, type ReadProgress, type Source, type SourceFile } from './source.ts';
import { wrongContent } from './wrong-content.ts';

const MAX_ENTRIES = 2_000_000;
/** Of a file whose unpacking takes as long as many others. */
const LARGE = 2 ** 24;

/** What an archive holds, in place of it. */
interface Unpacked {
  readonly files: readonly SourceFile[];
  /** What of it is left out, a sentence each. */
  readonly notes: readonly string[];
}

/** A kind of archive. */
interface ArchiveKind {
  /** By `plainName`. */
  readonly names: RegExp;
  /** @param folder - in which its files lie, `/` behind it; empty where there is nothing else. */
  list(file: SourceFile, folder: string, onProgress?: ReadProgress): Promise<Unpacked>;
}

const zip: ArchiveKind = {
  names: /\.zip$/,
  list: async (file, folder, onProgress) => {
    const entries = await listArchive(file, MAX_ENTRIES);
    const files = entries.map((entry): SourceFile => {
      // Of small ones whoever reads them counts files.
      const report = entry.size < LARGE ? undefined : (done: number) => onProgress?.(done, entry.size, 'bytes');
      const bytes = (): Promise<Uint8Array> => entry.bytes(MAX_FILE_BYTES, report);
      return {
        name: `${file.name}/${entry.path}`,
        path: `${folder}${entry.path}`,
        size: entry.size,
        read: async (from, to) => (await bytes()).subarray(from, to),
        bytes,
      };
    });
    return { files, notes: [] };
  },
};

const leftOutNote = (paths: readonly string[], archive: string): string => {
  const what = paths.length === 1 ? '1 link or the like' : `${paths.length} links and the like`;
  const shown = paths.slice(0, 3).join(', ');
  const verb = paths.length === 1 ? 'was' : 'were';
  return `${what} in ${archive} ${verb} left out: ${shown}${paths.length > 3 ? ', ...' : ''}`;
};

const tar: ArchiveKind = {
  names: /\.(tar|tgz)$/,
  list: async (file, folder, onProgress) => {
    const limits = {
      maxEntries: MAX_ENTRIES,
      maxBytes: MAX_FILE_BYTES,
      onProgress: (done: number) => onProgress?.(done, file.size, 'bytes'),
    };
    const { entries, leftOut } = await listTar(file, limits);
    const files = entries.map(
      ({ path, size, read }): SourceFile => ({
        name: `${file.name}/${path}`,
        path: `${folder}${path}`,
        size,
        read,
        bytes: () => read(0, size),
      }),
    );
    return { files, notes: leftOut.length === 0 ? [] : [leftOutNote(leftOut, file.path)] };
  },
};

/** In the order of the docs. */
const ARCHIVES: readonly ArchiveKind[] = [zip, tar];

const ENDINGS = /\.(zip|tgz|tar)(\.gz)?$/i;

/** @throws LatentError (input) `not-data` of what is no archive but something that is known; as the kinds of archives. */
const unpackedBy = async (
  kind: ArchiveKind,
  file: SourceFile,
  folder: string,
  onProgress: ReadProgress | undefined,
): Promise<Unpacked> => {
  try {
    return await kind.list(file, folder, onProgress);
  } catch (error) {
    const wrong = wrongContent(await headOf(file));
    if (wrong === null || wrong.isArchive) throw error;
    throw inputError('not-data', {
      at: { file: file.name },
      expected: 'a zip or tar archive',
      got: wrong.what,
      hint: wrong.hint,
    });
  }
};

/** The source with the files of its archives; those of several lie in a folder with the archive's name each. */
export const withoutArchives = async (source: Source, onProgress?: ReadProgress): Promise<Source & Unpacked> => {
  const files: SourceFile[] = [];
  const notes: string[] = [];
  for (const file of source.files) {
    const kind = ARCHIVES.find(({ names }) => names.test(plainName(file)));
    if (kind === undefined) files.push(file);
    else {
      const folder = source.files.length === 1 ? '' : `${file.path.replace(ENDINGS, '')}/`;
      const unpacked = await unpackedBy(kind, file, folder, onProgress);
      files.push(...unpacked.files);
      notes.push(...unpacked.notes);
    }
  }
  return { name: source.name, files, notes };
};
