/**
 * One network of the page: its images on their plane, and all that is told of it.
 *
 * In: an opened model and a data set. Out: what the bundle takes. Of an encoder alone nothing is decoded; of a decoder alone
 * no image is placed.
 */
import {
  axesPlane,
  type Baselines,
  type CodePlane,
  type Codes,
  type DataIdentity,
  type Dataset,
  type ErrorByPart,
  encodeSets,
  firstPlane,
  type PlaneBounds,
  type RunnableModel,
} from 'latent-plane';
import { codeSizeOf, type ExplorerNetwork, onlyPart } from 'latent-plane/internal';
import { withCounting } from '../counting.ts';
import { aboutOf, scoresOf } from '../explore/about.ts';
import { fieldOf, placedCodes, shippedFile } from '../explore/placed.ts';
import type { TrainedRun } from '../models/scores.ts';
import { identityOf } from '../runs/data.ts';
import { EVOLUTION_FILE } from '../runs/shipped.ts';
import { notePrior, PRIOR_BOUNDS } from './decoder-alone.ts';
import { metadataOf } from './export.ts';
import type { OpenedModel } from './model-arguments.ts';
import { type BoundsFlags, choosePlane, type PlaneFlags } from './plane-choice.ts';

/** Bounds are those of a decoder alone, which no image's code gives any. */
export type ShownFlags = PlaneFlags & Pick<BoundsFlags, 'bounds'>;

interface Placed {
  readonly codes: Codes;
  readonly plane: CodePlane;
  readonly bounds?: PlaneBounds;
  /** Null where no image is reconstructed. */
  readonly mse: ErrorByPart | null;
  readonly errors?: Float32Array | 'later';
}

const placeEncoder = async ({ model, running }: OpenedModel, dataset: Dataset, flags: PlaneFlags): Promise<Placed> => {
  const codes = await withCounting(`encoding with ${model.id}`, 'images', (onProgress) =>
    encodeSets(running, [dataset.train, dataset.test], { onProgress }),
  );
  return { codes, plane: (await choosePlane(flags, { running, dataset, codes })).plane, mse: null };
};

const placeDecoder = ({ model, running }: OpenedModel, { axes, bounds }: ShownFlags): Placed => {
  notePrior(model.path);
  const size = codeSizeOf(running);
  return {
    codes: { values: new Float32Array(0), count: 0, size },
    plane: size > 2 && axes ? axesPlane(size, axes) : firstPlane(size),
    bounds: bounds ?? PRIOR_BOUNDS,
    mse: null,
  };
};

const placeBoth = async ({ model, running }: OpenedModel, dataset: Dataset, flags: PlaneFlags): Promise<Placed> => {
  const { codes, mse, errors } = await placedCodes(model, running, dataset);
  const { plane } = await choosePlane(flags, { running, dataset, codes });
  return { codes, plane, mse, errors: errors ?? 'later' };
};

export interface ExploredOptions {
  readonly dataset: Dataset;
  readonly flags: ShownFlags;
  /** Of the data set's classes; null without one. */
  readonly classifier: RunnableModel | null;
  readonly runs: readonly TrainedRun[];
  /** What it is called on the page. */
  readonly name: { readonly id: string; readonly title: string };
}

/** What is asked of a model's place among the others where nothing was measured. */
const UNMEASURED: ErrorByPart = { train: Number.NaN, test: Number.NaN, all: Number.NaN };

/** @returns the network, and the baselines of its data where its run knows them. */
export const exploredNetwork = async (
  opened: OpenedModel,
  { dataset, flags, classifier, runs, name }: ExploredOptions,
): Promise<{ readonly network: ExplorerNetwork | null; readonly baselines: Baselines | null }> => {
  const { model, running } = opened;
  if (model.spec.kind !== 'autoencoder') return { network: null, baselines: null };
  const identity: DataIdentity = identityOf(dataset);
  const half = onlyPart(model.network) ?? undefined;
  const placed =
    half === 'decoder'
      ? placeDecoder(opened, flags)
      : await (half === 'encoder' ? placeEncoder : placeBoth)(opened, dataset, flags);
  const { codes, plane, bounds, mse, errors } = placed;
  const known = scoresOf(model, identity, mse ?? UNMEASURED, runs);
  const parameters = model.network.parameterCount;
  return {
    baselines: known.baselines,
    network: {
      spec: { ...model.spec, ...name },
      weights: model.weights,
      codes: codes.values,
      plane,
      metrics: mse ? { parameters, mse } : { parameters },
      about: await aboutOf(model, identity, metadataOf(model)),
      ...(half
        ? { half, bounds }
        : {
            scores: known.scores,
            evolution: await shippedFile(model, EVOLUTION_FILE, identity),
            field: await fieldOf({ model, running }, classifier, codes, plane, identity),
            errors,
          }),
    },
  };
};
