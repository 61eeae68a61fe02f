/**
 * Where a training stops between two batches: to pause, to be looked at, to let messages in.
 *
 * In: what a person asks for (`pause`, `resume`, `step`) and work to do at the next stop. Out: a promise that the
 * training waits for. No session is built anew by a pause, and the numbers do not depend on where one was.
 */

/** Where the training stands: before the first batch, between two of an epoch, or between two epochs. */
export type Stop = 'start' | 'batch' | 'epoch';

export interface Gate {
  /** Whether there is a reason to stop between two batches of an epoch. */
  readonly wanted: boolean;
  readonly paused: boolean;
  pause(): void;
  resume(): void;
  /** One batch or the rest of the epoch; then pauses. */
  step(of: 'batch' | 'epoch'): void;
  /** Does `work` at the next stop, in turn. Rejects as it does, or where the training ends before. */
  at(work: () => Promise<void>): Promise<void>;
  /** The training stands here: does what waits, and resolves when it may go on. */
  stop(where: Stop): Promise<void>;
  /** The training has ended, or is to end: nothing waits any more, and work is done at once. */
  open(): void;
  /** The training begins again, paused. */
  shut(): void;
}

export interface GateOptions {
  /** Each time the training comes to rest, before it waits. */
  readonly onPause: () => Promise<void>;
  /** Each time it goes on. */
  readonly onGo: () => void;
}

export const createGate = ({ onPause, onGo }: GateOptions): Gate => {
  let mode: 'running' | 'paused' | 'batch' | 'epoch' = 'running';
  let ended = false;
  let wake: (() => void) | null = null;
  const tasks: (() => Promise<void>)[] = [];
  const nudge = (): void => {
    wake?.();
    wake = null;
  };
  const set = (next: typeof mode): void => {
    mode = next;
    nudge();
  };
  return {
    get wanted() {
      return tasks.length > 0 || mode === 'paused' || mode === 'batch';
    },
    get paused() {
      return mode === 'paused';
    },
    pause: () => set('paused'),
    resume: () => set('running'),
    step: set,
    at: (work) => {
      if (ended) return work();
      return new Promise((resolve, reject) => {
        tasks.push(() => work().then(resolve, reject));
        nudge();
      });
    },
    stop: async (where) => {
      if (where !== 'start' && (mode === 'batch' || (mode === 'epoch' && where === 'epoch'))) mode = 'paused';
      let told = false;
      while (!ended) {
        for (let task = tasks.shift(); task; task = tasks.shift()) await task();
        if (mode !== 'paused') break;
        if (!told) {
          told = true;
          await onPause();
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
      if (told && !ended) onGo();
    },
    open: () => {
      ended = true;
      nudge();
      for (let task = tasks.shift(); task; task = tasks.shift()) void task();
    },
    shut: () => {
      ended = false;
      mode = 'paused';
    },
  };
};
