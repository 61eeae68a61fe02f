/**
 * Has the page kept for visits without a network, once it rests: the first visit's line is the plane's.
 *
 * In: nothing but the browser. Out: how it stands, in a word. Nothing else of the page depends on it.
 */
import { type KeepAnswer, type KeepRequest, WORKER_FILE } from './protocol.ts';

/**
 * `waiting` until the page rests; `kept`; or why it is not: no service workers without https, none in this browser or
 * window, storage blocked, a server whose data have no list, a file that could not be had.
 */
export type Offline = 'waiting' | 'kept' | 'insecure' | 'unsupported' | 'blocked' | 'no-list' | 'failed';

const REST_MS = 1500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const loaded = (): readonly string[] => performance.getEntriesByType('resource').map(({ name }) => name);

/** Until nothing was loaded for a while. */
const untilItRests = async (): Promise<void> => {
  if (document.readyState !== 'complete') {
    await new Promise((resolve) => addEventListener('load', resolve, { once: true }));
  }
  for (let before = -1, now = loaded().length; before !== now; now = loaded().length) {
    before = now;
    await pause(REST_MS);
  }
};

/** Until the worker has kept the page, or is there from an earlier visit. */
const installed = (worker: ServiceWorker): Promise<boolean> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (worker.state === 'installed' || worker.state === 'activating') return;
      if (worker.state === 'activated') resolve(true);
      if (worker.state === 'redundant') resolve(false);
    };
    // One that waits for older pages to close is asked to keep this page's data as well.
    if (worker.state === 'installed') resolve(true);
    worker.addEventListener('statechange', look);
    look();
  });

const ask = (worker: ServiceWorker, request: KeepRequest): Promise<KeepAnswer> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<KeepAnswer>) => {
      port1.close();
      resolve(data);
    };
    worker.postMessage(request, [port2]);
  });

/** @param tell - called with each new status. */
export const keepOffline = async (tell: (status: Offline) => void): Promise<void> => {
  if (!isSecureContext) return tell('insecure');
  if (!('serviceWorker' in navigator)) return tell('unsupported');
  await untilItRests();
  let registration: ServiceWorkerRegistration;
  try {
    registration = await navigator.serviceWorker.register(new URL(WORKER_FILE, document.baseURI), {
      updateViaCache: 'none',
    });
  } catch {
    // Browsers name the refusal differently; where site data are blocked, caches cannot be opened either.
    const blocked = await caches.keys().then(
      () => false,
      () => true,
    );
    if (blocked) return tell('blocked');
    // Without a network the worker is there already.
    const kept = await navigator.serviceWorker.getRegistration().catch(() => undefined);
    return tell(kept?.active ? 'kept' : 'failed');
  }
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (!worker || !(await installed(worker))) return tell('failed');
  const script = document.querySelector<HTMLScriptElement>('script[type=module]')?.src ?? '';
  const { refusal } = await ask(worker, { type: 'keep', script, addresses: loaded() });
  // A newer build was deployed while this page was open; it is kept at its own first visit.
  if (refusal !== 'other-build') tell(refusal ?? 'kept');
};
