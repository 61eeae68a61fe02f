/**
 * Takes the messages of the page one after the other. There is one run at a time; nothing that fails takes the run that
 * was open before with it.
 */
import { errorRecord, messageOf } from 'latent-plane';
import { containerIds } from 'latent-plane/internal';
import type { ExportFormat, ToWorker } from '../protocol.ts';
import { DEFAULT_BUDGET } from './budget.ts';
import { createEngines, OtherThreads } from './engines.ts';
import type { Post } from './messages.ts';
import { openFolder, reset, restore, start } from './open-commands.ts';
import { createOwnImages } from './own-images.ts';
import { createRunStore } from './run-store.ts';
import { createThrottle } from './throttle.ts';
import { closeRun, currentRun, type WorkerContext } from './worker-context.ts';

export interface Controller {
  take(message: ToWorker): void;
}

export interface ControllerOptions {
  readonly post: Post;
  /** Address of the page's folder. */
  readonly base: string;
  /** Another worker of this kind, with an engine of its own, that posts in this one's place. */
  readonly succeed: () => Controller;
}

const postRuns = async ({ post, store }: WorkerContext): Promise<void> => {
  try {
    post({ type: 'runs', runs: await store.list(), storage: null });
  } catch (error) {
    post({ type: 'runs', runs: [], storage: messageOf(error) });
  }
};

const postFile = async (context: WorkerContext, format: ExportFormat): Promise<void> => {
  const { inspect, data } = currentRun(context);
  const { exportFile } = await import('./exports.ts');
  const { name, bytes, mime } = await inspect((snapshot) => exportFile(format, snapshot, data));
  context.post({ type: 'file', name, bytes, mime }, [bytes.buffer]);
};

type ReadImages = Extract<ToWorker, { readonly type: 'read-images' }>;

/** Between two messages of progress. */
const PROGRESS_MS = 50;

/** Out of turn: another choice of files shall not wait for one that takes long, nor shall a run. */
const postImages = async ({ post, ownImages }: WorkerContext, { images, shape }: ReadImages): Promise<void> => {
  let told = Number.NEGATIVE_INFINITY;
  try {
    const { summary } = await ownImages.read(images, shape, (done, total, unit) => {
      if (done < total && performance.now() - told < PROGRESS_MS) return;
      told = performance.now();
      post({ type: 'images-progress', id: images.id, done, total, unit });
    });
    post({ type: 'images', images, shape, summary, containers: containerIds() });
  } catch (error) {
    post({ type: 'images-refused', id: images.id, fault: errorRecord(error), containers: containerIds() });
  }
};

const answer = async (context: WorkerContext, message: Exclude<ToWorker, ReadImages>): Promise<void> => {
  switch (message.type) {
    case 'start':
      return start(context, message);
    case 'restore':
      return restore(context, message);
    case 'open-run':
      return openFolder(context, message);
    case 'pause':
      return currentRun(context).pause();
    case 'resume':
      return currentRun(context).resume();
    case 'step':
      return currentRun(context).step(message.of);
    case 'reset':
      return reset(context, message);
    case 'last-good':
      return currentRun(context).lastGood();
    case 'save':
      return context.open?.run.save();
    case 'list':
      return postRuns(context);
    case 'delete':
      await context.store.delete(message.id);
      return postRuns(context);
    case 'export':
      return postFile(context, message.format);
    case 'cursor-moved':
      return context.throttle.moved();
    case 'budget':
      context.budget = message.budget;
  }
};

export const createController = ({ post, base, succeed }: ControllerOptions): Controller => {
  const context: WorkerContext = {
    post,
    base,
    store: createRunStore(),
    engines: createEngines(),
    ownImages: createOwnImages(),
    throttle: createThrottle({ now: () => performance.now() }),
    budget: DEFAULT_BUDGET,
    open: null,
  };
  let successor: Controller | null = null;

  /** Once there is a successor, it is asked instead. */
  const answerOrPass = async (message: Exclude<ToWorker, ReadImages>): Promise<void> => {
    if (successor) return successor.take(message);
    try {
      await answer(context, message);
    } catch (error) {
      if (!(error instanceof OtherThreads)) throw error;
      await closeRun(context);
      successor = succeed();
      successor.take({ type: 'budget', budget: context.budget });
      successor.take(message);
    }
  };

  let turn = Promise.resolve();
  return {
    take: (message) => {
      if (message.type === 'read-images') {
        if (successor) successor.take(message);
        else void postImages(context, message);
        return;
      }
      turn = turn
        .then(() => answerOrPass(message))
        .catch((error: unknown) => {
          post({ type: 'error', message: messageOf(error) });
          context.open?.run.postStatus();
        });
    },
  };
};
