/**
 * The scales of a small line chart.
 *
 * In: values. Out: where they lie, 0..1 from the bottom, and a few round numbers to write beside them; logarithmic where
 * the values reach over more than a few multiples.
 */
import { ticks } from 'd3-array';

export interface CurveScale {
  readonly isLog: boolean;
  /** 0 at the bottom, 1 at the top. */
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** Above this ratio of the largest to the smallest, a linear scale would crush the low end. */
const WIDE = 3;
const MARGIN = 0.06;
/** More ticks than this would run into each other. */
const MAX_DECADES = 8;

export const curveScale = (values: readonly number[]): CurveScale => {
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  if (finite.length === 0) return { isLog: false, at: () => 0.5, ticks: [] };
  const isLog = low > 0 && high > WIDE * low;
  const place = isLog ? Math.log10 : (value: number): number => value;
  const span = place(high) - place(low) || Math.abs(place(high)) || 1;
  const bottom = place(low) - MARGIN * span - (high === low ? span / 2 : 0);
  const height = span * (1 + 2 * MARGIN);
  const at = (value: number): number => (place(value) - bottom) / height;
  const all = isLog ? logTicks(low, high) : ticks(low, high, 4);
  return { isLog, at, ticks: all.filter((tick) => at(tick) >= 0 && at(tick) <= 1) };
};

/** Fewer to a decade the more decades there are. */
const stepsFor = (ratio: number): readonly number[] => {
  if (ratio > 300) return [1];
  return ratio > 12 ? [1, 2, 5] : [1, 2, 3, 4, 6, 8];
};

const logTicks = (low: number, high: number): number[] => {
  const found: number[] = [];
  const every = Math.ceil(Math.log10(high / low) / MAX_DECADES);
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += every) {
    for (const step of stepsFor(high / low)) found.push(Number((step * 10 ** power).toPrecision(1)));
  }
  return found;
};

/** Whole epochs, at most a handful. */
export const epochTicks = (from: number, to: number): readonly number[] =>
  [...new Set(ticks(from, to, 5).map(Math.round))].filter((tick) => tick >= from && tick <= to);
