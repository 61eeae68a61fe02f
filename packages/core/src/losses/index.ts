/** What training minimises. */
import { internalError } from '../errors.ts';
import { createRegistry, type FormKind, fieldSchema, formKind, type SpecOf, variant } from '../registry/index.ts';
import type { FieldSchema } from '../registry/validation.ts';
import { add, scale } from '../tensor/ops/arithmetic.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type {
  Heads,
  LossInputs,
  PairDraw,
  PairSource,
  ReconstructionDefinition,
  TermDefinition,
} from './definition.ts';
import { reconstructionList, termList } from './list.ts';

type ReconstructionSpec = SpecOf<typeof reconstructionList>;
type TermSpec = SpecOf<typeof termList>;

/**
 * A loss as plain data, told apart by `type`: a reconstruction error, or by the type of its term the mean squared error
 * with a term beside it, `mse + weight * term`.
 */
export type LossSpec = ReconstructionSpec | TermSpec;

/** Reconstruction errors by type. */
export const reconstructions = createRegistry<ReconstructionSpec['type'], ReconstructionDefinition<ReconstructionSpec>>(
  'loss',
  reconstructionList,
  ({ defaults }) => defaults.type,
);

/** Terms by type. */
export const lossTerms = createRegistry<TermSpec['type'], TermDefinition<TermSpec>>(
  'loss term',
  termList,
  ({ defaults }) => defaults.type,
);

const isTerm = (loss: LossSpec): loss is TermSpec => lossTerms.has(loss.type);

/** The usual reconstruction error of images, which terms are added to, or of labels: the first in the list. */
export const usualReconstruction = (of: ReconstructionDefinition['of']): ReconstructionSpec => {
  const usual = reconstructions.entries.find((entry) => entry.of === of);
  if (!usual) throw internalError(`no reconstruction error of ${of}`);
  return usual.defaults;
};

/** A loss in its parts. */
export interface LossParts {
  readonly reconstruction: ReconstructionSpec;
  readonly reconstructionOf: ReconstructionDefinition<ReconstructionSpec>;
  readonly term: { readonly spec: TermSpec; readonly of: TermDefinition<TermSpec> } | null;
}

/** Takes a loss apart. */
export const lossParts = (loss: LossSpec): LossParts => {
  const reconstruction = isTerm(loss) ? usualReconstruction('images') : loss;
  return {
    reconstruction,
    reconstructionOf: reconstructions.get(reconstruction.type),
    term: isTerm(loss) ? { spec: loss, of: lossTerms.get(loss.type) } : null,
  };
};

/** What a network says of its loss. */
export const lossField = variant<LossSpec>({
  label: 'Loss',
  doc: 'What training minimises.',
  definitions: [
    ...reconstructions.entries.filter(({ of }) => of === 'images'),
    ...lossTerms.entries,
    ...reconstructions.entries.filter(({ of }) => of === 'labels'),
  ],
  default: usualReconstruction('images'),
});

/** Reads an untrusted loss. */
export const lossSchema = fieldSchema(lossField) as FieldSchema<LossSpec>;

/** What a loss may be, for a form: those of images, of labels, or all. */
export const lossForm = (of?: ReconstructionDefinition['of']): FormKind =>
  formKind({
    ...lossField,
    definitions: lossField.definitions.filter(({ defaults }) => of === undefined || learnsFrom(defaults) === of),
  });

/** What a loss compares outputs with. */
export const learnsFrom = (loss: LossSpec): ReconstructionDefinition['of'] => lossParts(loss).reconstructionOf.of;

/**
 * A loss as a tensor: a scalar, the mean over the images of the batch.
 *
 * @param withTerm - false for the reconstruction error alone.
 */
export const buildLoss = (loss: LossSpec, inputs: LossInputs, withTerm = true): Tensor => {
  const { reconstruction, reconstructionOf, term } = lossParts(loss);
  const error = reconstructionOf.compute(reconstruction, inputs);
  return term && withTerm ? add(error, scale(term.of.compute(term.spec, inputs), term.spec.weight)) : error;
};

/** Whether batches hold a partner beside each image. */
export const isPairedLoss = (loss: LossSpec): boolean => lossParts(loss).term?.of.pairs !== undefined;

/** Finds the partners of a training's images, which may take a minute; null for a loss that needs none. */
export const preparePairs = async (loss: LossSpec, source: PairSource): Promise<PairDraw | null> => {
  const { term } = lossParts(loss);
  return (await term?.of.pairs?.(term.spec, source)) ?? null;
};

/**
 * Why a loss does not suit a network, as the end of "expects ..."; null where it does.
 *
 * @param of - what the network is to reconstruct.
 * @param heads - of its code.
 */
export const lossFault = (loss: LossSpec, of: ReconstructionDefinition['of'], heads: Heads): string | null => {
  if (learnsFrom(loss) !== of) {
    return `a loss of ${of}, got "${loss.type}", one of ${learnsFrom(loss)}; take "${usualReconstruction(of).type}"`;
  }
  return lossParts(loss).term?.of.fault?.(heads) ?? null;
};

/** The loss of a network whose file says none: the one that suits its code. */
export const usualLoss = (heads: Heads): LossSpec =>
  (heads === null ? undefined : lossTerms.entries.find(({ usualFor }) => usualFor === heads)?.defaults) ??
  usualReconstruction('images');

/** `mean squared error + 0.03 x squared slope of the decoder` */
export const lossWords = (loss: LossSpec, times = 'x'): string => {
  const { reconstructionOf, term } = lossParts(loss);
  return term ? `${reconstructionOf.name} + ${term.spec.weight} ${times} ${term.of.name}` : reconstructionOf.name;
};

/** What the curves of a training show, with its unit: `mean squared error per pixel and weighted divergence`. */
export const curveName = (loss: LossSpec): string => {
  const { reconstructionOf, term } = lossParts(loss);
  return term ? `${reconstructionOf.curve} and ${term.of.curve}` : reconstructionOf.curve;
};

export type {
  GaussianHeads,
  Heads,
  LossInputs,
  PairDraw,
  PairSource,
  ReconstructionDefinition,
  TermDefinition,
} from './definition.ts';
export { nearestImages } from './nearest-images.ts';
export type { NeighbourLossSpec } from './neighbours.ts';
