/**
 * How often to look at a training without starving it.
 *
 * In: how often a look is wanted, the share of the time it may take, and what the looks cost so far. Out: whether one
 * is due. `wait = max(every, cost / share - cost)`: a look that costs 40 ms and may take a tenth of the time comes every
 * 400 ms at most, on whatever machine.
 */
export interface Spacing {
  due(): boolean;
  /** Does a look and learns its cost. */
  look(work: () => Promise<void>): Promise<void>;
  /** The next one is due at once. */
  hurry(): void;
}

export interface SpacingOptions {
  readonly everyMs: () => number;
  /** 0..1, of all time. */
  readonly share: () => number;
  /** Milliseconds, from anywhere. */
  readonly now: () => number;
}

export const createSpacing = ({ everyMs, share, now }: SpacingOptions): Spacing => {
  let last = Number.NEGATIVE_INFINITY;
  let cost = 0;
  return {
    due: () => now() - last >= Math.max(everyMs(), cost / share() - cost),
    look: async (work) => {
      const begin = now();
      await work();
      last = now();
      cost = last - begin;
    },
    hurry: () => {
      last = Number.NEGATIVE_INFINITY;
    },
  };
};
