/**
 * The run of this page, whatever view is open: its state, its curves, and what can be asked of it. It outlives the Train
 * view, as its worker does; what must outlive the page, the worker keeps in the browser's storage.
 */
import { createFileRequest, type MadeFile } from './file-request.ts';
import { createOwnImagesState } from './own-images.svelte.ts';
import type { PathFile } from './page-file.ts';
import type { Budget, DatasetChoice, ExportFormat, ToWorker, TrainRequest } from './protocol.ts';
import type { RunState } from './run-state.ts';
import { createSessionModel, type SessionModel } from './session-model.svelte.ts';
import { createWorkerPort, type TrainPort } from './worker-port.ts';

type GivenFiles = readonly PathFile[];

/** Between two messages that the cursor moves. */
const CURSOR_MS = 100;

/** What is asked of the run that is open, or of those in storage. */
const createRequests = (post: (message: ToWorker) => void, model: SessionModel) => {
  let cursorAt = 0;
  return {
    /** The page may be leaving: what was learned since the last saving is kept too. */
    save: (): void => {
      if (model.state.status === 'running' || model.state.status === 'paused') post({ type: 'save' });
    },
    list: (): void => post({ type: 'list' }),
    deleteRun: (id: string): void => post({ type: 'delete', id }),
    pause: (): void => post({ type: 'pause' }),
    resume: (): void => post({ type: 'resume' }),
    step: (of: 'batch' | 'epoch'): void => post({ type: 'step', of }),
    reset: (seed: number, paused: boolean): void => post({ type: 'reset', seed, paused }),
    lastGood: (): void => post({ type: 'last-good' }),
    setBudget: (budget: Budget): void => post({ type: 'budget', budget }),
    /** The cursor moves over the plane. */
    cursorMoved: (): void => {
      const now = Date.now();
      if (model.state.status !== 'running' || now - cursorAt < CURSOR_MS) return;
      cursorAt = now;
      post({ type: 'cursor-moved' });
    },
    /** The error was read. */
    clearError: model.clearError,
  };
};

/** What opens another run. */
const createOpeners = (post: (message: ToWorker) => void, model: SessionModel) => {
  /** What the run trains on; null where it came with its images. */
  let dataset: DatasetChoice | null = null;
  const open = (images: DatasetChoice | null, message: ToWorker): void => {
    dataset = images;
    model.expectRun();
    post(message);
  };
  return {
    dataset: (): DatasetChoice | null => dataset,
    start: (request: TrainRequest, paused = false): void => open(request.dataset, { type: 'start', request, paused }),
    restore: (id: string, images: DatasetChoice | null): void =>
      open(images, { type: 'restore', id, dataset: images, paused: true }),
    openRun: (files: GivenFiles, images: DatasetChoice | null): void =>
      open(images, { type: 'open-run', files, dataset: images }),
  };
};

export const createSession = (connect: () => TrainPort) => {
  const model = createSessionModel();
  const file = createFileRequest();
  const post = createWorkerPort({
    connect,
    onMessage: (message) => {
      if (file.settle(message) || ownImages.receive(message)) return;
      model.receive(message);
      // The run that was left is among them now.
      if (message.type === 'ready') post({ type: 'list' });
    },
    onEnd: (reason) => {
      file.fail('internal: the worker ended');
      ownImages.lose();
      // The last saved state is in the browser's storage, and offered again.
      model.loseRun(
        `internal: the worker that trains ended${reason ? ` (${reason})` : ''}; go on from the state that was saved`,
      );
      post({ type: 'list' });
    },
  });
  const ownImages = createOwnImagesState(post);
  const { dataset, ...openers } = createOpeners(post, model);
  return {
    ...createRequests(post, model),
    ...openers,
    /** A person's own images, read or being read. */
    ownImages,
    get state(): RunState {
      return model.state;
    },
    get savedAt(): number | null {
      return model.savedAt;
    },
    get loss() {
      return model.traces.loss;
    },
    get spread() {
      return model.traces.spread;
    },
    get dataset(): DatasetChoice | null {
      return dataset();
    },
    /** @throws Error with the worker's words where the file cannot be made. */
    makeFile: (format: ExportFormat): Promise<MadeFile> => file.make(() => post({ type: 'export', format })),
  };
};

export type TrainSession = ReturnType<typeof createSession>;

let shared: TrainSession | null = null;

/** The one of this page; its worker starts with the first message. */
export const trainSession = (): TrainSession => {
  if (shared) return shared;
  const made = createSession(
    () => new Worker(new URL('../worker/train-worker.ts', import.meta.url), { type: 'module' }),
  );
  // The last that a page hears before it may be gone; whatever view is open.
  addEventListener('pagehide', made.save);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) made.save();
  });
  shared = made;
  return made;
};
