/**
 * Gives a file to whoever looks at the page.
 *
 * In: bytes and a name. Out: the browser's download.
 */

/** Long enough for the browser to take the bytes over. */
const KEEP_MS = 60_000;

export const saveFile = (blob: Blob, name: string): void => {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
};
