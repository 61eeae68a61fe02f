/** Figures over repeated trainings: median, quartiles, best. In: numbers. Out: numbers; nothing is drawn at random. */

/** Where values of repeated trainings lie, in the unit of the values. */
export interface QuartileSummary {
  /** How many values. */
  readonly count: number;
  /** The middle one, or the mean of the two in the middle. */
  readonly median: number;
  /** The smallest. */
  readonly lowest: number;
  /** The largest. */
  readonly highest: number;
  /** Third quartile less first, both by linear interpolation; 0 of a single value. */
  readonly interquartile: number;
}

/** The `share`-quantile of ascending values, between two of them by linear interpolation (Hyndman & Fan 1996, type 7). */
const quantile = (ascending: readonly number[], share: number): number => {
  const at = share * (ascending.length - 1);
  const below = Math.floor(at);
  const low = ascending[below];
  return low + (at - below) * ((ascending[below + 1] ?? low) - low);
};

/** Median, bounds and quartiles of at least one value; null of none. Quartiles by linear interpolation. */
export const quartileSummary = (values: readonly number[]): QuartileSummary | null => {
  if (values.length === 0) return null;
  const ascending = [...values].sort((a, b) => a - b);
  return {
    count: ascending.length,
    median: quantile(ascending, 0.5),
    lowest: ascending[0],
    highest: ascending[ascending.length - 1],
    interquartile: quantile(ascending, 0.75) - quantile(ascending, 0.25),
  };
};
