/**
 * How near each part of the plane lies to real images: off them the class map is hatched, since a classifier is as
 * sure of pictures that are like nothing as of real ones.
 *
 * In: points and bounds. Out: 0 (off the data) to 255 (among them) on a mesh. A worker asks Flatbush's tree.
 */
import type { PlaneBounds } from 'latent-plane';

export interface ClosenessRequest {
  /** `[count, 2]`, code units. */
  readonly codes: Float32Array;
  readonly bounds: PlaneBounds;
  /** What distances are shares of: of the bounds of all codes, where `bounds` are a part of them. */
  readonly diagonal?: number;
  /** Points along each side, row 0 on top. */
  readonly size: number;
}

export interface Closeness {
  readonly size: number;
  /** `[size * size]`. */
  readonly values: Uint8Array;
}

/** Shares of the bounds' diagonal: to `NEAR` the field is whole, from `FAR` on it is hatched. See `proximityOf`. */
const NEAR = 0.01;
export const FAR = 0.03;

/** @param distance - to the nearest code, as a share of the bounds' diagonal. */
export const closenessAt = (distance: number): number => {
  const t = Math.min(1, Math.max(0, (FAR - distance) / (FAR - NEAR)));
  return Math.round(255 * t * t * (3 - 2 * t));
};

/** @returns a way to cancel the question. */
export const askCloseness = (request: ClosenessRequest, onAnswer: (closeness: Closeness) => void): (() => void) => {
  const worker = new Worker(new URL('../worker/closeness-worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<Closeness>) => {
    worker.terminate();
    onAnswer(data);
  };
  worker.postMessage(request);
  return () => worker.terminate();
};
