/**
 * What the worker that trains has, whatever it is asked for: one run at most, and what opens the next.
 */
import { inputError } from 'latent-plane/internal';
import type { Budget } from '../protocol.ts';
import type { Engines } from './engines.ts';
import type { Post } from './messages.ts';
import type { OwnImagesReader } from './own-images.ts';
import { openRun } from './run.ts';
import type { RunStore } from './run-store.ts';
import type { Run, RunOptions } from './run-types.ts';
import type { Throttle } from './throttle.ts';

export interface WorkerContext {
  readonly post: Post;
  /** Address of the page's folder. */
  readonly base: string;
  readonly store: RunStore;
  readonly engines: Engines;
  readonly ownImages: OwnImagesReader;
  readonly throttle: Throttle;
  budget: Budget;
  /** The run that is open, which no other page writes until it is unlocked. */
  open: { readonly run: Run; readonly unlock: () => void } | null;
}

/** @throws LatentError (input) `no-run`. */
export const currentRun = ({ open }: WorkerContext): Run => {
  if (open === null)
    throw inputError('no-run', { problem: 'there is no training to do this with', hint: 'start one, or open one' });
  return open.run;
};

export const closeRun = async (context: WorkerContext): Promise<void> => {
  const { open } = context;
  context.open = null;
  try {
    await open?.run.close();
  } finally {
    open?.unlock();
  }
};

type NextRun = Pick<RunOptions, 'id' | 'config' | 'data' | 'engine' | 'from' | 'paused' | 'notes' | 'initial'>;

/** Closes the run that is open, for all is there for the next one. */
export const replaceRun = async (context: WorkerContext, next: NextRun): Promise<void> => {
  await closeRun(context);
  const { store, throttle, post } = context;
  const unlock = await store.lock(next.id);
  try {
    const run = await openRun({
      ...next,
      budget: () => context.budget,
      throttle,
      post,
      save: (saved) => store.save(next.id, next.data, saved),
    });
    context.open = { run, unlock };
  } catch (error) {
    unlock();
    throw error;
  }
};
