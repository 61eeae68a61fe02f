/**
 * Networks and recipes out of untrusted JSON: the `config.json` of a run folder, the explorer's form, a shared link.
 *
 * In: any value that `JSON.parse` may give. Out: a `NetworkSpec` or a `Recipe`, rebuilt from known fields alone.
 * Reading the file is not done here.
 */
import * as v from 'valibot';
import { augmentationSchema } from '../augmentations/index.ts';
import { layerSchema } from '../layers/index.ts';
import type { LossSpec } from '../losses/index.ts';
import {
  booleanSchema,
  checkAgainst,
  choiceSchema,
  type FieldSchema,
  integerSchema,
  listSchema,
  numberSchema,
  positiveSchema,
  textSchema,
} from '../registry/validation.ts';
import type { ScheduleSpec } from '../schedules/index.ts';
import { resolveNetwork } from './network.ts';
import type { AutoencoderSpec, ClassifierSpec, NetworkSpec, Recipe } from './types.ts';

const MAX_LAYERS = 100;
const MAX_EPOCHS = 1_000_000;

const learningRate = positiveSchema(10);

const scheduleSchema: FieldSchema<ScheduleSpec> = v.variant('type', [
  v.strictObject({ type: v.literal('constant'), learningRate }),
  v.strictObject({
    type: v.literal('warmup-cosine'),
    learningRate,
    warmupEpochs: numberSchema(0, MAX_EPOCHS),
    finalFraction: numberSchema(0, 1),
  }),
  v.strictObject({
    type: v.literal('hold-cosine'),
    learningRate,
    warmupEpochs: numberSchema(0, MAX_EPOCHS),
    decayEpochs: numberSchema(0, MAX_EPOCHS),
    finalFraction: numberSchema(0, 1),
  }),
  v.strictObject({
    type: v.literal('cosine-restarts'),
    learningRate,
    warmupEpochs: numberSchema(0, MAX_EPOCHS),
    cycles: integerSchema(1, 1000),
    finalFraction: numberSchema(0, 1),
  }),
  v.strictObject({
    type: v.literal('step-decay'),
    learningRate,
    factor: positiveSchema(1),
    everyEpochs: integerSchema(1, MAX_EPOCHS),
  }),
]);

export const recipeSchema: FieldSchema<Recipe> = v.strictObject({
  name: choiceSchema(['documented', 'best', 'custom']),
  epochs: integerSchema(1, MAX_EPOCHS),
  batchSize: integerSchema(1, 65_536),
  schedule: scheduleSchema,
  trainOn: choiceSchema(['train', 'all']),
  validationSplit: numberSchema(0, 0.9),
  validationFrom: v.exactOptional(choiceSchema(['end', 'shuffled'])),
  patience: v.exactOptional(integerSchema(1, MAX_EPOCHS)),
  restoreBest: v.exactOptional(booleanSchema()),
  bestBy: v.exactOptional(choiceSchema(['batch-loss', 'training-loss'])),
  shuffle: booleanSchema(),
  initializer: choiceSchema(['glorot-uniform', 'he-uniform', 'zeros']),
  outputBias: v.exactOptional(v.literal('mean-image')),
  biasInitializer: v.exactOptional(choiceSchema(['zeros', 'fan-in-uniform'])),
  seed: integerSchema(0, Number.MAX_SAFE_INTEGER),
  restart: v.exactOptional(integerSchema(0, 1000)),
  dropoutEpochs: v.exactOptional(integerSchema(0, 1_000_000)),
  augmentation: v.exactOptional(listSchema(augmentationSchema, 0, 8)),
  augmentationEpochs: v.exactOptional(integerSchema(0, MAX_EPOCHS)),
  augmentationTarget: v.exactOptional(choiceSchema(['changed', 'original'])),
  weightDecay: v.exactOptional(numberSchema(0, 10)),
  weightAveraging: v.exactOptional(numberSchema(0, 0.999999)),
  neighbourEpochs: v.exactOptional(integerSchema(0, MAX_EPOCHS)),
  significantBits: v.exactOptional(integerSchema(2, 24)),
  source: textSchema(2000),
});

const lossWeight = numberSchema(0, 1000);

export const lossSchema: FieldSchema<LossSpec> = v.variant('type', [
  v.strictObject({ type: v.literal('mse') }),
  v.strictObject({ type: v.literal('vae-log-sigma'), weight: lossWeight }),
  v.strictObject({ type: v.literal('vae'), weight: lossWeight }),
  v.strictObject({
    type: v.literal('neighbours'),
    weight: lossWeight,
    neighbours: integerSchema(1, 200),
    metric: choiceSchema(['pixels', 'deskewed']),
    strangers: integerSchema(1, 20),
  }),
  v.strictObject({ type: v.literal('jacobian'), weight: lossWeight }),
  v.strictObject({ type: v.literal('cross-entropy') }),
]);

// An id becomes a file's name, and a file lies below `models/`: neither may climb out of its folder.
const idSchema = textSchema(64, {
  pattern: /^[a-z0-9]+(-[a-z0-9]+)*$/,
  expected: 'an id of up to 64 lower-case letters, digits and single hyphens',
});
const fileSchema = textSchema(200, {
  pattern: /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/,
  expected: 'a relative path of letters, digits, `_`, `-` and `.` with forward slashes',
});

const commonEntries = {
  id: idSchema,
  title: textSchema(200),
  file: fileSchema,
  inputShape: listSchema(integerSchema(1, 65_536), 1, 3),
  loss: lossSchema,
  recipes: v.strictObject({ documented: recipeSchema, best: recipeSchema }),
  record: textSchema(2000),
};
const layersSchema = listSchema(layerSchema, 1, MAX_LAYERS);

const autoencoderSchema = v.strictObject({
  kind: v.literal('autoencoder'),
  ...commonEntries,
  encoder: layersSchema,
  decoder: layersSchema,
  published: v.nullable(numberSchema(0, 1)),
  frozenEncoder: v.exactOptional(idSchema),
}) satisfies FieldSchema<AutoencoderSpec>;

const classifierSchema = v.strictObject({
  kind: v.literal('classifier'),
  ...commonEntries,
  layers: layersSchema,
  publishedAccuracy: v.nullable(numberSchema(0, 1)),
}) satisfies FieldSchema<ClassifierSpec>;

const networkSchema: FieldSchema<NetworkSpec> = v.variant('kind', [autoencoderSchema, classifierSchema]);

/**
 * Reads a network out of untrusted JSON; what it returns can be built.
 *
 * @throws LatentError `invalid-network` with the path of the first fault; or what `resolveNetwork` throws where the
 *   layers do not fit together.
 */
export const parseNetworkSpec = (value: unknown): NetworkSpec => {
  const spec = checkAgainst(networkSchema, value, { code: 'invalid-network', subject: 'network' });
  resolveNetwork(spec);
  return spec;
};

/**
 * Reads a recipe out of untrusted JSON or from a command line's options.
 *
 * @throws LatentError `invalid-recipe` with the path of the first fault, what was expected and what came.
 */
export const parseRecipe = (value: unknown): Recipe =>
  checkAgainst(recipeSchema, value, { code: 'invalid-recipe', subject: 'recipe' });
