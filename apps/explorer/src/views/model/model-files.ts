/**
 * Asks for a network as a file of another program.
 *
 * In: a network, all its weights, strings that travel along. Out: one file. A worker writes it and ends.
 */
import { workError } from 'latent-plane/internal';
import type { ModelFileAnswer, ModelFileRequest } from '../../worker/model-file-worker.ts';

/** @throws LatentError (work) `model-file` with the writer's reason. */
export const writeModelFile = (
  request: ModelFileRequest,
): Promise<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../../worker/model-file-worker.ts', import.meta.url), { type: 'module' });
    const fail = (reason: string): void =>
      reject(workError('model-file', { at: { subject: request.spec.id }, problem: `${reason}` }));
    worker.onmessage = ({ data }: MessageEvent<ModelFileAnswer>) => {
      worker.terminate();
      if ('fault' in data) fail(data.fault);
      else resolve(data);
    };
    worker.onerror = ({ message }) => {
      worker.terminate();
      fail(`the writer could not be run${message ? ` (${message})` : ''}; try again`);
    };
    worker.postMessage(request);
  });
