/**
 * Makes room for a cursor that moves over the plane while it learns.
 *
 * In: word that the cursor moved, the time. Out: how long the training may work in one go, and how long it rests after.
 * Where it has every core of the machine, decoding, painting and the browser's compositor wait for one of them behind
 * it; a thread cannot be given a lower priority in a page, so the training rests instead, between two batches. Where a
 * core is left over, nothing rests. The numbers do not depend on it.
 */

/** After the last move: a cursor that stops for a moment goes on moving. */
const MOVING_MS = 300;
/** Of the time while the cursor moves, what training keeps. Measured in `docs/training-in-the-page.md`. */
export const TRAINING_SHARE = 0.5;
/** Less than a frame, so that two short batches do not make one long wait. */
const SLICE_MS = 6;
/** A long batch is not paid for with a long silence: pause and step wait for the end of the rest. */
const MAX_REST_MS = 100;

export interface Throttle {
  /** The cursor moved. */
  moved(): void;
  /** Milliseconds to work before a rest; null while nobody moves the cursor. */
  sliceMs(): number | null;
  /** Milliseconds to rest after so much work. */
  restMs(workedMs: number): number;
}

export interface ThrottleOptions {
  /** Milliseconds, from anywhere. */
  readonly now: () => number;
}

export const createThrottle = ({ now }: ThrottleOptions): Throttle => {
  let movedAt = Number.NEGATIVE_INFINITY;
  return {
    moved: () => {
      movedAt = now();
    },
    sliceMs: () => (now() - movedAt < MOVING_MS ? SLICE_MS : null),
    restMs: (workedMs) => Math.min(MAX_REST_MS, workedMs * (1 / TRAINING_SHARE - 1)),
  };
};

/** Whether training leaves the page no core of its own. */
export const isCrowded = (threads: number, cores: number): boolean => threads >= cores;
