/**
 * One attempt to bring one file from one address to disk, going on where an earlier attempt stopped.
 *
 * In: an address, a partial file, the length it must get. Out: the partial file, longer. What is wrong is told
 * apart by `TransferError.reason`; which mirror is tried next, and the checksum, are `fetch-files.ts`.
 */
import { type FileHandle, open, rm, stat } from 'node:fs/promises';

/**
 * - `cut`: the connection failed or ended early; what arrived is kept, another attempt can resume from there.
 * - `refused`: the server answered, and will answer the same again (404 and the like).
 * - `wrong-file`: what it sends is not the file that was asked for.
 */
export type TransferFailure = 'cut' | 'refused' | 'wrong-file';

export class TransferError extends Error {
  readonly reason: TransferFailure;

  constructor(reason: TransferFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TransferError';
    this.reason = reason;
  }
}

export interface TransferOptions {
  /** Length of the whole file. */
  readonly bytes: number;
  /** Told the length of the partial file after every piece. */
  readonly onReceived?: (receivedBytes: number) => void;
  /** Silence after which the connection is given up. */
  readonly stallMs?: number;
  readonly signal?: AbortSignal;
}

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;

/** What the network says, in a few words: `ECONNREFUSED` rather than `fetch failed`. */
function cause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause;
  if (inner instanceof Error && 'code' in inner && typeof inner.code === 'string') return inner.code;
  return inner instanceof Error && inner.message !== '' ? inner.message : error.message;
}

/** Where the body begins in the file: its `Content-Range` if it resumes from `have`, else 0. */
function beginningOf(response: Response, have: number): number {
  if (response.status !== 206) return 0;
  const range = response.headers.get('content-range') ?? '';
  if (Number(/^bytes (\d+)-/.exec(range)?.[1]) === have) return have;
  throw new TransferError('refused', `asked for bytes from ${have}, got "${range}"`);
}

async function request(address: string, have: number, signal: AbortSignal): Promise<Response> {
  // Without `identity` a server may pack the .gz once more, and the lengths would no longer say anything.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (have > 0) headers.range = `bytes=${have}-`;
  const response = await fetch(address, { headers, signal });
  if (response.ok) return response;
  await response.body?.cancel();
  const retry = response.status >= 500 || response.status === 408 || response.status === 429;
  throw new TransferError(retry ? 'cut' : 'refused', `answered ${response.status}`);
}

/**
 * @param address - http or https.
 * @param part - the partial file; made if absent.
 * @returns when `part` has `bytes` bytes.
 * @throws TransferError; the signal's reason if it was aborted; Node's error if the disk fails.
 */
export async function transfer(address: string, part: string, options: TransferOptions): Promise<void> {
  const { bytes, onReceived, stallMs = 30_000, signal } = options;
  let have = await sizeOf(part);
  if (have === bytes) return;
  if (have > bytes) {
    await rm(part);
    have = 0;
  }
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(), stallMs);
  const either = signal === undefined ? stall.signal : AbortSignal.any([signal, stall.signal]);
  let file: FileHandle | undefined;
  let writing = false;
  try {
    const response = await request(address, have, either);
    const beginning = beginningOf(response, have);
    checkLength(response, bytes - beginning);
    file = await open(part, beginning > 0 ? 'a' : 'w');
    let received = beginning;
    if (response.body === null) throw new TransferError('wrong-file', 'sent nothing');
    for await (const piece of response.body) {
      timer.refresh();
      received += piece.length;
      if (received > bytes) throw new TransferError('wrong-file', `sent more than the ${bytes} bytes expected`);
      writing = true;
      await file.writeFile(piece);
      writing = false;
      onReceived?.(received);
    }
    if (received < bytes) throw new TransferError('cut', `the connection ended at ${received} of ${bytes} bytes`);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TransferError || writing || isDiskError(error)) throw error;
    if (stall.signal.aborted) throw new TransferError('cut', `silent for ${stallMs / 1000} s`);
    throw new TransferError('cut', cause(error), { cause: error });
  } finally {
    clearTimeout(timer);
    stall.abort();
    await file?.close();
  }
}

/** Errors of the file system name the call; those of the network come wrapped by `fetch`. */
const isDiskError = (error: unknown): boolean => error instanceof Error && 'syscall' in error && 'path' in error;

function checkLength(response: Response, expected: number): void {
  const stated = response.headers.get('content-length');
  if (stated === null || response.headers.has('content-encoding') || Number(stated) === expected) return;
  throw new TransferError('wrong-file', `offers ${stated} bytes, expected ${expected}`);
}
