/**
 * Zip archives: a few named entries out of untrusted bytes, and the same back.
 *
 * In: bytes. Out: the entries that are asked for, each within its bound; or an archive whose bytes depend on its entries
 * alone. Checksums are compared with the content. Nothing is unpacked onto a disk.
 * Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import type { Entry } from '@zip.js/zip.js';
import { type ErrorPlace, inputError, LatentError, reasonOf } from '../errors.ts';

/** Trained weights hardly shrink: what is packed tighter than this, beyond what memory is there for anyway, is a bomb. */
const MAX_RATIO = 32;
const FREE_BYTES = 64 * 2 ** 20;
const MAX_ENTRIES = 1000;

// The variant without an own inflater: the platform has one.
const load = async () => {
  const zip = await import('@zip.js/zip.js/index-native.js');
  zip.configure({ useWebWorkers: false, useCompressionStream: true });
  return zip;
};

/** A name that leads nowhere but into the archive. */
export const isPlainPath = (name: string): boolean =>
  name !== '' &&
  !/^[\\/]|^[a-z]:/i.test(name) &&
  !name.includes('\0') &&
  !name.split(/[\\/]/).some((segment) => segment === '..');

const leadsOut = (at: ErrorPlace): LatentError =>
  inputError('archive-path', {
    at,
    problem: 'this one leads out of it',
    expected: 'a path within the archive',
    hint: 'take another file',
  });

/** @throws LatentError (input) `archive-path` of the name of an entry that leads out of the archive. */
export const requirePlainPath = (path: string, file: string): void => {
  if (!isPlainPath(path)) throw leadsOut({ file, subject: `entry "${path.slice(0, 200)}"` });
};

/** Whether bytes begin as a zip archive does. */
export const isArchive = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** Refuses an entry before it is unpacked. @param limit - most bytes that it may come to. */
const requireUnpackable = (
  { encrypted, uncompressedSize, compressedSize }: Pick<Entry, 'encrypted' | 'uncompressedSize' | 'compressedSize'>,
  at: ErrorPlace,
  { isTwice, limit }: { readonly isTwice: boolean; readonly limit: number },
): void => {
  if (isTwice) throw inputError('archive-entry', { at, problem: 'is there twice', hint: 'take another file' });
  if (encrypted) throw inputError('archive-entry', { at, problem: 'is encrypted', expected: 'a plain archive' });
  const most = Math.min(limit, Math.max(FREE_BYTES, MAX_RATIO * compressedSize));
  if (uncompressedSize <= most) return;
  throw inputError('archive-entry', {
    at,
    problem: `claims ${uncompressedSize} bytes out of ${compressedSize}`,
    expected: `at most ${most}`,
    hint: 'it is not unpacked',
  });
};

/**
 * Reads entries of an archive.
 *
 * @param file - name of the archive, for messages.
 * @param limits - largest number of bytes by entry name; others are not read.
 * @param options - `maxEntries`: more are refused; default 1000.
 * @returns the entries of `limits` that are there, and the names of all.
 * @throws LatentError (input) `not-a-zip`, `archive-damaged` (cut short, checksum), `archive-path` for an entry that
 *   climbs out, `archive-entry` for one that is encrypted, there twice, or larger than its bound.
 */
export const readArchive = async (
  bytes: Uint8Array,
  file: string,
  limits: Readonly<Record<string, number>>,
  { maxEntries = MAX_ENTRIES }: { readonly maxEntries?: number } = {},
): Promise<{ readonly entries: ReadonlyMap<string, Uint8Array>; readonly names: readonly string[] }> => {
  if (!isArchive(bytes))
    throw inputError('not-a-zip', {
      at: { file },
      problem: 'the file begins otherwise',
      expected: 'a zip archive',
      hint: 'take another file',
    });
  const { ERR_UNSAFE_FILENAME, ZipReader, Uint8ArrayReader } = await load();
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { checkSignature: true });
  const entries = new Map<string, Uint8Array>();
  const names: string[] = [];
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      const { filename: name, uncompressedSize } = entry;
      const at = { file, subject: `entry "${name.slice(0, 200)}"` };
      names.push(name);
      if (names.length > maxEntries)
        throw inputError('archive-entry', {
          at: { file },
          expected: `at most ${maxEntries} entries`,
          hint: 'take another file',
        });
      if (!isPlainPath(name)) throw leadsOut(at);
      if (!Object.hasOwn(limits, name) || entry.directory) continue;
      requireUnpackable(entry, at, { isTwice: entries.has(name), limit: limits[name] });
      entries.set(
        name,
        await unpack(uncompressedSize, at.subject, (sink) => entry.getData(sink, { checkSignature: true })),
      );
    }
  } catch (error) {
    if (error instanceof LatentError) throw error;
    // The library looks at names too, before it hands them out.
    if (error instanceof Error && error.message === ERR_UNSAFE_FILENAME && 'filename' in error)
      throw leadsOut({ file, subject: `entry "${String(error.filename).slice(0, 200)}"` });
    const reason = reasonOf(error);
    throw inputError(
      'archive-damaged',
      { at: { file }, problem: `the archive is damaged or cut short (${reason})`, hint: 'fetch it again' },
      {
        cause: error,
      },
    );
  } finally {
    await reader.close().catch(() => undefined);
  }
  return { entries, names };
};

/** A file that an archive is read out of, piece by piece. */
export interface ArchiveSource {
  readonly name: string;
  readonly size: number;
  read(from: number, to: number): Promise<Uint8Array>;
}

/** A file within an archive, unpacked when it is asked for. */
export interface ArchiveEntry {
  /** Its path within the archive. */
  readonly path: string;
  /** Unpacked, as the archive states it. */
  readonly size: number;
  /**
   * @param onProgress - told how many bytes are unpacked.
   * @throws LatentError (input) `archive-entry` of more than `limit` bytes, `archive-damaged`.
   */
  bytes(limit: number, onProgress?: (done: number) => void): Promise<Uint8Array>;
}

/** What went wrong as an error of ours. */
export const damagedArchive = (file: string, error: unknown): LatentError => {
  if (error instanceof LatentError) return error;
  const problem = `the archive is damaged or cut short (${reasonOf(error)})`;
  return inputError('archive-damaged', { at: { file }, problem, hint: 'fetch it again' }, { cause: error });
};

/**
 * Lists an archive without reading it whole.
 *
 * @throws LatentError (input) `archive-damaged`, `archive-path`, `archive-entry` of more than `maxEntries`.
 */
export const listArchive = async (source: ArchiveSource, maxEntries: number): Promise<readonly ArchiveEntry[]> => {
  const { Reader, ZipReader } = await load();
  const { name: file } = source;
  class PieceReader extends Reader<ArchiveSource> {
    override size = source.size;
    override readUint8Array(index: number, length: number): Promise<Uint8Array> {
      return source.read(index, Math.min(index + length, source.size));
    }
  }
  const found: ArchiveEntry[] = [];
  try {
    const reader = new ZipReader(new PieceReader(source), { checkSignature: true });
    for await (const entry of reader.getEntriesGenerator()) {
      const { filename: path, uncompressedSize: size } = entry;
      const at = { file, subject: `entry "${path.slice(0, 200)}"` };
      if (!isPlainPath(path)) throw leadsOut(at);
      if (found.length >= maxEntries)
        throw inputError('archive-entry', { at: { file }, expected: `at most ${maxEntries} entries` });
      if (entry.directory) continue;
      const bytes: ArchiveEntry['bytes'] = async (limit, onProgress) => {
        if (entry.encrypted || size > limit)
          throw inputError('archive-entry', {
            at,
            problem: entry.encrypted ? 'is encrypted' : `claims ${size} bytes`,
            expected: entry.encrypted ? 'a plain archive' : `at most ${limit}`,
            ...(entry.encrypted
              ? {}
              : { hint: 'unpack the archive (a .npz is a zip) and name the file that comes out' }),
          });
        const pour = (sink: WritableStream<Uint8Array>) => entry.getData(sink, { checkSignature: true });
        return unpack(size, at.subject, pour, onProgress).catch((error: unknown) => {
          throw damagedArchive(`${file}: ${path}`, error);
        });
      };
      found.push({ path, size, bytes });
    }
  } catch (error) {
    throw damagedArchive(file, error);
  }
  return found;
};

/** Fills a buffer of the size that the entry states; one byte more or less is a fault. */
const unpack = async (
  size: number,
  entry: string,
  pour: (sink: WritableStream<Uint8Array>) => Promise<unknown>,
  onProgress?: (done: number) => void,
): Promise<Uint8Array> => {
  const content = new Uint8Array(size);
  let filled = 0;
  const sink = new WritableStream<Uint8Array>({
    write: (chunk) => {
      if (filled + chunk.length > size) throw new Error(`${entry} holds more than the ${size} bytes it states`);
      content.set(chunk, filled);
      filled += chunk.length;
      onProgress?.(filled);
    },
  });
  await pour(sink);
  if (filled !== size) throw new Error(`${entry} holds ${filled} bytes instead of ${size}`);
  return content;
};

/** Writes an archive, its entries stored as they are: the same entries give the same bytes. */
export const writeArchive = async (entries: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> => {
  const { ZipWriter, Uint8ArrayReader, Uint8ArrayWriter } = await load();
  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    level: 0,
    extendedTimestamp: false,
    dataDescriptor: false,
    // The format has no time zone, so this date is the same bytes everywhere.
    lastModDate: new Date(1980, 0, 1),
  });
  for (const [name, content] of entries) await writer.add(name, new Uint8ArrayReader(content));
  return writer.close();
};
