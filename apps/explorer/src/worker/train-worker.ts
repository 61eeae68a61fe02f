/**
 * Trains away from the page.
 *
 * In: `ToWorker`. Out: `FromWorker`. Messages are taken one after the other; the training goes on between them, in a page
 * that is not seen too. What each does is `train/work/desk.ts`'s.
 */
import type { FromWorker, ToWorker } from '../train/protocol.ts';
import { createDesk } from '../train/work/desk.ts';

const desk = createDesk({
  say: (message: FromWorker, transfer: Transferable[] = []) => self.postMessage(message, { transfer }),
  // The worker's own address is below the page's folder: `assets/train-worker-….js`, or `src/worker/` in development.
  base: new URL(import.meta.env.DEV ? '../../' : '../', self.location.href).href,
});

self.onmessage = ({ data }: MessageEvent<ToWorker>) => desk.take(data);
