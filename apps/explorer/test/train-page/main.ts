/**
 * A page with nothing but the worker that trains, for its tests: not part of the explorer.
 *
 * In: messages that a test sends. Out: all that the worker said, by kind.
 */
import { sha256Hex } from 'latent-plane/internal';
import type { DatasetChoice, FromWorker, Snapshot, ToWorker } from '../../src/train/protocol.ts';

const open = (): Worker => new Worker(new URL('../../src/worker/train-worker.ts', import.meta.url), { type: 'module' });

const said: FromWorker[] = [];
let snapshot: Snapshot | null = null;
const worker = open();
worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
  if (data.type === 'snapshot') snapshot = data.snapshot;
  said.push(data);
};
worker.onerror = ({ message }) => said.push({ type: 'error', message: `worker: ${message}` });

const driver = {
  said,
  send: (message: ToWorker): void => worker.postMessage(message),
  /** The files of the page's one input, by their names; `__` stands for a folder's slash. */
  files: (): { readonly path: string; readonly file: File }[] =>
    [...(document.querySelector('input')?.files ?? [])].map((file) => ({
      path: file.name.replaceAll('__', '/'),
      file,
    })),
  /** These files as images of a person's own. */
  own: (options = ''): DatasetChoice => ({ kind: 'own', id: crypto.randomUUID(), files: driver.files(), options }),
  /** The newest file that was given out. */
  file: (): { readonly name: string; readonly base64: string } => {
    const file = said.filter((message) => message.type === 'file').at(-1);
    if (file === undefined) throw new Error('no file was given out');
    let text = '';
    for (const byte of file.bytes) text += String.fromCharCode(byte);
    return { name: file.name, base64: btoa(text) };
  },
  snapshot: (): Snapshot | null => snapshot,
  /** Of all weights of the newest snapshot. */
  sum: async (): Promise<string> => {
    const first = snapshot?.plane?.weights.values().next().value;
    return first ? sha256Hex(new Uint8Array(first.buffer)) : '';
  },
};

declare global {
  var trainer: typeof driver;
}
globalThis.trainer = driver;
