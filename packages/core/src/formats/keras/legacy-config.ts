/**
 * Configs of Keras 1 in the words of Keras 2.
 *
 * In: a layer as Keras 1 wrote it. Out: the same layer as later versions would write it; what needs no change as it is.
 * Source: Keras 2, `legacy/interfaces.py`.
 */
import { isRecord } from '../../registry/parse-json.ts';
import type { JsonObject } from './place.ts';

type Config = Record<string, unknown>;

/** Names of settings, old and new. */
const RENAMED: Readonly<Record<string, string>> = {
  nb_filter: 'filters',
  subsample: 'strides',
  border_mode: 'padding',
  bias: 'use_bias',
  atrous_rate: 'dilation_rate',
};

/** Settings that are called otherwise in some classes alone. */
const RENAMED_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Dense: { output_dim: 'units' },
  Dropout: { p: 'rate' },
  SpatialDropout2D: { p: 'rate' },
  GaussianDropout: { p: 'rate' },
  GaussianNoise: { sigma: 'stddev' },
};

const CLASSES: Readonly<Record<string, string>> = {
  Convolution2D: 'Conv2D',
  AtrousConvolution2D: 'Conv2D',
  AtrousConv2D: 'Conv2D',
  Deconvolution2D: 'Conv2DTranspose',
  SeparableConvolution2D: 'SeparableConv2D',
};

/** Classes of the modes of `Merge`. */
const MERGES: Readonly<Record<string, string>> = {
  sum: 'Add',
  mul: 'Multiply',
  ave: 'Average',
  max: 'Maximum',
  concat: 'Concatenate',
};

const renamed = (config: Config, names: Readonly<Record<string, string>>): Config =>
  Object.fromEntries(
    Object.entries(config).map(([name, value]) => [Object.hasOwn(names, name) ? names[name] : name, value]),
  );

const withOrder = ({ dim_ordering: order, nb_row: rows, nb_col: columns, ...config }: Config): Config => ({
  ...config,
  ...(rows === undefined ? {} : { kernel_size: [rows, columns] }),
  ...(order === 'th' ? { data_format: 'channels_first' } : order === 'tf' ? { data_format: 'channels_last' } : {}),
});

/** Whether a config has words of Keras 1. */
const isOld = (className: string, config: Config): boolean =>
  ['nb_filter', 'border_mode', 'dim_ordering', 'bias'].some((name) => name in config) ||
  Object.keys(RENAMED_OF[className] ?? {}).some((name) => name in config);

const modernMerge = (json: JsonObject, config: Config): JsonObject => {
  const className = typeof config.mode === 'string' ? MERGES[config.mode] : undefined;
  if (className === undefined) return json;
  return { ...json, class_name: className, config: { name: config.name, axis: config.concat_axis ?? -1 } };
};

/** Numbers that early versions of Keras 2 wrote as arrays of none or one. */
const withNumbers = (config: Config): Config =>
  Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      isRecord(value) && value.type === 'ndarray' ? [value.value].flat()[0] : value,
    ]),
  );

/** A layer in the words of Keras 2 and later. */
export const modernLayer = (json: JsonObject): JsonObject => {
  if (!isRecord(json.config)) return json;
  const hasArrays = Object.values(json.config).some((value) => isRecord(value) && value.type === 'ndarray');
  return modernWords(hasArrays ? { ...json, config: withNumbers({ ...json.config }) } : json);
};

const modernWords = (json: JsonObject): JsonObject => {
  const { class_name: named, config } = json;
  if (typeof named !== 'string' || !isRecord(config)) return json;
  // ReLU with a threshold computes the same.
  if (named === 'ThresholdedReLU')
    return { ...json, class_name: 'ReLU', config: { name: config.name, threshold: config.theta ?? 1 } };
  if (named === 'Merge') return modernMerge(json, { ...config });
  const className = Object.hasOwn(CLASSES, named) ? CLASSES[named] : named;
  if (!isOld(className, { ...config })) return className === named ? json : { ...json, class_name: className };
  const words = renamed({ ...config }, { ...RENAMED, ...(RENAMED_OF[className] ?? {}) });
  return { ...json, class_name: className, config: withOrder(words) };
};
