/**
 * The loop over a training in the page: pulls a batch, tells how far it is, lets messages in, and pulls again when it may.
 */
import { messageOf, type Training, type TrainingStep } from 'latent-plane';
import { keptParameters } from 'latent-plane/internal';
import type { MessageTurns } from './message-turns.ts';
import type { Post } from './messages.ts';
import type { PauseControl } from './pause-control.ts';
import type { RunFigures } from './run-figures.ts';
import type { RunPosition, SavedRun } from './run-types.ts';
import type { RunViews } from './run-views.ts';

/** Between two signs of life. */
const PROGRESS_MS = 100;
/** The most that a reload may cost. */
const SAVE_MS = 10_000;

/** What the loop works with. */
export interface RunParts {
  readonly config: SavedRun['config'];
  readonly position: RunPosition;
  readonly figures: RunFigures;
  readonly views: RunViews;
  readonly pauses: PauseControl;
  readonly turns: MessageTurns;
  readonly post: Post;
  readonly save: (run: SavedRun) => Promise<void>;
  /** Milliseconds, from anywhere. */
  readonly now: () => number;
  /** When progress was posted and the state saved last. */
  readonly at: { progressMs: number; savedMs: number };
  /** Whether the run is to end after the batch under way. */
  readonly isClosing: () => boolean;
}

export const postProgress = ({ position, figures, post, at, now }: RunParts): void => {
  if (position.latest === null) return;
  at.progressMs = now();
  post({ type: 'progress', progress: figures.progress(position.latest) });
};

/** Keeps the state where there is one, and says whether that worked. */
export const saveNow = async ({ config, position, figures, post, save, at, now }: RunParts): Promise<void> => {
  const { state, stopped } = position;
  if (state === null) return;
  at.savedMs = now();
  try {
    await save({ config, metrics: figures.metrics(state, stopped), state });
    post({ type: 'saved', epoch: state.epoch, fault: null });
  } catch (error) {
    post({ type: 'saved', epoch: state.epoch, fault: messageOf(error) });
  }
};

/** All that a person who looks at a paused run wants to know. */
export const whenPaused = async (parts: RunParts): Promise<void> => {
  const { position, figures, views, post } = parts;
  postProgress(parts);
  if (position.state !== null) await views.all(position.state);
  await saveNow(parts);
  post({ type: 'status', status: 'paused', at: position.latest });
  figures.pause();
};

export const whenResumed = ({ position, figures, post }: RunParts): void => {
  figures.resume();
  post({ type: 'status', status: 'running', at: position.latest });
};

const afterStart = async ({ position, views, pauses, post }: RunParts, step: TrainingStep): Promise<void> => {
  position.state = step.state();
  if (!pauses.isPaused) {
    await views.plane(position.state);
    post({ type: 'status', status: 'running', at: position.latest });
  }
  await pauses.pass('start');
};

const afterBatch = async (parts: RunParts, step: Exclude<TrainingStep, { readonly type: 'start' }>): Promise<void> => {
  const { position, figures, views, pauses, turns, post, at, now } = parts;
  const { epoch, batch, loss } = step;
  position.latest = { epoch, batch, loss };
  figures.addBatch(batch);
  if (now() - at.progressMs >= PROGRESS_MS) postProgress(parts);
  if (step.type === 'batch' && !turns.isDue && !pauses.isWanted) return;
  position.state = step.state();
  if (step.type === 'epoch') {
    position.valLoss = step.record.valLoss ?? null;
    post({ type: 'epoch', record: step.record });
    await saveNow(parts);
  }
  await turns.take();
  await views.due(position.state);
  if (now() - at.savedMs >= SAVE_MS) await saveNow(parts);
  await pauses.pass(step.type);
  turns.restart();
};

const afterEnd = async (parts: RunParts, training: Training): Promise<void> => {
  const { config, position, figures, views, pauses, post } = parts;
  const { state, stopped, divergedAt } = training.result();
  position.state = state;
  position.stopped = stopped === 'interrupted' ? null : stopped;
  position.latest = divergedAt ?? position.latest;
  pauses.end();
  if (stopped === 'interrupted') return;
  postProgress(parts);
  await views.all(state, keptParameters(state, config.recipe));
  await saveNow(parts);
  figures.pause();
  post({ type: 'status', status: stopped, at: position.latest });
};

/** Pulls a training until it ends or the run closes. */
export const followTraining = async (parts: RunParts, training: Training): Promise<void> => {
  try {
    for await (const step of training) {
      await (step.type === 'start' ? afterStart(parts, step) : afterBatch(parts, step));
      if (parts.isClosing()) break;
    }
    await afterEnd(parts, training);
  } catch (error) {
    parts.pauses.end();
    parts.post({ type: 'error', message: messageOf(error) });
  }
};
