/**
 * Trains away from the page.
 *
 * In: `ToWorker`. Out: `FromWorker`. Messages are taken one after the other; the training goes on between them, in a page
 * that is not seen too. What each does is `train/work/controller.ts`'s.
 */
import type { FromWorker, ToWorker } from '../train/protocol.ts';
import { createController } from '../train/work/controller.ts';

const post = (message: FromWorker, transfer: Transferable[] = []): void => self.postMessage(message, { transfer });

const controller = createController({
  post,
  // The worker's own address is below the page's folder: `assets/train-worker-….js`, or `src/worker/` in development.
  base: new URL(self.location.pathname.includes('/src/worker/') ? '../../' : '../', self.location.href).href,
  succeed: () => {
    const worker = new Worker(self.location.href, { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => post(data);
    worker.onerror = ({ message }) => post({ type: 'error', message: `internal: ${message}` });
    return { take: (message) => worker.postMessage(message) };
  },
});

self.onmessage = ({ data }: MessageEvent<ToWorker>) => controller.take(data);
