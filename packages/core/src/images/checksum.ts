/**
 * Checksums of bytes in memory: SHA-256 to know a file, CRC-32 for the trailer of gzip.
 *
 * In: bytes. Out: a digest. Nothing here reads a file.
 */
import { workError } from '../errors.ts';

/**
 * SHA-256 through WebCrypto, which Node and browsers (on https and localhost) offer alike.
 *
 * @returns 64 lower-case hexadecimal digits.
 * @throws LatentError `sha256-unavailable` where the page is not a secure context.
 */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle === undefined) {
    throw workError('sha256-unavailable', {
      problem: 'this page has no WebCrypto',
      hint: 'open it over https or from localhost',
    });
  }
  // WebCrypto's types exclude shared memory, which this project uses for no file.
  const digest = await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

let table: Uint32Array | undefined;

/** The remainder of every byte, made once. */
function crcTable(): Uint32Array {
  const made = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
    made[byte] = remainder;
  }
  return made;
}

/**
 * CRC-32 as gzip uses it.
 *
 * @param previous - the CRC of the bytes before these, 0 at the beginning.
 * @returns unsigned 32 bits.
 * Source: RFC 1952, section 8.
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  table ??= crcTable();
  let crc = ~previous;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}
