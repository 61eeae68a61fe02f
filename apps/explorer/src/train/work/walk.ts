/**
 * Leaves room for somebody who walks the plane while it learns.
 *
 * In: word that the cursor moved, the time. Out: how long the training may work in one go, and how long it rests after.
 * Where it has every core of the machine, decoding, painting and the browser's compositor wait for one of them behind
 * it; a thread cannot be given a lower rank in a page, so the training rests instead, between two batches. Where a core
 * is left over, nothing rests. The numbers do not depend on it.
 */

/** After the last move: a hand that stops for a moment goes on walking. */
const WALK_MS = 300;
/** Of the time of a walk, what training keeps. Measured in `docs/training-in-the-page.md`. */
export const WALK_SHARE = 0.5;
/** Less than a frame, so that two short batches do not make one long wait. */
const SLICE_MS = 6;
/** A long batch is not paid for with a long silence: pause and step wait for the end of the rest. */
const MAX_REST_MS = 100;

export interface Walk {
  /** The cursor moved. */
  moved(): void;
  /** Milliseconds to work before a rest; null while nobody walks. */
  sliceMs(): number | null;
  /** Milliseconds to rest after so much work. */
  restMs(workedMs: number): number;
}

export interface WalkOptions {
  /** Milliseconds, from anywhere. */
  readonly now: () => number;
}

export const createWalk = ({ now }: WalkOptions): Walk => {
  let movedAt = Number.NEGATIVE_INFINITY;
  return {
    moved: () => {
      movedAt = now();
    },
    sliceMs: () => (now() - movedAt < WALK_MS ? SLICE_MS : null),
    restMs: (workedMs) => Math.min(MAX_REST_MS, workedMs * (1 / WALK_SHARE - 1)),
  };
};

/** Whether training leaves the page no core of its own. */
export const isCrowded = (threads: number, cores: number): boolean => threads >= cores;
