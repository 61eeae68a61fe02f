/**
 * Decides between two pulls of a training whether it is pulled again: now, later, or after work that waits for a batch
 * to end. The training does nothing while nobody pulls, so its numbers do not depend on when that is.
 */

/** Where the training stands: before the first batch, between two of an epoch, or between two epochs. */
export type Place = 'start' | 'batch' | 'epoch';

type Mode = 'running' | 'paused' | 'one-batch' | 'one-epoch';

export interface PauseControl {
  /** Whether there is a reason to wait between two batches of an epoch. */
  readonly isWanted: boolean;
  readonly isPaused: boolean;
  pause(): void;
  resume(): void;
  /** One batch or the rest of the epoch; then pauses. */
  step(of: 'batch' | 'epoch'): void;
  /** Does `work` between two batches, in turn; at once where the training has ended. */
  between<T>(work: () => Promise<T>): Promise<T>;
  /** The training stands here: does what waits, and resolves when it may be pulled again. */
  pass(place: Place): Promise<void>;
  /** The training has ended, or is to end: nothing waits any more. */
  end(): void;
  /** The training begins again, paused. */
  restart(): void;
}

export interface PauseOptions {
  /** Each time the training comes to rest, before it waits. */
  readonly onPause: () => Promise<void>;
  /** Each time it goes on. */
  readonly onResume: () => void;
}

const isDone = (mode: Mode, place: Place): boolean =>
  (mode === 'one-batch' && place !== 'start') || (mode === 'one-epoch' && place === 'epoch');

export const createPauseControl = ({ onPause, onResume }: PauseOptions): PauseControl => {
  let mode: Mode = 'running';
  let hasEnded = false;
  let wake: () => void = () => undefined;
  const waiting: (() => Promise<void>)[] = [];
  const set = (next: Mode): void => {
    mode = next;
    wake();
  };
  /** Holds the training until it may go on; work that comes meanwhile is done. */
  const rest = async (): Promise<void> => {
    let isResting = false;
    while (!hasEnded) {
      for (let work = waiting.shift(); work; work = waiting.shift()) await work();
      if (mode !== 'paused') break;
      if (isResting) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else {
        isResting = true;
        await onPause();
      }
    }
    if (isResting && !hasEnded) onResume();
  };
  return {
    get isWanted() {
      return waiting.length > 0 || mode === 'paused' || mode === 'one-batch';
    },
    get isPaused() {
      return mode === 'paused';
    },
    pause: () => set('paused'),
    resume: () => set('running'),
    step: (of) => set(of === 'batch' ? 'one-batch' : 'one-epoch'),
    between: (work) => {
      if (hasEnded) return work();
      return new Promise((resolve, reject) => {
        waiting.push(() => work().then(resolve, reject));
        wake();
      });
    },
    pass: (place) => {
      if (isDone(mode, place)) mode = 'paused';
      return rest();
    },
    end: () => {
      hasEnded = true;
      wake();
      for (let work = waiting.shift(); work; work = waiting.shift()) void work();
    },
    restart: () => {
      hasEnded = false;
      mode = 'paused';
    },
  };
};
