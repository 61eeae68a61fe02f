/** Largest value of each window; windows do not overlap and a remainder at the edge is dropped. */
import { shown } from '../errors.ts';
import { custom, field, fixed, type SpecOf, size } from '../registry/index.ts';
import type { Size2D } from '../tensor/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { formatShape } from '../tensor/shape.ts';
import { defineLayer } from './definition.ts';
import { MAX_WINDOW } from './limits.ts';
import { requireWindow } from './place.ts';

const DEFAULT_WINDOW: Size2D = [2, 2];

export const maxPooling2dLayer = defineLayer({
  type: 'max-pooling2d',
  baseName: 'max_pooling2d',
  label: 'Max pooling',
  doc: 'Keeps the largest value of each window; a remainder at the edge is dropped.',
  formula: 'max over windows: [h, w, c] -> [floor(h / rows), floor(w / columns), c]',
  fields: {
    poolSize: size({
      label: 'Window',
      doc: 'Rows and columns of a window, which are its strides too.',
      min: 1,
      max: MAX_WINDOW,
      default: DEFAULT_WINDOW,
    }),
  },
  values: 'maxima',
  outputShape: ({ poolSize }, inputShape, place) => {
    const [height, width, channels] = requireWindow(inputShape, poolSize, 'window', place);
    return [Math.floor(height / poolSize[0]), Math.floor(width / poolSize[1]), channels];
  },
  build: ({ poolSize }, { x }) => ops.maxPool2d(x, poolSize),
  detail: ({ poolSize }) => `window ${formatShape(poolSize)}`,
  keras: {
    className: 'MaxPooling2D',
    aliases: ['MaxPool2D'],
    limits: 'valid padding, stride = window',
    settings: {
      pool_size: field('poolSize', DEFAULT_WINDOW),
      padding: fixed('valid'),
      strides: custom({
        write: ({ poolSize }) => poolSize,
        read: (strides, { config, pair, refuse }) => {
          const window = pair(config.pool_size ?? DEFAULT_WINDOW);
          if (strides !== undefined && strides !== null && pair(strides).join() !== window.join())
            throw refuse({ at: { field: 'strides' }, expected: `the window ${shown(window)}`, got: shown(strides) });
          return {};
        },
      }),
      data_format: fixed('channels_last'),
    },
    arrays: [],
  },
});

/**
 * Max pooling as plain data, which `maxPooling2d` makes.
 *
 * @interface
 */
export type MaxPooling2DSpec = SpecOf<typeof maxPooling2dLayer>;

/** The largest value of each window of rows and columns. `[h, w, c] -> [floor(h / rows), floor(w / columns), c]`. */
export const maxPooling2d = (poolSize: Size2D = DEFAULT_WINDOW): MaxPooling2DSpec => ({
  type: 'max-pooling2d',
  poolSize,
});
