/**
 * Plays a path: a share of the way that grows with time.
 *
 * In: where to begin. Out: calls with the share, at display rate; for those who want less motion, from stop to stop.
 */

export interface Walk {
  /** 0..1. */
  readonly from: number;
  /** Where the strip has digits, both ends among them. */
  readonly stops: number;
  readonly move: (along: number) => void;
  readonly end: () => void;
}

/** The whole way. */
const DURATION_MS = 6000;
const STOP_MS = 700;

/** Starts at once; returns the function that stops it. */
export const attachWalk = ({ from, stops, move, end }: Walk): (() => void) => {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    let stop = Math.floor(from * (stops - 1) + 1e-9);
    move(stop / (stops - 1));
    const timer = setInterval(() => {
      stop += 1;
      move(stop / (stops - 1));
      if (stop === stops - 1) end();
    }, STOP_MS);
    return () => clearInterval(timer);
  }
  let frame = 0;
  let begun: number | null = null;
  const step = (now: number): void => {
    begun ??= now;
    const along = Math.min(1, from + (now - begun) / DURATION_MS);
    move(along);
    if (along === 1) end();
    else frame = requestAnimationFrame(step);
  };
  frame = requestAnimationFrame(step);
  return () => cancelAnimationFrame(frame);
};
