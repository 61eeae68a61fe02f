/**
 * How much memory a training needs, before anything is allocated.
 *
 * In: a resolved network and a recipe. Out: an error where it is more than can be had. What is counted is the least that a
 * step holds: what its layers give and the gradients of that, the widest workspace, the weights with what their optimiser
 * keeps.
 */
import { inputError } from '../errors.ts';
import { definitionOf } from '../layers/index.ts';
import { isPairedLoss } from '../losses/index.ts';
import { DEFAULT_OPTIMIZER, optimizers } from '../optimizers/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { ResolvedNetwork } from './network.ts';
import type { Recipe } from './recipe/table.ts';

/** Numbers of one tensor: ONNX Runtime counts them in 32 bits. */
export const MAX_TENSOR = 2 ** 31 - 1;
/** Bytes of one step; more than most machines give one process. */
export const MAX_STEP_BYTES = 16 * 2 ** 30;

const FLOAT_BYTES = 4;

/** What a step of a training holds. */
export interface StepMemory {
  /** Images in one step, and partners beside them. */
  readonly rows: number;
  /** The widest layer: of one image, and where it stands. */
  readonly widest: { readonly part: string; readonly layer: string; readonly numbers: number };
  readonly bytes: number;
}

/** @param decoderAlone - the decoder is trained on the codes of a frozen encoder. */
export const stepMemory = (
  { parts, spec }: ResolvedNetwork,
  { batchSize, optimizer = DEFAULT_OPTIMIZER, emaDecay }: Recipe,
  decoderAlone = false,
): StepMemory => {
  const trained = parts.filter(({ name }) => !decoderAlone || name === 'decoder');
  const rows = !decoderAlone && isPairedLoss(spec.loss) ? 2 * batchSize : batchSize;
  const layers = trained.flatMap((part) =>
    part.layers.map(({ name, spec: layer, inputShape, outputShape }) => {
      const [values, workspace] = [
        elementCount(outputShape),
        definitionOf(layer).workspace(layer, inputShape, outputShape),
      ];
      return { part: part.name, layer: name, values, workspace, numbers: Math.max(values, workspace) };
    }),
  );
  const widest = layers.reduce((most, layer) => (layer.numbers > most.numbers ? layer : most));
  const values = layers.reduce((sum, layer) => sum + layer.values, 0);
  const workspace = Math.max(...layers.map((layer) => layer.workspace));
  // Weights, gradients, what the optimiser keeps, the average.
  const arrays = 2 + optimizers.get(optimizer.type).state.length + (emaDecay === undefined ? 0 : 1);
  const weights = trained.reduce((sum, { parameterCount }) => sum + parameterCount, 0) * arrays;
  return { rows, widest, bytes: FLOAT_BYTES * (rows * (2 * values + workspace) + weights) };
};

const inGb = (bytes: number): string => `${(bytes / 1e9).toPrecision(3)} GB`;

/**
 * Refuses a training whose step no machine could hold.
 *
 * @throws LatentError `step-too-large` (input) with the widest layer, in GB.
 */
export const requireMemory = (network: ResolvedNetwork, recipe: Recipe, decoderAlone = false): void => {
  const { rows, widest, bytes } = stepMemory(network, recipe, decoderAlone);
  const { part, layer, numbers } = widest;
  const tensor = rows * numbers;
  if (tensor <= MAX_TENSOR && bytes <= MAX_STEP_BYTES) return;
  throw inputError('step-too-large', {
    at: { network: network.spec.id, part, layer },
    problem: `a step of ${rows} images needs ${inGb(Math.max(bytes, FLOAT_BYTES * tensor))} or more, ${inGb(FLOAT_BYTES * tensor)} of it for this layer, the widest`,
    expected: `at most ${inGb(MAX_STEP_BYTES)}, and ${MAX_TENSOR} numbers in one layer`,
    got: `${tensor} numbers`,
    hint: 'lower the batch size, or take fewer filters, a smaller kernel or a smaller factor there',
  });
};
