/**
 * Files as readers see them, wherever they lie: on a disk, in a page's memory, within an archive.
 *
 * Node and the page each implement `SourceFile`; everything behind it is the same in both, and so are the pixels.
 */
import { Inflate } from 'fflate';
import { inputError } from '../../errors.ts';
import { gunzip, isGzip } from './gzip.ts';

/** A file of a listing; nothing of it is read before it is asked for. */
export interface SourceFile {
  /** For messages: where a person finds it. */
  readonly name: string;
  /** Within the source, `/` between folders. */
  readonly path: string;
  /** In bytes, as it lies there. */
  readonly size: number;
  /** Bytes `from .. to-1`, fewer at the end of the file. */
  read(from: number, to: number): Promise<Uint8Array>;
  /** All of it. */
  bytes(): Promise<Uint8Array>;
}

/** A folder, an archive, or one file. */
export interface Source {
  /** For messages. */
  readonly name: string;
  /** In any order. */
  readonly files: readonly SourceFile[];
}

/** The first bytes that files are told by. */
export const HEAD_BYTES = 512;

/** Packed bytes that hold more than a head, header of gzip included. */
const PACKED_HEAD_BYTES = 4096;

/** A file in memory. */
export const memoryFile = (path: string, content: Uint8Array, name = path): SourceFile => ({
  name,
  path,
  size: content.length,
  read: (from, to) => Promise.resolve(content.subarray(from, to)),
  bytes: () => Promise.resolve(content),
});

/** The last part of the path. */
export const baseName = ({ path }: Pick<SourceFile, 'path'>): string => path.slice(path.lastIndexOf('/') + 1);

/** The base name in lower case without `.gz`. */
export const plainName = (file: Pick<SourceFile, 'path'>): string => baseName(file).toLowerCase().replace(/\.gz$/, '');

const NAMES_SHOWN = 4;

/** `1 file: a.txt`, `3 files: a.txt, b.txt, c.md`; of more their kinds: `500 files: 480 .txt, 20 .json`. */
export const filesWords = (files: readonly Pick<SourceFile, 'path'>[], kind = ''): string => {
  const number = `${files.length} ${kind}${files.length === 1 ? 'file' : 'files'}`;
  if (files.length <= NAMES_SHOWN) return `${number}: ${files.map(({ path }) => path).join(', ')}`;
  const counts = new Map<string, number>();
  for (const file of files) {
    const ending = /(?<=.)\.[^.]{1,12}$/.exec(plainName(file))?.[0] ?? 'without an ending';
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const shown = sorted.slice(0, NAMES_SHOWN).map(([ending, count]) => `${count} ${ending}`);
  const rest = sorted.slice(NAMES_SHOWN).reduce((sum, [, count]) => sum + count, 0);
  return `${number}: ${[...shown, ...(rest === 0 ? [] : [`${rest} of other kinds`])].join(', ')}`;
};

const unpackedHead = (packed: Uint8Array): Uint8Array => {
  const parts: Uint8Array[] = [];
  const length = 10 + (packed[3] & 8 ? packed.indexOf(0, 10) - 9 : 0);
  try {
    const inflate = new Inflate((piece) => parts.push(piece));
    inflate.push(packed.subarray(length), false);
  } catch {
    return packed; // damaged: whoever reads it whole says so
  }
  const head = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    head.set(part, at);
    at += part.length;
  }
  return head;
};

/** The first bytes of the content: of what is gzipped, those inside. */
export const headOf = async (file: SourceFile): Promise<Uint8Array> => {
  const head = await file.read(0, Math.min(file.size, PACKED_HEAD_BYTES));
  return (isGzip(head) ? unpackedHead(head) : head).subarray(0, HEAD_BYTES);
};

/** What is counted while files are read: whole ones, or bytes of large ones. */
export type ReadUnit = 'files' | 'bytes';

/** Told how far reading has come; one count may follow another, as pictures follow the archive that they were in. */
export type ReadProgress = (done: number, total: number, unit: ReadUnit) => void;

/** Bytes of a file that takes a while to unpack. */
const LARGE = 2 ** 20;

/** What to do with images that one file may hold more of than is read at once. */
export const packingHint = (source: string): string =>
  `pack it on the command line and take the pack: npx latent data pack ${source} --out PACK`;

/** The same of a file that is packed only where it can be read whole. */
export const SAVE_AND_PACK_HINT =
  'save the images as .npy of uint8, or as pictures in a folder, and pack these: npx latent data pack IMAGES.npy --out PACK';

/** How much of a file is read into memory. */
export interface ContentLimit {
  /** Most bytes, as it lies there and unpacked. */
  readonly limit: number;
  /** Of the error of a larger one. */
  readonly code?: string;
  /** What to do with a larger one. */
  readonly hint?: string;
  /** Told of bytes where it has to be unpacked. */
  readonly onProgress?: ReadProgress;
}

/** What no file of numbers may be longer than: what is larger fills an array of no browser. */
export const MAX_FILE_BYTES = 2 ** 31 - 1;

/**
 * The whole content, unpacked where it is gzipped, whatever its name says.
 *
 * @throws LatentError (input) as `gunzip`; `file-oversized`, or the code that is asked for, of a file beyond the limit, unread.
 */
export const contentOf = async (
  file: SourceFile,
  {
    limit = MAX_FILE_BYTES,
    code = 'file-oversized',
    hint = SAVE_AND_PACK_HINT,
    onProgress,
  }: Partial<ContentLimit> = {},
): Promise<Uint8Array> => {
  if (file.size > limit)
    throw inputError(code, {
      at: { file: file.name },
      expected: `at most ${limit} bytes`,
      got: `${file.size}`,
      hint,
    });
  const bytes = await file.bytes();
  const told = (done: number): void => {
    if (bytes.length >= LARGE) onProgress?.(done, bytes.length, 'bytes');
  };
  return isGzip(bytes) ? gunzip(bytes, file.name, limit, { hint, onProgress: told }) : bytes;
};

/** The whole content as text. */
export const textOf = async (file: SourceFile): Promise<string> => new TextDecoder().decode(await contentOf(file));
