/**
 * Plays a path: a share of the way that grows with time.
 *
 * In: where to begin. Out: calls with the share, at display rate; for those who want less motion, from stop to stop.
 */

export interface Playback {
  /** 0..1. */
  readonly from: number;
  /** Where the strip has pictures, both ends among them. */
  readonly stops: number;
  readonly move: (along: number) => void;
  readonly end: () => void;
}

/** The whole way. */
const DURATION_MS = 6000;
const STOP_MS = 700;

/** Starts as soon as the caller is done; returns the function that stops it. */
export const attachPlayback = ({ from, stops, move, end }: Playback): (() => void) => {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    let stop = Math.floor(from * (stops - 1) + 1e-9);
    let timer: ReturnType<typeof setTimeout>;
    const step = (): void => {
      move(stop / (stops - 1));
      stop += 1;
      if (stop < stops) timer = setTimeout(step, STOP_MS);
      else end();
    };
    timer = setTimeout(step);
    return () => clearTimeout(timer);
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
