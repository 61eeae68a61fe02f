/**
 * What the two entry points that train share around `train`: which parameters are trained, and a meter of time and images.
 */
import { inTrainingOrder, type ParameterSpec, type ResolvedNetwork } from '../network/index.ts';
import type { Weights } from '../runtime/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { RunConfig } from './config.ts';
import type { RunMetrics } from './metrics.ts';

/** The parameters that a run trains, in the order of its state: all, or those of a new decoder. */
export const trainedParameters = (network: ResolvedNetwork, { encoder }: Pick<RunConfig, 'encoder'>): ParameterSpec[] =>
  inTrainingOrder(
    network.parts.filter((part) => encoder === null || part.name !== 'encoder').flatMap(({ parameters }) => parameters),
  );

/** A flat array by parameter name; views, no copies. */
export const sliceByName = (parameters: readonly ParameterSpec[], flat: Float32Array): Weights => {
  let at = 0;
  return new Map(
    parameters.map((parameter): [string, Float32Array] => {
      const length = elementCount(parameter.shape);
      at += length;
      return [parameter.name, flat.subarray(at - length, at)];
    }),
  );
};

export interface RunMeter {
  add(images: number): void;
  read(): { readonly seconds: number; readonly imagesPerSecond: number };
}

/**
 * Seconds and images over all executions of a run, the earlier ones as `metrics.json` tells them.
 *
 * @param now - milliseconds, from anywhere.
 */
export const createMeter = (now: () => number, before: RunMetrics | null): RunMeter => {
  const start = now();
  const secondsBefore = before?.seconds ?? 0;
  const imagesBefore = secondsBefore * (before?.imagesPerSecond ?? 0);
  let images = 0;
  return {
    add: (count) => {
      images += count;
    },
    read: () => {
      const seconds = secondsBefore + (now() - start) / 1000;
      return { seconds, imagesPerSecond: seconds > 0 ? (imagesBefore + images) / seconds : 0 };
    },
  };
};
