/**
 * `Worker` and `navigator.hardwareConcurrency` as a browser has them, over Node's worker threads.
 *
 * In: the URL of a blob with the worker's source. Out: a running thread. jax-js looks for both names before it uses
 * threads, and Node 20 has neither; without this its rows would be those of one thread.
 */
import { resolveObjectURL } from 'node:buffer';
import { availableParallelism } from 'node:os';
import { Worker as NodeWorker } from 'node:worker_threads';

const PRELUDE = `
const { parentPort } = require('node:worker_threads');
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on('message', (data) => globalThis.onmessage({ data }));
`;

class BlobWorker {
  onmessage = null;
  onerror = null;
  #thread;

  constructor(url) {
    this.#thread = resolveObjectURL(url)
      .text()
      .then((source) => {
        const thread = new NodeWorker(PRELUDE + source, { eval: true });
        thread.on('message', (data) => this.onmessage?.({ data }));
        thread.on('error', (error) => this.onerror?.(error));
        return thread;
      });
  }

  postMessage(message) {
    this.#thread.then((thread) => thread.postMessage(message));
  }
}

/** Call before the library is imported. */
export const provideWebWorkers = () => {
  globalThis.Worker = BlobWorker;
  if (!globalThis.navigator) globalThis.navigator = { hardwareConcurrency: availableParallelism() };
};
