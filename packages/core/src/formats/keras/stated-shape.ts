/** What a Keras config says of the shapes that enter its layers. */
import { shown } from '../../errors.ts';
import { isRecord } from '../../registry/parse-json.ts';
import type { Shape } from '../../tensor/index.ts';
import type { JsonObject } from './place.ts';
import { fault, type Node } from './tree.ts';

export type Config = Readonly<Record<string, unknown>>;
/** The settings of a layer. */
export const configOf = ({ config }: JsonObject): Config => (isRecord(config) ? config : {});

/** Rows and columns that images of any size are opened with. */
export const ANY_SIZE = 32;

const isAnySize = (dims: readonly unknown[]): boolean =>
  dims.length === 3 && dims[0] === null && dims[1] === null && Number.isSafeInteger(dims[2]);

const shapeOf = (value: unknown, layer: string, file: string): Shape | null => {
  if (!Array.isArray(value)) return null;
  const written: readonly unknown[] = value.slice(1);
  const dims = isAnySize(written) ? [ANY_SIZE, ANY_SIZE, written[2]] : written;
  if (dims.every((dim) => Number.isSafeInteger(dim) && Number(dim) > 0)) return dims.map(Number);
  throw fault(file, {
    at: { layer },
    expected: 'an input of a fixed size',
    got: shown(value),
    hint: 'build the model for images of one size',
  });
};

/** What a layer says of the shape that enters it; null where it says nothing. */
export const statedShape = ({ json, name }: Node, file: string): Shape | null => {
  const { config } = json;
  if (!isRecord(config)) return null;
  const own = config.batch_shape ?? config.batch_input_shape;
  if (own !== undefined && own !== null) return shapeOf(own, name, file);
  const built = isRecord(json.build_config) ? json.build_config.input_shape : config.build_input_shape;
  return Array.isArray(built) && built.length > 1 && !built.some(Array.isArray) ? shapeOf(built, name, file) : null;
};

/** Whether a layer anywhere in the tree has images with their channels first. */
export const usesChannelsFirst = ({ json, children }: Node): boolean =>
  configOf(json).data_format === 'channels_first' || children.some(usesChannelsFirst);

/** Whether an input anywhere in the tree leaves rows and columns open. */
export const takesAnySize = ({ json, children }: Node): boolean => {
  const { batch_shape: shape = configOf(json).batch_input_shape } = configOf(json);
  return (Array.isArray(shape) && isAnySize(shape.slice(1))) || children.some(takesAnySize);
};
