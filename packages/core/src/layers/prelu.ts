/** ReLU whose slope below 0 is learned. */
import { shown } from '../errors.ts';
import { choice, custom, ignored, kerasInitializer, pythonCall } from '../registry/index.ts';
import type { Shape } from '../tensor/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { elementCount } from '../tensor/shape.ts';
import { defineLayer, trained } from './definition.ts';
import { requireImageShape } from './place.ts';

/** Shape of the slopes: one for each value, or of an image one for each channel. */
const slopesOf = (shared: 'none' | 'pixels', shape: Shape): Shape =>
  shared === 'pixels' ? [1, 1, shape[shape.length - 1]] : shape;

export const preluLayer = defineLayer({
  type: 'prelu',
  baseName: 'p_re_lu',
  label: 'PReLU',
  doc: 'Negative values times a slope that is learned: one for each channel, or for each value.',
  formula: 'max(x, 0) + alpha min(x, 0): any shape to itself',
  source: 'He et al. 2015, equation 1',
  fields: {
    shared: choice({
      label: 'Slopes shared',
      doc: 'One slope for all pixels of a channel (`pixels`), or one for each value (`none`, as vectors need).',
      choices: ['pixels', 'none'],
      default: 'pixels',
    }),
  },
  outputShape: ({ shared }, inputShape, place) => {
    // A vector has no pixels: its slopes are shared by none.
    if (shared === 'pixels') requireImageShape(inputShape, place);
    return inputShape;
  },
  weights: ({ shared }, inputShape) => {
    const slopes = slopesOf(shared, inputShape);
    return [trained('alpha', slopes, { fanIn: 1, fanOut: 1 }, 'zeros')];
  },
  build: ({ shared }, { x, weight }) => {
    const columns = elementCount(slopesOf(shared, x.dims.slice(1)));
    const [batch] = x.dims;
    const rows = batch < 0 ? -1 : (batch * elementCount(x.dims.slice(1))) / columns;
    const matrix = ops.reshape(x, [rows, columns]);
    const below = ops.scaleColumns(ops.relu(ops.scale(matrix, -1)), ops.reshape(weight('alpha'), [columns]));
    return ops.reshape(ops.subtract(ops.relu(matrix), below), x.dims);
  },
  detail: ({ shared }) => (shared === 'pixels' ? 'by channel' : 'by value'),
  torch: () => [
    {
      head: '',
      arrays: {
        weight: { role: 'alpha', dims: (shape) => [elementCount(shape)] },
      },
    },
  ],
  torchCode: {
    channels: ({ shared }) => (shared === 'pixels' ? 'first' : 'last'),
    modules: ({ shared }, inputShape) => ({
      '': pythonCall('nn.PReLU', [elementCount(slopesOf(shared, inputShape))]),
    }),
    // PyTorch shares a slope over all that lies behind the first axis: of an image its values are put in a row.
    output: ({ shared }, { x, inputShape, module }) =>
      shared === 'pixels' || inputShape.length === 1
        ? `${module()}(${x})`
        : `${module()}(${x}.flatten(1)).reshape(${[-1, ...inputShape].join(', ')})`,
  },
  keras: {
    className: 'PReLU',
    settings: {
      alpha_initializer: ignored(kerasInitializer('Zeros')),
      alpha_regularizer: ignored(null),
      alpha_constraint: ignored(null),
      shared_axes: custom({
        write: ({ shared }) => (shared === 'pixels' ? [1, 2] : null),
        read: (axes, { refuse }) => {
          if (axes === undefined || axes === null) return { shared: 'none' };
          const list: readonly unknown[] = Array.isArray(axes) ? axes : [axes];
          if (list.join() === '1,2') return { shared: 'pixels' };
          throw refuse({ at: { field: 'shared_axes' }, expected: '[1, 2] or none', got: shown(axes) });
        },
      }),
    },
    arrays: ['alpha'],
  },
});
