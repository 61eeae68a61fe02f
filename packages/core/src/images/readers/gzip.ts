/**
 * Unpacks a gzip file of one member with a bound on what comes out.
 *
 * In: the bytes of a `.gz`. Out: the bytes inside. The stream is unpacked in pieces by fflate and stopped at the
 * length that its trailer states, so a gzip bomb costs no more memory than the limit; the checksum and the length
 * of the trailer, which fflate does not look at, are checked here. Files of several members are refused.
 * Source: RFC 1952.
 */
import { Inflate } from 'fflate';
import { inputError, LatentError, reasonOf } from '../../errors.ts';
import { crc32 } from '../checksum.ts';

const HEADER_CRC = 2;
const EXTRA = 4;
const NAME = 8;
const COMMENT = 16;
const RESERVED = 0xe0;
const TRAILER = 8;
/** Deflate cannot shrink further than this: 258 bytes in two bits. */
const MAX_RATIO = 1032;
/** Packed bytes handed over at a time: at most 16 MiB come back before the next check. */
const PIECE = 2 ** 14;

const MEBIBYTE = 2 ** 20;

/** Whether the bytes begin as gzip does. */
export const isGzip = (bytes: Uint8Array): boolean => bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;

const damaged = (file: string, what: string, options?: ErrorOptions): LatentError =>
  inputError('gzip-damaged', { at: { file }, problem: what, hint: 'fetch the file again' }, options);

/** Where the deflate stream begins. */
function headerLength(bytes: Uint8Array, file: string): number {
  if (bytes.length < 10 + TRAILER) throw damaged(file, `a gzip file has at least 18 bytes, got ${bytes.length}`);
  if (bytes[2] !== 8) throw damaged(file, `expected gzip method 8 (deflate), got ${bytes[2]}`);
  const flags = bytes[3];
  if (flags & RESERVED) throw damaged(file, `reserved gzip flags are set (0x${flags.toString(16)})`);
  let at = 10;
  if (flags & EXTRA) at += 2 + (bytes[10] | (bytes[11] << 8));
  for (const flag of [NAME, COMMENT]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) throw damaged(file, 'the gzip header does not end');
    at = end + 1;
  }
  if (flags & HEADER_CRC) {
    const stated = bytes[at] | (bytes[at + 1] << 8);
    if (stated !== (crc32(bytes.subarray(0, at)) & 0xffff)) throw damaged(file, 'the gzip header fails its checksum');
    at += 2;
  }
  if (at > bytes.length - TRAILER) throw damaged(file, 'the gzip file is cut short');
  return at;
}

/**
 * Unpacks a gzip file whole, checksum and length included.
 *
 * @param bytes - the whole `.gz` file.
 * @param file - its name, for messages.
 * @param limit - the most bytes that may come out.
 * @param hint - what to do with a file that holds more.
 * @param onProgress - told how many of the packed bytes are unpacked, about once a mebibyte.
 * @throws LatentError (input) `gzip-damaged` for a truncated or corrupt file, `gzip-oversized` beyond the limit.
 */
export function gunzip(
  bytes: Uint8Array,
  file: string,
  limit: number,
  { hint, onProgress }: { readonly hint?: string; readonly onProgress?: (done: number) => void } = {},
): Uint8Array {
  if (!isGzip(bytes)) throw damaged(file, 'expected a gzip file');
  const begin = headerLength(bytes, file);
  const end = bytes.length - TRAILER;
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + end, TRAILER);
  const length = trailer.getUint32(4, true);
  if (length > MAX_RATIO * (end - begin)) {
    throw damaged(file, `its trailer states ${length} bytes, more than ${end - begin} packed bytes can hold`);
  }
  if (length > limit) {
    throw inputError('gzip-oversized', {
      at: { file, subject: `unpacks to ${length} bytes` },
      expected: `at most ${limit}`,
      hint,
    });
  }
  const out = new Uint8Array(length);
  let filled = 0;
  const inflate = new Inflate((piece) => {
    if (filled + piece.length > length) throw damaged(file, `unpacks to more than the ${length} bytes it states`);
    out.set(piece, filled);
    filled += piece.length;
  });
  try {
    for (let at = begin; at < end; at += PIECE) {
      const next = Math.min(end, at + PIECE);
      inflate.push(bytes.subarray(at, next), next === end);
      if (next === end || next % MEBIBYTE < PIECE) onProgress?.(next === end ? bytes.length : next);
    }
  } catch (error) {
    if (error instanceof LatentError) throw error;
    throw damaged(file, `the packed data is corrupt (${reasonOf(error)})`, {
      cause: error,
    });
  }
  if (filled !== length) throw damaged(file, `unpacks to ${filled} bytes, its trailer states ${length}`);
  if (crc32(out) !== trailer.getUint32(0, true)) throw damaged(file, 'the unpacked data fails its checksum');
  return out;
}
