/**
 * What page and service worker say to each other, and the names that both and the build know.
 *
 * In: nothing. Out: types and names.
 */

/** Beside the page, so that its scope is the page's folder, wherever that is. */
export const WORKER_FILE = 'service-worker.js';

/** Below `data/`: the SHA-256 of every file there, in hexadecimal. Written by whoever serves or exports the bundle. */
export const LIST_FILE = 'files.json';

/** From the page, once it rests: keep what I loaded before you were there. */
export interface KeepRequest {
  readonly type: 'keep';
  /** Address of the page's own script: a worker keeps data for pages of its own build alone. */
  readonly script: string;
  /** Addresses that the page loaded. */
  readonly addresses: readonly string[];
}

/** To the page, through the port that came with the request. */
export interface KeepAnswer {
  /** Null where all is kept; else why not. */
  readonly refusal: 'other-build' | 'no-list' | 'failed' | null;
}
