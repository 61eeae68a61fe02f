/**
 * SHA-256 at once, of files, texts and whatever is named after them; the library's `sha256Hex` is for pages, which have
 * to wait for theirs.
 */
import { createHash } from 'node:crypto';

/**
 * Of the parts as if they were one; a text counts as its UTF-8 bytes.
 *
 * @returns 64 lower-case hexadecimal digits.
 */
export const sha256Of = (...parts: readonly (Uint8Array | string)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
