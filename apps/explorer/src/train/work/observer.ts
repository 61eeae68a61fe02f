/**
 * Looks at the network while it learns: the plane of a fixed sample, and what the diagnosis finds on it.
 *
 * In: the live parameters, between two batches. Out: snapshots, findings. It works on copies, so that nothing that is
 * sent away changes with the next batch; its sessions are its own and stay open.
 */
import {
  type AutoencoderSpec,
  type Baselines,
  computeBaselines,
  createInference,
  type Dataset,
  diagnose,
  type Finding,
  type ImageSet,
  type Inference,
  type Labels,
  type ParameterSpec,
  type PlaneBounds,
  type Recipe,
  type ResolvedNetwork,
  type Runtime,
  type TrainingRecord,
  takeImages,
} from 'latent-plane';
import { inferenceBatchSize, pixelFiller, sliceByName, trainedParameters } from 'latent-plane/internal';
import type { Snapshot } from '../protocol.ts';
import { type DatasetFacts, emptyLike } from './dataset.ts';

/** Images that the snapshots place: a plane shows its classes with these, and one pass costs some milliseconds. */
export const SAMPLE = 3000;
/** Images that the rules look at: shares of them are told in whole percents. */
const EXAMINED = 1000;

/** Evenly over the set, so that a folder sorted by class is shown whole. */
export const sampleOf = (set: ImageSet, wanted: number): ImageSet => {
  const count = Math.min(wanted, set.count);
  return takeImages(
    set,
    Uint32Array.from({ length: count }, (_, i) => Math.floor((i * set.count) / count)),
  );
};

const MARGIN = 0.08;
/** Bounds stay while the codes fill this share of them. */
const LOOSE = 0.6;

/** Bounds with a margin; those from before while the codes still fill them, since a plane that trembles tells nothing. */
export const steadyBounds = (codes: Float32Array, before: PlaneBounds | null): PlaneBounds => {
  const min = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const max = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < codes.length; i++) {
    min[i % 2] = Math.min(min[i % 2], codes[i]);
    max[i % 2] = Math.max(max[i % 2], codes[i]);
  }
  const fits =
    before !== null &&
    [0, 1].every((d) => {
      const extent = before.max[d] - before.min[d];
      return min[d] >= before.min[d] && max[d] <= before.max[d] && max[d] - min[d] >= LOOSE * extent;
    });
  if (fits) return before;
  // All codes in one point still need a plane around them.
  const pad = [0, 1].map((d) =>
    Math.max(MARGIN * (max[d] - min[d]), 1e-3 * Math.max(1, Math.abs(min[d]), Math.abs(max[d]))),
  );
  return { min: min.map((value, d) => value - pad[d]), max: max.map((value, d) => value + pad[d]) };
};

export interface ObserverOptions {
  readonly network: ResolvedNetwork;
  readonly spec: AutoencoderSpec;
  readonly recipe: Recipe;
  readonly facts: DatasetFacts;
  /** What is trained on. */
  readonly images: ImageSet;
  readonly runtime: Runtime;
}

export interface Observer {
  readonly labels: Labels;
  /** Null where a code is no finite number. @param parameters - all, flat. */
  snapshot(at: { readonly step: number; readonly epoch: number }, parameters: Float32Array): Promise<Snapshot | null>;
  findings(parameters: Float32Array, training: Pick<TrainingRecord, 'stopped' | 'valLoss'>): Promise<Finding[]>;
  release(): Promise<void>;
}

export const createObserver = async (options: ObserverOptions): Promise<Observer> => {
  const { network, spec, recipe, facts, images, runtime } = options;
  const parameters = trainedParameters(network, { encoder: null });
  const shown = sampleOf(images, SAMPLE);
  const held = new Float32Array(network.parameterCount);
  const weights = sliceByName(parameters, held);
  const encoder: Inference = await createInference(network, weights, {
    target: 'encoder',
    runtime,
    batchSize: inferenceBatchSize(network),
  });
  const examined = sampleOf(images, EXAMINED);
  const dataset: Dataset = { ...facts, train: examined, test: emptyLike(examined) };
  let baselines: Promise<Baselines> | null = null;
  let bounds: PlaneBounds | null = null;
  return {
    labels: shown.labels,
    snapshot: async ({ step, epoch }, flat) => {
      held.set(flat);
      const codes = new Float32Array(shown.count * 2);
      await encoder.each(shown.count, pixelFiller(shown.pixels, encoder.inputSize), ({ code }, from, to) =>
        codes.set(code.subarray(0, (to - from) * 2), from * 2),
      );
      if (!codes.every(Number.isFinite)) return null;
      bounds = steadyBounds(codes, bounds);
      return { step, epoch, weights: copyOf(parameters, held), codes, bounds };
    },
    findings: async (flat, training) => {
      held.set(flat);
      baselines ??= computeBaselines(dataset, { runtime }).then(({ all }) => all);
      return diagnose({ network, weights, runtime }, spec, dataset, await baselines, {
        training: { ...training, testHeldOut: recipe.trainOn === 'train' },
      });
    },
    release: () => encoder.release(),
  };
};

/** One buffer for all, so that it is handed over as one. */
const copyOf = (parameters: readonly ParameterSpec[], flat: Float32Array): Snapshot['weights'] =>
  sliceByName(parameters, flat.slice());
