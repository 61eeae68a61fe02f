/**
 * Networks and recipes out of untrusted JSON: the `config.json` of a run folder, the explorer's form, a shared link.
 *
 * In: any value that `JSON.parse` may give. Out: a `NetworkSpec` or a `Recipe`, rebuilt from known fields alone.
 * Reading the file is not done here.
 */
import * as v from 'valibot';
import { layerSchema } from '../layers/index.ts';
import { lossSchema } from '../losses/index.ts';
import {
  checkAgainst,
  type FieldSchema,
  integerSchema,
  listSchema,
  numberSchema,
  textSchema,
} from '../registry/validation.ts';
import { resolveNetwork } from './network.ts';
import { recipeSchema } from './recipe/schema.ts';
import type { AutoencoderSpec, ClassifierSpec, NetworkSpec } from './types.ts';

const MAX_LAYERS = 100;

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
  label: v.exactOptional(v.strictObject({ classes: integerSchema(2, 256) })),
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
  const spec = checkAgainst(networkSchema, value, { code: 'invalid-network', at: { subject: 'network' } });
  resolveNetwork(spec);
  return spec;
};
