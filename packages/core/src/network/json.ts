/**
 * Networks and recipes out of untrusted JSON: the `config.json` of a run folder, the explorer's form, a shared link.
 *
 * In: any value that `JSON.parse` may give. Out: a `NetworkSpec` or a `Recipe`, rebuilt from known fields alone.
 * Reading the file is not done here.
 */
import * as v from 'valibot';
import { layerSchema } from '../layers/index.ts';
import { lossSchema } from '../losses/index.ts';
import type { JsonSchema } from '../registry/index.ts';
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

/** Most layers of a part. */
export const MAX_LAYERS = 100;

// An id becomes a file's name, and a file lies below `models/`: neither may climb out of its folder.
const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
export const MAX_ID = 64;
/** An id as JSON Schema. */
export const idJsonSchema: JsonSchema = { type: 'string', maxLength: MAX_ID, pattern: ID.source };
/** Reads an id. */
export const idSchema = textSchema(MAX_ID, {
  pattern: ID,
  expected: 'an id of up to 64 lower-case letters, digits and single hyphens',
});
const fileSchema = textSchema(200, {
  pattern: /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/,
  expected: 'a relative path of letters, digits, `_`, `-` and `.` with forward slashes',
});

/** Most sides of an image, and most along one of them. */
export const MAX_RANK = 3;
export const MAX_SIDE = 65_536;
/** Most letters of a network's texts. */
export const MAX_TITLE = 200;
export const MAX_RECORD = 2000;

const shapeSchema = listSchema(integerSchema(1, MAX_SIDE), 1, MAX_RANK);
const layersSchema = listSchema(layerSchema, 1, MAX_LAYERS);

/** Classes of a label that enters a network. */
export const MAX_CLASSES = 4096;

/** Entries of an object schema that a network has in a file of its own too. */
export const autoencoderEntries = {
  inputShape: shapeSchema,
  label: v.exactOptional(v.strictObject({ classes: integerSchema(2, MAX_CLASSES) })),
  encoder: layersSchema,
  decoder: layersSchema,
};

const commonEntries = {
  id: idSchema,
  title: textSchema(MAX_TITLE),
  file: fileSchema,
  loss: lossSchema,
  recipes: v.strictObject({ documented: recipeSchema, best: recipeSchema }),
  record: textSchema(MAX_RECORD),
};

const autoencoderSchema = v.strictObject({
  kind: v.literal('autoencoder'),
  ...commonEntries,
  ...autoencoderEntries,
  published: v.nullable(numberSchema(0, 1)),
  frozenEncoder: v.exactOptional(idSchema),
}) satisfies FieldSchema<AutoencoderSpec>;

const classifierSchema = v.strictObject({
  kind: v.literal('classifier'),
  ...commonEntries,
  inputShape: shapeSchema,
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
