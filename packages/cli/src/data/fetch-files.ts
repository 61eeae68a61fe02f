/**
 * Brings the files of a known data set into the cache.
 *
 * In: a registry entry, mirrors. Out: its files in the cache, each with the right checksum. Every
 * mirror is tried in turn; a cut connection is resumed; a file becomes visible under its name only when it is
 * whole and right. What the files hold is not looked at here.
 */
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DatasetEntry, type DatasetFile, LatentError } from 'latent-plane';
import { datasetFiles, reasonOf, workError } from 'latent-plane/internal';
import { digestOf, mark, verify } from './cache.ts';
import { withLock } from './lock.ts';
import { TransferError, transfer } from './transfer.ts';

/** How far the fetching of a data set has come, all its files together. */
export interface FetchProgress {
  readonly dataset: string;
  readonly file: string;
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export interface FetchOptions {
  readonly cacheFolder: string;
  /** Base addresses in place of the registered ones; `<base>/<folder of the data set>/<file>` is asked for. */
  readonly mirrors?: readonly string[];
  readonly onProgress?: (progress: FetchProgress) => void;
  /** Told what a person waiting should know: another process is fetching. */
  readonly onNote?: (note: string) => void;
  readonly signal?: AbortSignal;
  readonly stallMs?: number;
  /** Pause before the same mirror is tried again, grows with every failure. */
  readonly retryDelayMs?: number;
}

/** Attempts at one mirror in all, and in a row without a byte gained. */
const ATTEMPTS = 10;
const FRUITLESS_ATTEMPTS = 3;

/** The folder of a data set's files in the cache. */
export const cachedFolder = (cacheFolder: string, entry: DatasetEntry): string => join(cacheFolder, entry.folder);

/** Length of all its files. */
export const downloadBytes = (entry: DatasetEntry): number =>
  datasetFiles(entry).reduce((sum, { bytes }) => sum + bytes, 0);

/** As people call them. */
const CHECKSUM_NAMES = { sha256: 'SHA-256', md5: 'MD5' } as const;

/** `SHA-256 440fcabf..`. */
export const checksumWords = ({ type, hex }: DatasetFile['checksum'], digits = 8): string =>
  `${CHECKSUM_NAMES[type]} ${hex.slice(0, digits)}${digits < hex.length ? '..' : ''}`;

interface Mirror {
  readonly host: string;
  readonly address: string;
}

/** Addresses of one file, in the order in which they are tried. */
function mirrorsOf(entry: DatasetEntry, file: DatasetFile, bases: readonly string[] | undefined): Mirror[] {
  const addresses =
    bases?.map((base) => `${base.replace(/\/+$/, '')}/${entry.folder}/${file.name}`) ??
    entry.mirrors.map((base) => base + file.name);
  return addresses.map((address) => ({ host: new URL(address).host, address }));
}

/** The error for a disk that does not take the file. */
function diskError(path: string, error: unknown): LatentError {
  const reason = reasonOf(error);
  return workError(
    'cache-write',
    { at: { file: path }, problem: reason, hint: 'free space or set LATENT_PLANE_CACHE to another folder' },
    {
      cause: error,
    },
  );
}

interface Received {
  readonly onReceived: (bytes: number) => void;
}

/** Tries one mirror until the partial file is whole. @throws TransferError when nothing more is hoped from it. */
async function fromMirror(
  mirror: Mirror,
  part: string,
  file: DatasetFile,
  options: FetchOptions & Received,
): Promise<void> {
  const { signal, stallMs, retryDelayMs = 500, onReceived } = options;
  let fruitless = 0;
  for (let attempt = 1; ; attempt++) {
    let gained = false;
    try {
      return await transfer(mirror.address, part, {
        bytes: file.bytes,
        signal,
        stallMs,
        onReceived: (received) => {
          gained = true;
          onReceived(received);
        },
      });
    } catch (error) {
      if (!(error instanceof TransferError) || error.reason !== 'cut') throw error;
      fruitless = gained ? 0 : fruitless + 1;
      if (attempt === ATTEMPTS || fruitless === FRUITLESS_ATTEMPTS) throw error;
      await sleep(retryDelayMs * (fruitless + 1), undefined, { signal });
    }
  }
}

/** A file that is not the published one was put there by somebody, and stays under another name. */
async function setAside(target: string): Promise<void> {
  for (let n = 1; (await stat(target).catch(() => undefined)) !== undefined; n++) {
    const other = `${target}.other${n === 1 ? '' : n}`;
    if ((await stat(other).catch(() => undefined)) === undefined) await rename(target, other);
  }
}

const filesWords = (entry: DatasetEntry): string =>
  entry.kind === 'archive' ? entry.file.name : `the four .gz files of ${entry.title}`;

/** @param failures - what is already known to be wrong; goes into the message if nothing helps. */
async function fetchFile(
  entry: DatasetEntry,
  file: DatasetFile,
  options: FetchOptions & Received,
  failures: string[],
): Promise<void> {
  const { cacheFolder, mirrors } = options;
  const folder = cachedFolder(cacheFolder, entry);
  const target = join(folder, file.name);
  const part = `${target}.part`;
  for (const mirror of mirrorsOf(entry, file, mirrors)) {
    try {
      await fromMirror(mirror, part, file, options);
      const { checksum } = file;
      const hex = await digestOf(part, checksum.type);
      if (hex !== checksum.hex) {
        throw new TransferError(
          'wrong-file',
          `sent a file with ${checksumWords({ ...checksum, hex })}, expected ${checksum.hex.slice(0, 8)}..`,
        );
      }
      await setAside(target);
      await rename(part, target);
      await mark(cacheFolder, target, checksum);
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof TransferError)) throw diskError(part, error);
      // The next mirror resumes from what a cut left, never from bytes that were wrong.
      if (error.reason === 'wrong-file') await rm(part, { force: true });
      failures.push(`${mirror.host}: ${error.message}`);
    }
  }
  throw workError('dataset-unavailable', {
    at: { subject: entry.name },
    problem: `${file.name} could not be fetched (${failures.join('; ')})`,
    hint: `connect to the network and try again, or place ${filesWords(entry)} in ${folder} by hand`,
  });
}

/** What lies in the cache under the file's name: nothing, the published file, or another one. */
async function inCache(folder: string, file: DatasetFile, cacheFolder: string): Promise<'absent' | 'right' | 'wrong'> {
  const path = join(folder, file.name);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return 'absent';
  if (!found.isFile() || found.size !== file.bytes) return 'wrong';
  return (await verify(cacheFolder, path, file.checksum)) ? 'right' : 'wrong';
}

/**
 * Makes sure that the files are in the cache, fetching those that are not.
 *
 * @returns the folder that holds them.
 * @throws LatentError (work) `dataset-unavailable` if no mirror delivers, `cache-write` if the disk does not take it;
 *   the signal's reason if it was aborted: what arrived is kept for the next time.
 */
export async function fetchDataset(entry: DatasetEntry, options: FetchOptions): Promise<string> {
  const { cacheFolder, onProgress, onNote, signal } = options;
  const folder = cachedFolder(cacheFolder, entry);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw diskError(folder, error);
  });
  const totalBytes = downloadBytes(entry);
  const fetchMissing = async (): Promise<void> => {
    let before = 0;
    for (const file of datasetFiles(entry)) {
      const report = (received: number): void =>
        onProgress?.({ dataset: entry.name, file: file.name, receivedBytes: before + received, totalBytes });
      const found = await inCache(folder, file, cacheFolder);
      const failures = found === 'wrong' ? [`the file in ${folder} is not the published one`] : [];
      if (found !== 'right') await fetchFile(entry, file, { ...options, onReceived: report }, failures);
      before += file.bytes;
      report(0);
    }
  };
  const lock = join(folder, 'fetch.lock');
  const onWait = (pid: number): void =>
    onNote?.(`${entry.name} is being fetched by process ${pid}; waiting (if it is not, remove ${lock})`);
  try {
    await withLock(lock, fetchMissing, { onWait, signal });
  } catch (error) {
    // What is left here without a code of ours is the file system's: a folder that cannot be written.
    signal?.throwIfAborted();
    throw error instanceof LatentError ? error : diskError(folder, error);
  }
  return folder;
}
