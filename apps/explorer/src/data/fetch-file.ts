/**
 * Fetches the files of the bundle.
 *
 * In: an address below the page's own. Out: bytes or JSON, and errors that say which file failed and why.
 */
import { workError } from 'latent-plane/internal';

/** Bytes so far, and in all where the server says so. */
export type Progress = (received: number, total: number | null) => void;

const nameOf = (url: URL): string => url.pathname.replace(/^.*\/data\//, 'data/');

/**
 * Fetches a file whole.
 *
 * @throws LatentError (work) `load-failed` with the file, the server's answer and its reason where it gives one.
 */
export const fetchBytes = async (url: URL, onProgress: Progress = () => {}): Promise<Uint8Array> => {
  const file = nameOf(url);
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw workError(
      'load-failed',
      { at: { file: file }, problem: 'the server cannot be reached', hint: 'is it still running?' },
      { cause },
    );
  }
  if (!response.ok) throw workError('load-failed', { at: { file: file }, problem: `${await reasonOf(response)}` });
  const length = Number(response.headers.get('Content-Length'));
  // The length is that of the packed bytes, while the stream gives them unpacked.
  const total = length > 0 && !response.headers.has('Content-Encoding') ? length : null;
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    const reader = response.body?.getReader();
    for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
      chunks.push(chunk.value);
      received += chunk.value.length;
      onProgress(received, total);
    }
  } catch (cause) {
    throw workError(
      'load-failed',
      { at: { file: file }, problem: `the connection broke after ${received} bytes`, hint: 'try again' },
      { cause },
    );
  }
  const bytes = new Uint8Array(received);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
};

/** Fetches a JSON document. @throws LatentError (work) `load-failed`, also for text that is no JSON. */
export const fetchJson = async (url: URL): Promise<unknown> => {
  const text = new TextDecoder().decode(await fetchBytes(url));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw workError(
      'load-failed',
      { at: { subject: nameOf(url) }, expected: 'JSON', got: `"${text.slice(0, 40)}"` },
      { cause },
    );
  }
};

const reasonOf = async (response: Response): Promise<string> => {
  const status = `the server answered ${response.status} ${response.statusText}`.trim();
  const isText = response.headers.get('Content-Type')?.startsWith('text/plain');
  const text = isText ? (await response.text()).trim().slice(0, 500) : '';
  return response.status >= 500 && text !== '' ? text : status;
};
