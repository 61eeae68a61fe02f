/**
 * Images per second over the last seconds: a rate over hours tells nothing of now.
 */

const OVER_MS = 4000;
/** Before this nothing is told: the first batches warm the engine up. */
const SINCE_MS = 250;

export interface Rate {
  add(images: number): void;
  /** Null before there is a figure. */
  read(): number | null;
  /** After a pause: what was before it does not count. */
  restart(): void;
}

/** @param now - milliseconds, from anywhere. */
export const createRate = (now: () => number): Rate => {
  let begin = { ms: now(), images: 0 };
  let middle = begin;
  let images = 0;
  return {
    add: (count) => {
      images += count;
      const ms = now();
      if (ms - middle.ms < OVER_MS / 2) return;
      begin = middle;
      middle = { ms, images };
    },
    read: () => {
      const ms = now() - begin.ms;
      return ms < SINCE_MS || images === begin.images ? null : (1000 * (images - begin.images)) / ms;
    },
    restart: () => {
      begin = { ms: now(), images };
      middle = begin;
    },
  };
};
