/**
 * Looks at the network while it learns: the plane of a fixed sample, reconstructions beside it where a plane shows a part of
 * a code, and what the diagnosis finds.
 *
 * In: the live parameters, between two batches. Out: snapshots, findings. It works on copies, so that nothing that is
 * sent away changes with the next batch; its sessions are its own and stay open.
 */
import {
  type AutoencoderSpec,
  type Baselines,
  type CodePlane,
  computeBaselines,
  createInference,
  type Dataset,
  diagnose,
  type Finding,
  type ImageSet,
  type Inference,
  type InferenceTarget,
  type Labels,
  type ParameterSpec,
  type PlaneBounds,
  partOf,
  type Recipe,
  type ResolvedNetwork,
  type Runtime,
  type Shape,
  shownPlane,
  type TrainingRecord,
  takeImages,
  toByte,
  type Weights,
} from 'latent-plane';
import {
  elementCount,
  inferenceBatchSize,
  isCodeSpace,
  PLANE_DIMENSIONS,
  pixelFiller,
  shownPoints,
  sliceByName,
  trainedParameters,
} from 'latent-plane/internal';
import type { PlaneSnapshot, ReconstructionSnapshot, Snapshot } from '../protocol.ts';
import { type DatasetFacts, emptyLike } from './dataset.ts';

/** Images that the snapshots place: a plane shows its classes with these, and one pass costs some milliseconds. */
export const SAMPLE = 3000;
/** Images that the rules look at: shares of them are told in whole percents. */
const EXAMINED = 1000;
/** Fewer, and their shares would be no percents. */
const LEAST_EXAMINED = 100;
/** Of codes with more numbers a look would take minutes: every two of them are correlated, and each is held still once. */
const MAX_EXAMINED_CODE = 256;
/** Numbers of the codes of a sample: of wide ones fewer images are shown, for each snapshot copies them. */
const MOST_NUMBERS = 1e6;
/** Pairs of image and reconstruction that are shown beside a plane of a part of the code. */
const RECONSTRUCTED = 24;

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
  /** Of a code. */
  readonly codeShape: Shape;
  readonly isExamined: boolean;
  readonly labels: Labels;
  /** Null where the network gives what is no finite number. @param parameters - all, flat. */
  snapshot(at: { readonly step: number; readonly epoch: number }, parameters: Float32Array): Promise<Snapshot | null>;
  /** Null of a network that is not examined. */
  findings(
    parameters: Float32Array,
    training: Pick<TrainingRecord, 'stopped' | 'valLoss'>,
  ): Promise<readonly Finding[] | null>;
  release(): Promise<void>;
}

/** What the looks of an observer share: weights that are written before each. */
interface Watched extends ObserverOptions {
  readonly weights: Weights;
  readonly parameters: readonly ParameterSpec[];
  readonly held: Float32Array;
}

interface Look<Seen> {
  readonly labels: Labels;
  /** Of the weights that are held; null where they give what is no finite number. */
  take(): Promise<Seen | null>;
  release(): Promise<void>;
}

const inferenceOf = ({ network, weights, runtime }: Watched, target: InferenceTarget): Promise<Inference> =>
  createInference(network, weights, { target, runtime, batchSize: inferenceBatchSize(network) });

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, d) => sum + value * b[d], 0);

/** A direction is found up to its sign: here as it lay before, so that the plane is not turned over between two looks. */
export const steadyPlane = (plane: CodePlane, before: CodePlane | null): CodePlane => {
  if (before === null || plane.axes !== null || before.axes !== null) return plane;
  const [first, second] = plane.directions.map((direction, i) =>
    dot(direction, before.directions[i]) < 0 ? direction.map((value) => -value) : direction,
  );
  return { ...plane, directions: [first, second] };
};

/** The codes of a sample on their plane. */
const planeLook = async (watched: Watched, size: number): Promise<Look<PlaneSnapshot>> => {
  const shown = sampleOf(watched.images, Math.min(SAMPLE, Math.max(1, Math.floor(MOST_NUMBERS / size))));
  const encoder = await inferenceOf(watched, 'encoder');
  let bounds: PlaneBounds | null = null;
  let through: CodePlane | null = null;
  return {
    labels: shown.labels,
    take: async () => {
      const values = new Float32Array(shown.count * size);
      await encoder.each(
        shown.count,
        pixelFiller(shown.pixels, encoder.inputSize),
        ({ code }, from, to) => values.set(code.subarray(0, (to - from) * size), from * size),
        shown.labels,
      );
      if (!values.every(Number.isFinite)) return null;
      const codes = { values, count: shown.count, size };
      through = steadyPlane(shownPlane(codes), through);
      const points = shownPoints(through, codes);
      bounds = steadyBounds(points, bounds);
      const weights = copyOf(watched.parameters, watched.held);
      return { weights, codes: points, bounds, ...(isCodeSpace(through) ? {} : { whole: codes, through }) };
    },
    release: () => encoder.release(),
  };
};

/** Some images and what comes of them. */
const reconstructionLook = async (watched: Watched): Promise<Look<ReconstructionSnapshot>> => {
  const { pixels: images, labels, count } = sampleOf(watched.images, RECONSTRUCTED);
  const both = await inferenceOf(watched, 'autoencoder');
  return {
    labels,
    take: async () => {
      const reconstructions = new Uint8Array(images.length);
      let isSound = true;
      await both.each(
        count,
        pixelFiller(images, both.inputSize),
        ({ reconstruction }, from, to) => {
          const values = reconstruction.subarray(0, (to - from) * both.inputSize);
          isSound &&= values.every(Number.isFinite);
          reconstructions.set(Uint8Array.from(values, toByte), from * both.inputSize);
        },
        labels,
      );
      return isSound ? { images, reconstructions, labels } : null;
    },
    release: () => both.release(),
  };
};

/** Of few images where a code has many numbers: each of them is held still once, and all images decoded. */
const examinedCount = (codeSize: number): number =>
  Math.round(Math.min(EXAMINED, Math.max(LEAST_EXAMINED, (20 * EXAMINED) / codeSize)));

export const createObserver = async (options: ObserverOptions): Promise<Observer> => {
  const { network, spec, recipe, facts, images, runtime } = options;
  const parameters = trainedParameters(network, { encoder: null });
  const held = new Float32Array(network.parameterCount);
  const weights = sliceByName(parameters, held);
  const watched: Watched = { ...options, parameters, held, weights };
  const codeShape = partOf(network, 'encoder').outputShape;
  const codeSize = elementCount(codeShape);
  const plane = await planeLook(watched, codeSize);
  const pairs = codeSize <= PLANE_DIMENSIONS ? null : await reconstructionLook(watched);
  const examined = sampleOf(images, examinedCount(codeSize));
  const dataset: Dataset = { ...facts, train: examined, test: emptyLike(examined) };
  let baselines: Promise<Baselines> | null = null;
  return {
    codeShape,
    isExamined: codeSize <= MAX_EXAMINED_CODE,
    labels: plane.labels,
    snapshot: async ({ step, epoch }, flat) => {
      held.set(flat);
      const [seen, reconstructions] = [await plane.take(), pairs && (await pairs.take())];
      if (seen === null || (pairs !== null && reconstructions === null)) return null;
      return { step, epoch, plane: seen, reconstructions };
    },
    findings: async (flat, training) => {
      if (codeSize > MAX_EXAMINED_CODE) return null;
      held.set(flat);
      baselines ??= computeBaselines(dataset, { runtime }).then(({ all }) => all);
      return diagnose({ network, weights, runtime }, spec, dataset, await baselines, {
        training: { ...training, testHeldOut: recipe.trainOn === 'train' },
      });
    },
    release: async () => {
      await plane.release();
      await pairs?.release();
    },
  };
};

/** One buffer for all, so that it is handed over as one. */
const copyOf = (parameters: readonly ParameterSpec[], flat: Float32Array): PlaneSnapshot['weights'] =>
  sliceByName(parameters, flat.slice());
