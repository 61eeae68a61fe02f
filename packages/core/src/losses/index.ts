/** What training minimises. */
import * as v from 'valibot';
import {
  type FormKind,
  fieldSchema,
  formKind,
  type JsonSchema,
  jsonSchemaOfType,
  valueSchema,
  variant,
} from '../registry/index.ts';
import type { FieldSchema } from '../registry/validation.ts';
import { add, multiply, scale } from '../tensor/ops/arithmetic.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { asCombined, type CombinedLoss, combinedLoss, isCombined } from './combined.ts';
import type {
  Heads,
  LossInputs,
  NetworkFacts,
  PairDraw,
  PairSource,
  ReconstructionDefinition,
  TermDefinition,
} from './definition.ts';
import { lossTerms, type ReconstructionSpec, reconstructions, reconstructionsOf, type TermSpec } from './registries.ts';
import { type WeightScheduleSpec, weightSchedules } from './weight-schedules/index.ts';

/**
 * A loss as plain data, told apart by `type`: a reconstruction error; by the type of its term the mean squared error with
 * a term beside it, `mse + weight * term`; or `combined`, a reconstruction error and any terms.
 */
export type LossSpec = ReconstructionSpec | TermSpec | CombinedLoss;

const isTerm = (loss: LossSpec): loss is TermSpec => lossTerms.has(loss.type);

/** The usual reconstruction error of images, which terms are added to, or of labels: the first in the list. */
export const usualReconstruction = (of: ReconstructionDefinition['of']): ReconstructionSpec =>
  reconstructionsOf(of)[0].defaults;

/** A term and what it is. */
export interface TermPart {
  readonly spec: TermSpec;
  readonly of: TermDefinition<TermSpec>;
}

/** A loss in its parts. */
export interface LossParts {
  readonly reconstruction: ReconstructionSpec;
  readonly reconstructionOf: ReconstructionDefinition<ReconstructionSpec>;
  readonly terms: readonly TermPart[];
}

/** Takes a loss apart. */
export const lossParts = (loss: LossSpec): LossParts => {
  const [reconstruction, terms]: readonly [ReconstructionSpec, readonly TermSpec[]] = isCombined(loss)
    ? [loss.reconstruction, loss.terms]
    : isTerm(loss)
      ? [usualReconstruction('images'), [loss]]
      : [loss, []];
  return {
    reconstruction,
    reconstructionOf: reconstructions.get(reconstruction.type),
    terms: terms.map((spec) => ({ spec, of: lossTerms.get(spec.type) })),
  };
};

/** The same loss as a reconstruction error and terms, to which others can be added. */
export const combinedOf = (loss: LossSpec): CombinedLoss => {
  const { reconstruction, terms } = lossParts(loss);
  return isCombined(loss) ? loss : { ...combinedLoss.defaults, reconstruction, terms: terms.map(({ spec }) => spec) };
};

/** What a network says of its loss. */
export const lossField = variant<LossSpec>({
  label: 'Loss',
  doc: 'What training minimises.',
  definitions: [...reconstructionsOf('images'), ...lossTerms.entries, combinedLoss, ...reconstructionsOf('labels')],
  default: usualReconstruction('images'),
});

/** Reads an untrusted loss. */
export const lossSchema: FieldSchema<LossSpec> = v.pipe(
  v.unknown(),
  v.transform(asCombined),
  fieldSchema(lossField) as FieldSchema<LossSpec>,
);

/** A loss as a file has it: `{ reconstruction, terms }` says by itself what it is. */
export const withoutCombinedType = (loss: LossSpec): unknown => {
  const { type, ...parts } = loss;
  return isCombined(loss) ? parts : { type, ...parts };
};

/** The JSON Schema of a loss in a file. */
export const lossFileSchema = (): JsonSchema => {
  const { required, ...combined } = jsonSchemaOfType(combinedLoss, 'file');
  const others = lossField.definitions.filter(
    ({ type, defaults }) => type !== combinedLoss.type && learnsFrom(defaults) === 'images',
  );
  const named = valueSchema({ ...lossField, definitions: others }, 'file');
  const needed = Array.isArray(required) ? required.filter((name) => name !== 'type') : [];
  return { oneOf: [{ ...combined, required: needed }, ...(Array.isArray(named.oneOf) ? named.oneOf : [])] };
};

/** A value that is a reconstruction error and terms, told by its fields where it has no type. */
export const asCombinedLoss = asCombined;

/** What a loss may be, for a form: those of images, of labels, or all. */
export const lossForm = (of?: ReconstructionDefinition['of']): FormKind =>
  formKind({
    ...lossField,
    definitions: lossField.definitions.filter(({ defaults }) => of === undefined || learnsFrom(defaults) === of),
  });

/** What a loss compares outputs with. */
export const learnsFrom = (loss: LossSpec): ReconstructionDefinition['of'] => lossParts(loss).reconstructionOf.of;

/** Which terms are computed: all, those that need no pairs, or none. */
export type TermChoice = 'all' | 'unpaired' | 'none';

/** Name of the graph input that holds the share of a term's weight. */
const shareName = (index: number, { spec }: TermPart): string => `share/${index}/${spec.type}`;

/** A weight that changes over the epochs: the graph input that takes its share, and how it changes. */
export interface ScheduledWeight {
  readonly name: string;
  readonly schedule: WeightScheduleSpec;
}

const chosenTerms = (loss: LossSpec, which: TermChoice): readonly (readonly [number, TermPart])[] =>
  [...lossParts(loss).terms.entries()].filter(
    ([, { of }]) => which === 'all' || (which === 'unpaired' && of.pairs === undefined),
  );

/** The weights of a loss that change over the epochs. */
export const scheduledWeights = (loss: LossSpec, which: TermChoice = 'all'): readonly ScheduledWeight[] =>
  chosenTerms(loss, which).flatMap(([index, term]) =>
    term.spec.schedule === undefined ? [] : [{ name: shareName(index, term), schedule: term.spec.schedule }],
  );

/** A loss as tensors: scalars, means over the images of the batch. */
export interface LossTensors {
  readonly reconstruction: Tensor;
  readonly terms: readonly {
    /** Among the terms of the loss. */
    readonly index: number;
    readonly part: TermPart;
    /** Before its weight. */
    readonly value: Tensor;
  }[];
}

/** The parts of a loss as tensors. */
export const lossTensors = (loss: LossSpec, inputs: LossInputs, which: TermChoice = 'all'): LossTensors => {
  const { reconstruction, reconstructionOf } = lossParts(loss);
  return {
    reconstruction: reconstructionOf.compute(reconstruction, inputs),
    terms: chosenTerms(loss, which).map(([index, part]) => ({
      index,
      part,
      value: part.of.compute(part.spec, inputs),
    })),
  };
};

/**
 * A loss as a tensor: a scalar, the mean over the images of the batch.
 *
 * @param inputs.share - a scalar graph input of this name: the share of a weight that changes.
 */
export const buildLoss = (loss: LossSpec, inputs: LossInputs, which: TermChoice = 'all'): Tensor => {
  const { reconstruction, terms } = lossTensors(loss, inputs, which);
  return terms.reduce((sum, { index, part, value }) => {
    const weighted = scale(value, part.spec.weight);
    const { schedule } = part.spec;
    return add(sum, schedule === undefined ? weighted : multiply(weighted, inputs.share(shareName(index, part))));
  }, reconstruction);
};

/** Types of terms that a loss has more than once. */
export const repeatedTerms = (loss: LossSpec): readonly string[] => {
  const types = lossParts(loss).terms.map(({ spec }) => spec.type);
  return [...new Set(types.filter((type, i) => types.indexOf(type) !== i))];
};

/** Whether batches hold a partner beside each image. */
export const isPairedLoss = (loss: LossSpec): boolean => lossParts(loss).terms.some(({ of }) => of.pairs !== undefined);

/** Finds the partners of a training's images, which may take a minute; null for a loss that needs none. */
export const preparePairs = async (loss: LossSpec, source: PairSource): Promise<PairDraw | null> => {
  // Batches have room for one partner of each image: the first term that asks for some draws them.
  const term = lossParts(loss).terms.find(({ of }) => of.pairs !== undefined);
  return (await term?.of.pairs?.(term.spec, source)) ?? null;
};

/** Why a loss does not suit a network, as the end of "expects ..."; null where it does. */
export const lossFault = (loss: LossSpec, of: ReconstructionDefinition['of'], facts: NetworkFacts): string | null => {
  if (learnsFrom(loss) !== of) {
    return `a loss of ${of}, got "${loss.type}", one of ${learnsFrom(loss)}; take "${usualReconstruction(of).type}"`;
  }
  const { reconstructionOf, terms } = lossParts(loss);
  const faults = [reconstructionOf, ...terms.map((term) => term.of)].map((part) => part.fault?.(facts) ?? null);
  return faults.find((fault) => fault !== null) ?? null;
};

/** The loss of a network whose file says none: the one that suits its code. */
export const usualLoss = (heads: Heads): LossSpec =>
  (heads === null ? undefined : lossTerms.entries.find(({ usualFor }) => usualFor === heads)?.defaults) ??
  usualReconstruction('images');

const isSum = (reconstruction: ReconstructionSpec): boolean =>
  'reduction' in reconstruction && reconstruction.reduction === 'sum';

/** `500 x binary cross-entropy summed over pixels` */
export const reconstructionWords = (
  { reconstruction, reconstructionOf }: Pick<LossParts, 'reconstruction' | 'reconstructionOf'>,
  times = 'x',
): string => {
  const weight = 'weight' in reconstruction ? (reconstruction.weight ?? 1) : 1;
  return `${weight === 1 ? '' : `${weight} ${times} `}${reconstructionOf.name}${isSum(reconstruction) ? ' summed over pixels' : ''}`;
};

const termWords = ({ spec: { weight, schedule }, of }: TermPart, times: string): string => {
  const words = schedule === undefined ? '' : ` (${weightSchedules.get(schedule.type).words(schedule)})`;
  return `${weight} ${times} ${of.name}${words}`;
};

/** `mean squared error + 0.03 x squared slope of the decoder` */
export const lossWords = (loss: LossSpec, times = 'x'): string => {
  const parts = lossParts(loss);
  return [reconstructionWords(parts, times), ...parts.terms.map((term) => termWords(term, times))].join(' + ');
};

/** What the curves of a training show, with its unit: `mean squared error per pixel and weighted divergence`. */
export const curveName = (loss: LossSpec): string => {
  const { reconstruction, reconstructionOf, terms } = lossParts(loss);
  const { curve, curveOfSums = curve } = reconstructionOf;
  const names = [isSum(reconstruction) ? curveOfSums : curve, ...terms.map(({ of }) => of.curve)];
  return names.length < 3 ? names.join(' and ') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
};

export { type CombinedLoss, isCombined } from './combined.ts';
export type {
  GaussianHeads,
  Heads,
  LossInputs,
  NetworkFacts,
  PairDraw,
  PairSource,
  ReconstructionDefinition,
  TermDefinition,
} from './definition.ts';
export { nearestImages } from './nearest-images.ts';
export type { NeighbourLossSpec } from './neighbours.ts';
export { lossTerms, reconstructions } from './registries.ts';
export { type WeightScheduleSpec, weightSchedules, weightShare } from './weight-schedules/index.ts';
