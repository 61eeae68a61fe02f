/**
 * Tar archives, plain or gzipped: which files are in them, and each of these when it is asked for.
 *
 * A reader of our own: libraries take an archive as a stream, from its beginning every time. Of a plain archive headers alone
 * are read here, and a file when it is asked for, so that archives larger than memory can be read; a gzipped one has no such
 * places, and its files are kept in memory up to a bound. Written by any tar: v7, ustar, pax, GNU.
 * Sources: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header"; GNU tar manual, "Basic Tar Format".
 */
import { inputError, type LatentError } from '../errors.ts';
import { type ArchiveSource, damagedArchive, requirePlainPath } from './archive.ts';

/** A file within a tar archive. */
export interface TarEntry {
  /** Its path within the archive. */
  readonly path: string;
  readonly size: number;
  /** Bytes `from .. to-1`. */
  read(from: number, to: number): Promise<Uint8Array>;
}

/** What an archive holds. */
export interface TarListing {
  readonly entries: readonly TarEntry[];
  /** Links, devices, files with holes: none of them is read. */
  readonly leftOut: readonly string[];
}

/** Bounds of what is read. */
export interface TarLimits {
  /** More entries are refused. */
  readonly maxEntries: number;
  /** Bytes of all files together that a gzipped archive may unpack to. */
  readonly maxBytes: number;
  /** Told how many bytes of the archive are read. */
  readonly onProgress?: (done: number) => void;
}

const BLOCK = 512;
/** Headers lie between small files: one read brings many. */
const WINDOW = 2 ** 16;
const PIECE = 2 ** 18;
/** Of an entry that says something of the next one: a long name, records of pax. */
const MAX_EXTENSION = 2 ** 20;
/** Deflate cannot shrink further than this. */
const MAX_RATIO = 1032;

/** An archive from its beginning to its end. */
interface Tape {
  /** The next bytes; fewer at the end. */
  next(length: number): Promise<Uint8Array>;
  /** Passes over bytes. @returns whether they were there. */
  skip(length: number): Promise<boolean>;
  /** Passes over a file's bytes, which can be read from then on. @returns null where they are not all there. */
  file(length: number): Promise<TarEntry['read'] | null>;
  /** Looks at what is behind the last entry: a checksum of all. */
  end(): Promise<void>;
}

const plainTape = (source: ArchiveSource, { onProgress }: TarLimits): Tape => {
  let at = 0;
  let window: { readonly from: number; readonly bytes: Uint8Array } = { from: 0, bytes: new Uint8Array(0) };
  const skip = async (length: number): Promise<boolean> => {
    at += length;
    return at <= source.size;
  };
  return {
    next: async (length) => {
      const to = Math.min(at + length, source.size);
      if (at < window.from || to > window.from + window.bytes.length) {
        onProgress?.(at);
        window = { from: at, bytes: await source.read(at, Math.min(source.size, at + Math.max(length, WINDOW))) };
      }
      const bytes = window.bytes.subarray(at - window.from, to - window.from);
      at = to;
      return bytes;
    },
    skip,
    file: async (length) => {
      const start = at;
      if (!(await skip(length))) return null;
      return (from, to) => source.read(start + from, start + Math.min(to, length));
    },
    end: async () => onProgress?.(source.size),
  };
};

const oversized = (file: string, maxBytes: number): LatentError =>
  inputError('archive-oversized', {
    at: { file },
    expected: `at most ${maxBytes} bytes of files in a gzipped archive`,
    got: 'more',
    hint: 'unpack it and name the folder, or take a plain .tar',
  });

/** Pieces of the unpacked archive. The platform compares its checksum. */
const unpackedPieces = (
  source: ArchiveSource,
  onProgress: TarLimits['onProgress'],
): ReadableStreamDefaultReader<Uint8Array> => {
  let at = 0;
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        const to = Math.min(at + PIECE, source.size);
        if (at < to) controller.enqueue(new Uint8Array(await source.read(at, to)));
        at = to;
        onProgress?.(at);
        if (at >= source.size) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return packed.pipeThrough(new DecompressionStream('gzip')).getReader();
};

const gzippedTape = (source: ArchiveSource, { maxBytes, onProgress }: TarLimits): Tape => {
  const reader = unpackedPieces(source, onProgress);
  let left: Uint8Array = new Uint8Array(0);
  let kept = 0;
  /** At most so many bytes of what comes next; none at the end. */
  const some = async (most: number): Promise<Uint8Array> => {
    while (left.length === 0) {
      const { done, value } = await reader.read();
      if (done) return left;
      left = value;
    }
    const bytes = left.subarray(0, most);
    left = left.subarray(bytes.length);
    return bytes;
  };
  const next = async (length: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const piece = await some(length - filled);
      if (piece.length === 0) break;
      bytes.set(piece, filled);
      filled += piece.length;
    }
    return bytes.subarray(0, filled);
  };
  return {
    next,
    skip: async (length) => {
      let passed = 0;
      while (passed < length) {
        const piece = await some(length - passed);
        if (piece.length === 0) return false;
        passed += piece.length;
      }
      return true;
    },
    file: async (length) => {
      kept += length;
      if (length > MAX_RATIO * source.size) return null;
      if (kept > maxBytes) throw oversized(source.name, maxBytes);
      const bytes = await next(length);
      return bytes.length < length ? null : async (from, to) => bytes.subarray(from, to);
    },
    end: async () => {
      while ((await some(PIECE)).length > 0);
    },
  };
};

const textOf = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
};

/** Octal digits, or bytes of a number behind a set first bit, as GNU tar writes large ones. NaN of anything else. */
const numberOf = (bytes: Uint8Array): number => {
  if (bytes[0] === 0x80) return bytes.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  const text = textOf(bytes).trim();
  if (text === '') return 0;
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
};

/** The sum of a header's bytes, those of the checksum itself counted as blanks; some old writers took bytes as signed. */
const isSummed = (block: Uint8Array): boolean => {
  const stated = numberOf(block.subarray(148, 156));
  let [plain, signed] = [0, 0];
  block.forEach((byte, i) => {
    const value = i >= 148 && i < 156 ? 32 : byte;
    plain += value;
    signed += value < 128 ? value : value - 256;
  });
  return stated === plain || stated === signed;
};

/** `27 path=folder/picture.png\n` and its like. */
const paxRecords = (bytes: Uint8Array): Readonly<Record<string, string>> => {
  const records: Record<string, string> = {};
  let at = 0;
  while (at < bytes.length) {
    const digits = /^(\d{1,7}) /.exec(new TextDecoder('latin1').decode(bytes.subarray(at, at + 8)));
    const length = Number(digits?.[1]);
    if (digits === null || length <= digits[0].length || at + length > bytes.length) return records;
    const record = new TextDecoder().decode(bytes.subarray(at + digits[0].length, at + length - 1));
    const equals = record.indexOf('=');
    if (equals > 0) records[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return records;
};

interface Header {
  readonly type: string;
  readonly path: string;
  readonly size: number;
  /** More headers follow that list the holes of a file of GNU tar. */
  readonly isContinued: boolean;
}

const FILES = ['0', '\0', '7'];
/** Links, devices, folders, pipes: nothing follows their header, whatever it says of a size. */
const BARE = /^[1-6]$/;

const headerOf = (block: Uint8Array): Header => {
  const name = textOf(block.subarray(0, 100));
  const isUstar = textOf(block.subarray(257, 263)) === 'ustar';
  const prefix = isUstar ? textOf(block.subarray(345, 500)) : '';
  const type = String.fromCharCode(block[156]);
  return {
    type,
    path: prefix === '' ? name : `${prefix}/${name}`,
    size: numberOf(block.subarray(124, 136)),
    isContinued: type === 'S' && block[482] === 1,
  };
};

/** What entries before it say of the next one. */
type Said = Readonly<Record<string, string>>;

const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

const isZero = (block: Uint8Array): boolean => block.every((byte) => byte === 0);

/**
 * Lists a tar archive, plain or gzipped; which of them it is, its first bytes say.
 *
 * @throws LatentError (input) `archive-damaged` of one that is cut short or corrupt, `archive-path` of an entry that leads out
 *   of it, `archive-entry` of more than `maxEntries`, `archive-oversized` of a gzipped one beyond `maxBytes`.
 */
export const listTar = async (source: ArchiveSource, limits: TarLimits): Promise<TarListing> => {
  try {
    const head = await source.read(0, Math.min(2, source.size));
    const isGzipped = head[0] === 0x1f && head[1] === 0x8b;
    const tape = isGzipped ? gzippedTape(source, limits) : plainTape(source, limits);
    return await walk(tape, source.name, limits);
  } catch (error) {
    throw damagedArchive(source.name, error);
  }
};

const damaged = (file: string, problem: string): LatentError =>
  inputError('archive-damaged', { at: { file }, problem, hint: 'fetch it again' });

/** The next header; null at the end of the archive. */
const nextHeader = async (tape: Tape, file: string, isFirst: boolean): Promise<Header | null> => {
  const block = await tape.next(BLOCK);
  if (block.length < BLOCK) throw damaged(file, 'the archive is cut short: its end is missing');
  if (isZero(block)) return null;
  const header = headerOf(block);
  if (isSummed(block) && Number.isSafeInteger(header.size)) return header;
  throw damaged(file, isFirst ? 'this is no tar archive' : 'the archive is damaged: a header fails its checksum');
};

/** The content of an entry that says something of the next one. */
const extensionOf = async (tape: Tape, { size }: Header, file: string): Promise<Uint8Array> => {
  if (size > MAX_EXTENSION) throw damaged(file, `the archive is damaged: a name or a record claims ${size} bytes`);
  const bytes = await tape.next(padded(size));
  if (bytes.length < size) throw damaged(file, 'the archive is cut short');
  return bytes.slice(0, size);
};

const passHoles = async (tape: Tape, file: string): Promise<void> => {
  let isLast = false;
  while (!isLast) {
    const block = await tape.next(BLOCK);
    if (block.length < BLOCK) throw damaged(file, 'the archive is cut short');
    isLast = block[504] !== 1;
  }
};

/** What is known of an entry, by its own header and by what stands before it. */
interface Entry {
  readonly path: string;
  readonly size: number;
  readonly kind: 'file' | 'folder' | 'other';
}

const entryOf = ({ type, path: own, size: stated }: Header, said: Said, file: string): Entry => {
  const path = (said.path ?? own).replace(/^(\.\/+)+/, '');
  const size = BARE.test(type) ? 0 : said.size === undefined ? stated : Number(said.size);
  if (!Number.isSafeInteger(size) || size < 0) throw damaged(file, 'the archive is damaged: a size is no whole number');
  if (type === '5' || path === '' || path === '.' || path.endsWith('/')) return { path, size, kind: 'folder' };
  requirePlainPath(path, file);
  const hasHoles = Object.keys(said).some((key) => key.startsWith('GNU.sparse.'));
  return { path, size, kind: FILES.includes(type) && !hasHoles ? 'file' : 'other' };
};

/** Goes beyond an entry. @returns how a file is read; null of what is not read. */
const pass = async (tape: Tape, { path, size, kind }: Entry, file: string): Promise<TarEntry['read'] | null> => {
  const read = kind === 'file' ? await tape.file(size) : null;
  const isThere = kind === 'file' ? read !== null : await tape.skip(size);
  if (!isThere) throw damaged(file, `the archive is cut short within "${path.slice(0, 200)}"`);
  await tape.skip(padded(size) - size);
  return read;
};

const walk = async (tape: Tape, file: string, { maxEntries }: TarLimits): Promise<TarListing> => {
  const files = new Map<string, TarEntry>();
  const leftOut: string[] = [];
  let [ofAll, ofNext]: [Said, Said] = [{}, {}];
  for (let count = 0; ; count++) {
    const header = await nextHeader(tape, file, count === 0);
    if (header === null) break;
    if (count >= maxEntries)
      throw inputError('archive-entry', { at: { file }, expected: `at most ${maxEntries} entries` });
    const { type } = header;
    if (type === 'L') ofNext = { ...ofNext, path: textOf(await extensionOf(tape, header, file)) };
    else if (type === 'x') ofNext = { ...ofNext, ...paxRecords(await extensionOf(tape, header, file)) };
    else if (type === 'g') ofAll = { ...ofAll, ...paxRecords(await extensionOf(tape, header, file)) };
    else if (type === 'K') await extensionOf(tape, header, file);
    else {
      const entry = entryOf(header, { ...ofAll, ...ofNext }, file);
      ofNext = {};
      if (header.isContinued) await passHoles(tape, file);
      const read = await pass(tape, entry, file);
      // Of files that were added anew the last one counts, as when they are unpacked.
      if (read !== null) files.set(entry.path, { path: entry.path, size: entry.size, read });
      else if (entry.kind === 'other') leftOut.push(entry.path);
    }
  }
  await tape.end();
  return { entries: [...files.values()], leftOut };
};
