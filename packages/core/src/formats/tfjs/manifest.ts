/**
 * `model.json` of TensorFlow.js: its fields, and the weight files that it lists.
 *
 * In: JSON that anybody may have written, and a way to ask for the files beside it. Out: the architecture as JSON, and
 * every listed array with its bytes. Nothing is asked for by a path that leaves the folder, and nothing is allocated
 * for a size that the files do not have. What the architecture means is `keras/config.ts`'s business.
 * Source: https://github.com/tensorflow/tfjs/tree/master/tfjs-converter#format-conversion-details
 */
import * as v from 'valibot';
import { inputError, LatentError } from '../../errors.ts';
import { isRecord, parseJson } from '../../registry/parse-json.ts';
import {
  checkAgainst,
  choiceSchema,
  integerSchema,
  listSchema,
  numberSchema,
  textSchema,
} from '../../registry/validation.ts';
import { elementCount } from '../../tensor/index.ts';

const MAX_JSON_BYTES = 16 * 2 ** 20;
/** As for a `.keras` file: more than twice the largest network, its optimiser's state included. */
const MAX_WEIGHT_BYTES = 2 ** 30;
const MAX_SHARDS = 10_000;
/** As for HDF5: a network of a hundred layers has a few hundred. */
const MAX_ARRAYS = 20_000;

/** Bytes of one element. */
const elementBytes = { float32: 4, int32: 4, float16: 2, uint16: 2, uint8: 1, bool: 1, complex64: 8 } as const;
export type ElementName = keyof typeof elementBytes;
const elementNames = Object.keys(elementBytes).filter((name): name is ElementName => name in elementBytes);

const objectMessage = ({ expected }: v.BaseIssue<unknown>): string => (expected === 'Object' ? 'an object' : 'a value');
const LARGEST = 3.4028235e38;

const quantizationSchema = v.object(
  {
    dtype: choiceSchema(['float16', 'uint8', 'uint16']),
    scale: v.optional(numberSchema(-LARGEST, LARGEST)),
    min: v.optional(numberSchema(-LARGEST, LARGEST)),
  },
  objectMessage,
);
const weightSchema = v.object(
  {
    name: textSchema(1000),
    shape: listSchema(integerSchema(0, 2 ** 31), 0, 8),
    dtype: choiceSchema(elementNames),
    quantization: v.optional(quantizationSchema),
    group: v.optional(textSchema(100)),
  },
  objectMessage,
);
const groupSchema = v.object(
  { paths: listSchema(textSchema(1000), 0, MAX_SHARDS), weights: listSchema(weightSchema, 0, MAX_ARRAYS) },
  objectMessage,
);
const modelSchema = v.object(
  {
    format: v.optional(textSchema(100)),
    modelTopology: v.unknown(),
    weightsManifest: listSchema(groupSchema, 0, 1000),
    userDefinedMetadata: v.optional(v.unknown()),
    /** Of a GraphModel: what goes in and out. */
    signature: v.optional(v.unknown()),
  },
  objectMessage,
);

/** Whether a model is a graph of TensorFlow's nodes and not one of layers. */
export const isGraphModel = ({ format, modelTopology }: ModelJson): boolean =>
  format === 'graph-model' || (isRecord(modelTopology) && Array.isArray(modelTopology.node));

export type ModelJson = v.InferOutput<typeof modelSchema>;
export type WeightEntry = v.InferOutput<typeof weightSchema>;

/** One listed array and its bytes. */
export interface StoredWeight {
  readonly entry: WeightEntry;
  readonly bytes: Uint8Array;
}

/** Bytes of a file beside `model.json`. */
export type ShardSource = (path: string) => Promise<Uint8Array> | Uint8Array;

const parseText = (bytes: Uint8Array, file: string): unknown => {
  if (bytes.length > MAX_JSON_BYTES)
    throw inputError('tfjs-model', {
      at: { file },
      expected: `at most ${MAX_JSON_BYTES} bytes`,
      got: `${bytes.length}`,
    });
  return parseJson(bytes, { code: 'tfjs-model', at: { file }, hint: 'it is cut short or damaged, fetch it again' });
};

/**
 * Reads the fields of `model.json`.
 *
 * @throws LatentError (input) `tfjs-model` with the path of the first fault.
 */
export const parseModelJson = (bytes: Uint8Array, file: string): ModelJson => {
  const json = parseText(bytes, file);
  if (!isRecord(json) || !isRecord(json.modelTopology)) {
    throw inputError('tfjs-model', {
      at: { file },
      expected: 'a TensorFlow.js model with a modelTopology',
      got: 'other JSON',
      hint: 'choose the model.json of a model',
    });
  }
  return checkAgainst(modelSchema, json, { code: 'tfjs-model', at: { file: file } });
};

/**
 * A path as it may be asked for: relative, within the folder, of plain names.
 *
 * @throws LatentError (input) `path-climbs`. Percent signs are refused as well: `%2e%2e` climbs once it is in a URL.
 */
export const plainPath = (path: string, file: string): string => {
  const segments = path.split('/').filter((segment, at) => !(at === 0 && segment === '.'));
  const plain = (segment: string): boolean =>
    /^[^\\:%?#*]+$/.test(segment) && !/^\.+$/.test(segment) && ![...segment].some((c) => c < ' ' || c === '\u007f');
  if (segments.length > 0 && segments.length <= 16 && segments.every(plain)) return segments.join('/');
  throw inputError('path-climbs', {
    at: { file, subject: `weight file ${JSON.stringify(path.slice(0, 100))}` },
    expected: "a plain name in the model's own folder",
    hint: 'correct "paths"',
  });
};

const bytesOf = ({ shape, dtype, quantization }: WeightEntry): number =>
  elementCount(shape) * elementBytes[quantization?.dtype ?? dtype];

const readShard = async (path: string, file: string, shard: ShardSource): Promise<Uint8Array> => {
  try {
    return await shard(path);
  } catch (error) {
    if (error instanceof LatentError) throw error;
    throw inputError(
      'missing-entry',
      {
        at: { file },
        problem: `it cannot be read`,
        expected: `the weight file "${path}" beside it`,
        hint: 'keep the files of a TensorFlow.js model together',
      },
      { cause: error },
    );
  }
};

/** Files of one group, compared with the size that its arrays have together. */
const readGroup = async (paths: readonly string[], size: number, file: string, shard: ShardSource) => {
  const shards: Uint8Array[] = [];
  let got = 0;
  for (const path of paths) {
    const bytes = await readShard(path, file, shard);
    got += bytes.length;
    shards.push(bytes);
    if (got > size) break;
  }
  if (got !== size) {
    throw inputError('tfjs-shards', {
      at: { file, subject: `weight files ${paths.slice(0, 3).join(', ') || '(none)'}` },
      expected: `${size} bytes`,
      got: `${got > size ? 'more' : got}`,
      hint: 'fetch them again, and the model.json that belongs to them',
    });
  }
  if (shards.length === 1) return shards[0];
  const bytes = new Uint8Array(size);
  shards.reduce((at, part) => {
    bytes.set(part, at);
    return at + part.length;
  }, 0);
  return bytes;
};

/**
 * Reads all weight files.
 *
 * @returns every listed array, in order.
 * @throws LatentError (input) `path-climbs`, `tfjs-model` for sizes beyond reason or a file that is listed twice,
 *   `missing-entry`, `tfjs-shards` for files of another size than their arrays.
 */
export const readWeights = async (
  groups: ModelJson['weightsManifest'],
  file: string,
  shard: ShardSource,
): Promise<readonly StoredWeight[]> => {
  const paths = groups.map((group) => group.paths.map((path) => plainPath(path, file)));
  const all = paths.flat();
  if (all.length > MAX_SHARDS || new Set(all).size !== all.length)
    throw inputError('tfjs-model', {
      at: { file },
      expected: `up to ${MAX_SHARDS} weight files, each listed once`,
      hint: 'correct "paths"',
    });
  const count = groups.reduce((sum, { weights }) => sum + weights.length, 0);
  if (count > MAX_ARRAYS)
    throw inputError('tfjs-model', {
      at: { file },
      problem: `it lists ${count}`,
      expected: `at most ${MAX_ARRAYS} weights`,
    });
  const sizes = groups.map(({ weights }) => weights.reduce((sum, entry) => sum + bytesOf(entry), 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > MAX_WEIGHT_BYTES)
    throw inputError('tfjs-model', {
      at: { file },
      problem: `it lists ${total}`,
      expected: `at most ${MAX_WEIGHT_BYTES} bytes of weights`,
    });
  const stored: StoredWeight[] = [];
  for (const [i, { weights }] of groups.entries()) {
    const bytes = await readGroup(paths[i], sizes[i], file, shard);
    let at = 0;
    for (const entry of weights) {
      stored.push({ entry, bytes: bytes.subarray(at, at + bytesOf(entry)) });
      at += bytesOf(entry);
    }
  }
  return stored;
};
