/**
 * The loss of every batch, thinned so that a run of any length stays drawable.
 *
 * In: losses at places in the run (epochs as a fraction: 1.5 is the middle of the second). Out: at most `CAPACITY` means.
 * When it is full, neighbours are joined, and from then on as many batches make one point.
 */
export interface TracePoint {
  /** Epochs done. */
  readonly at: number;
  readonly loss: number;
}

const CAPACITY = 400;

export interface LossTrace {
  add(at: number, loss: number): void;
  points(): readonly TracePoint[];
}

export const createLossTrace = (): LossTrace => {
  let points: TracePoint[] = [];
  let perPoint = 1;
  let held: TracePoint[] = [];
  const mean = (some: readonly TracePoint[]): TracePoint => ({
    at: some[some.length - 1].at,
    loss: some.reduce((sum, { loss }) => sum + loss, 0) / some.length,
  });
  return {
    add: (at, loss) => {
      if (!Number.isFinite(loss)) return;
      // Back at an earlier state: what came after it has not happened.
      if (points.length > 0 && at < points[points.length - 1].at) {
        points = points.filter((point) => point.at <= at);
        held = [];
      }
      held.push({ at, loss });
      if (held.length < perPoint) return;
      points.push(mean(held));
      held = [];
      if (points.length < CAPACITY) return;
      points = Array.from({ length: CAPACITY / 2 }, (_, i) => mean(points.slice(2 * i, 2 * i + 2)));
      perPoint *= 2;
    },
    points: () => points,
  };
};
