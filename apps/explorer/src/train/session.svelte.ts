/**
 * The run of this page, whatever view is open.
 *
 * In: what a person asks for. Out: the state of the run, its traces, files. It outlives the Train view, as its worker
 * does; what must outlive the page, the worker keeps in the browser's storage.
 */

import { beacon } from './beacon.svelte.ts';
import { createLossTrace } from './loss-trace.ts';
import type { Budget, DatasetChoice, ExportFormat, FromWorker, ToWorker, TrainRequest } from './protocol.ts';
import { advance, NO_RUN, type RunState } from './run-state.ts';
import { createSpreadTrace, spreadOf } from './spread.ts';

/** The part of a worker that is used here. */
export interface TrainPort {
  postMessage(message: ToWorker): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

export interface MadeFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mime: string;
}

/** Redraws of the curves a second, at most: each is a few hundred points. */
const TRACE_MS = 300;
/** Between two words to the worker that the cursor moves. */
const WALK_SAID_MS = 100;

export const createSession = (connect: () => TrainPort) => {
  let state = $state.raw<RunState>(NO_RUN);
  /** Raised when the traces have new points. */
  let traced = $state(0);
  let loss = createLossTrace();
  let spread = createSpreadTrace();
  let port: TrainPort | null = null;
  let waiting: { resolve: (file: MadeFile) => void; reject: (error: Error) => void } | null = null;
  let lastTraced = 0;
  let walkedAt = 0;
  /** What stood before something was asked for, until the worker takes it up. */
  let before: RunState | null = null;
  /** Milliseconds since 1970 of what was saved last. */
  let savedAt = $state<number | null>(null);
  /** What the run trains on; null where it came with its images. */
  let dataset: DatasetChoice | null = null;

  const refreshTraces = (): void => {
    const now = Date.now();
    if (now - lastTraced < TRACE_MS) return;
    lastTraced = now;
    traced += 1;
  };

  const listen = (message: FromWorker): void => {
    if (message.type === 'error' && waiting) {
      waiting.reject(new Error(message.message));
      waiting = null;
      return;
    }
    if (message.type === 'status') before = null;
    state = message.type === 'error' && before ? { ...before, error: message.message } : advance(state, message);
    if (message.type === 'error') before = null;
    switch (message.type) {
      case 'ready':
        loss = createLossTrace();
        spread = createSpreadTrace();
        for (const record of message.history) loss.add(record.epoch, record.loss);
        traced += 1;
        savedAt = null;
        // The run that was left is among them now.
        ask({ type: 'list' });
        beacon.epochs = message.recipe.epochs;
        beacon.epoch = message.history.length + 1;
        break;
      case 'progress': {
        const { epoch, batch, batches, loss: batchLoss, epochs } = message.progress;
        loss.add(epoch - 1 + batch / batches, batchLoss);
        refreshTraces();
        if (beacon.epoch !== epoch) beacon.epoch = epoch;
        beacon.epochs = epochs;
        break;
      }
      case 'snapshot': {
        const { codes, step } = message.snapshot;
        spreadOf(codes).forEach((value, axis) => {
          spread[axis].add(step, value);
        });
        refreshTraces();
        break;
      }
      case 'status':
        traced += 1;
        break;
      case 'saved':
        if (message.fault === null) savedAt = Date.now();
        break;
      case 'file':
        waiting?.resolve(message);
        waiting = null;
        break;
    }
    beacon.status = state.status;
  };

  const opened = (): TrainPort => {
    if (port) return port;
    const made = connect();
    made.onmessage = ({ data }) => listen(data);
    made.onerror = ({ message }) => {
      made.terminate();
      port = null;
      waiting?.reject(new Error('internal: the worker ended'));
      waiting = null;
      // The last saved state is in the browser's storage, and offered again.
      state = {
        ...NO_RUN,
        error: `internal: the worker that trains ended${message ? ` (${message})` : ''}; go on from the state that was saved`,
      };
      beacon.status = null;
      ask({ type: 'list' });
    };
    port = made;
    return made;
  };
  const ask = (message: ToWorker): void => opened().postMessage(message);
  const begin = (message: ToWorker): void => {
    before = state;
    state = { ...state, status: 'loading', error: null, data: null };
    beacon.status = 'loading';
    ask(message);
  };

  return {
    get state(): RunState {
      return state;
    },
    get savedAt(): number | null {
      return savedAt;
    },
    /** Of every batch; the array is the same until there are new points. */
    get loss() {
      void traced;
      return [...loss.points()];
    },
    /** Of x and y, by Adam steps. */
    get spread() {
      void traced;
      return spread.map((trace) => [...trace.points()]);
    },
    get dataset(): DatasetChoice | null {
      return dataset;
    },
    /** The page may be leaving: what was learned since the last saving is kept too. */
    keep: (): void => {
      if (state.status === 'running' || state.status === 'paused') ask({ type: 'save' });
    },
    list: (): void => ask({ type: 'list' }),
    forget: (id: string): void => ask({ type: 'forget', id }),
    start: (request: TrainRequest, paused = false): void => {
      dataset = request.dataset;
      begin({ type: 'start', request, paused });
    },
    restore: (id: string, images: DatasetChoice | null): void => {
      dataset = images;
      begin({ type: 'restore', id, dataset: images, paused: true });
    },
    openRun: (files: readonly { readonly path: string; readonly file: File }[], images: DatasetChoice | null): void => {
      dataset = images;
      begin({ type: 'open-run', files, dataset: images });
    },
    pause: (): void => ask({ type: 'pause' }),
    resume: (): void => ask({ type: 'resume' }),
    step: (of: 'batch' | 'epoch'): void => ask({ type: 'step', of }),
    reset: (seed: number, paused: boolean): void => ask({ type: 'reset', seed, paused }),
    lastGood: (): void => ask({ type: 'last-good' }),
    setBudget: (budget: Budget): void => ask({ type: 'budget', budget }),
    /** The cursor moves over the plane. */
    walk: (): void => {
      const now = Date.now();
      if (state.status !== 'running' || now - walkedAt < WALK_SAID_MS) return;
      walkedAt = now;
      ask({ type: 'walk' });
    },
    /** The error was read. */
    settle: (): void => {
      state = { ...state, error: null };
    },
    /** @throws Error with the worker's words where the file cannot be made. */
    makeFile: (format: ExportFormat): Promise<MadeFile> => {
      if (waiting) return Promise.reject(new Error('busy: another file is being made; wait for it'));
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        ask({ type: 'export', format });
      });
    },
  };
};

export type TrainSession = ReturnType<typeof createSession>;

let shared: TrainSession | null = null;

/** The one of this page; its worker starts with the first thing that is asked. */
export const trainSession = (): TrainSession => {
  if (shared) return shared;
  const made = createSession(
    () => new Worker(new URL('../worker/train-worker.ts', import.meta.url), { type: 'module' }),
  );
  // The last that a page hears before it may be gone; whatever view is open.
  addEventListener('pagehide', made.keep);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) made.keep();
  });
  shared = made;
  return made;
};
