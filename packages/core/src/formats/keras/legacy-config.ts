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
  AvgPool2D: 'AveragePooling2D',
  GlobalAvgPool2D: 'GlobalAveragePooling2D',
  GlobalMaxPool2D: 'GlobalMaxPooling2D',
  BatchNormalizationV1: 'BatchNormalization',
  BatchNormalizationV2: 'BatchNormalization',
  SyncBatchNormalization: 'BatchNormalization',
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

/** Deeper than any config. */
const MAX_DEPTH = 100;

/**
 * A config without the objects by which Python's tuples, shapes and NumPy's numbers have been written: `{"class_name":
 * "__tuple__", "items": [...]}`, `{"type": "ndarray", "value": ...}`.
 */
export const plainConfig = (value: unknown, depth = 0): unknown => {
  if (depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => plainConfig(item, depth + 1));
  if (!isRecord(value)) return value;
  const { class_name: className, items, type, config } = value;
  if ((className === '__tuple__' || className === 'TensorShape') && Array.isArray(items))
    return plainConfig(items, depth + 1);
  if (type === 'ndarray' && 'value' in value) return [value.value].flat()[0];
  if (className === '__numpy__' && isRecord(config)) return plainConfig(config.value, depth + 1);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plainConfig(item, depth + 1)]));
};

/** A layer in the words of Keras 2 and later. */
export const modernLayer = (json: JsonObject): JsonObject => {
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
