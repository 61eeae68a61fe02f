/**
 * Bytes as text that JSON carries unchanged.
 *
 * In: bytes, or base64. Out: the other of the two. Source: RFC 4648, section 4.
 */

/** `String.fromCharCode` takes its characters as arguments, of which engines allow some ten thousand. */
const CHUNK_BYTES = 8192;

export const encodeBase64 = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES));
  return btoa(text);
};

/** @returns null for what is no base64. */
export const decodeBase64 = (text: string): Uint8Array<ArrayBuffer> | null => {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
};
