/** Archives as if they were unpacked: their files take the archive's place in a listing, nothing is written anywhere. */
import { listArchive } from '../../files/archive.ts';
import { MAX_FILE_BYTES, plainName, type Source, type SourceFile } from './source.ts';

const MAX_ENTRIES = 2_000_000;

const isZip = (file: SourceFile): boolean => /\.zip$/.test(plainName(file));

const entriesOf = async (file: SourceFile, prefix: string): Promise<readonly SourceFile[]> =>
  (await listArchive(file, MAX_ENTRIES)).map((entry): SourceFile => {
    const bytes = (): Promise<Uint8Array> => entry.bytes(MAX_FILE_BYTES);
    return {
      name: `${file.name}/${entry.path}`,
      path: `${prefix}${entry.path}`,
      size: entry.size,
      read: async (from, to) => (await bytes()).subarray(from, to),
      bytes,
    };
  });

/** The source with the files of its archives; those of several lie in a folder with the archive's name each. */
export const unzipped = async (source: Source): Promise<Source> => {
  if (!source.files.some(isZip)) return source;
  const files: SourceFile[] = [];
  for (const file of source.files) {
    if (!isZip(file)) files.push(file);
    else
      files.push(...(await entriesOf(file, source.files.length === 1 ? '' : `${file.path.replace(/\.zip$/i, '')}/`)));
  }
  return { ...source, files };
};
