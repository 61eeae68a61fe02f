/**
 * How far the codes reach in each direction: a dimension that dies is seen here before it is a finding.
 *
 * In: codes. Out: the standard deviation of each of the two numbers, code units.
 */
import { createLossTrace, type LossTrace } from './loss-trace.ts';

/** Population standard deviations of `[count, 2]` codes. */
export const spreadOf = (codes: Float32Array): readonly [number, number] => {
  const count = codes.length / 2;
  if (count === 0) return [0, 0];
  const deviation = (axis: number): number => {
    let [sum, squares] = [0, 0];
    for (let i = axis; i < codes.length; i += 2) sum += codes[i];
    const mean = sum / count;
    for (let i = axis; i < codes.length; i += 2) squares += (codes[i] - mean) ** 2;
    return Math.sqrt(squares / count);
  };
  return [deviation(0), deviation(1)];
};

/** The spread through a run, thinned as losses are. */
export const createSpreadTrace = (): readonly [LossTrace, LossTrace] => [createLossTrace(), createLossTrace()];
