/** The axes in another order. */
import { shown } from '../errors.ts';
import { custom, shape } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';
import { shapeMismatch } from './place.ts';

const isOrder = (order: readonly unknown[]): order is readonly number[] =>
  [...order].sort().every((axis, i) => axis === i + 1);

export const permuteLayer = defineLayer({
  type: 'permute',
  baseName: 'permute',
  label: 'Permute',
  doc: 'The same values with the axes in another order.',
  formula: 'axis i of the result is axis order[i] of x, counted from 1: [h, w, c] by [3, 1, 2] -> [c, h, w]',
  fields: {
    order: shape({
      label: 'Order of the axes',
      doc: 'Each axis once, counted from 1 without the batch: [3, 1, 2] puts channels first.',
      min: 1,
      max: 3,
      default: [3, 1, 2],
    }),
  },
  values: 'picked',
  outputShape: ({ order }, inputShape, place) => {
    if (order.length !== inputShape.length || !isOrder(order))
      throw shapeMismatch(
        place,
        order.map((axis) => `axis ${axis}`),
        inputShape,
        'name each axis once in "order"',
      );
    return order.map((axis) => inputShape[axis - 1]);
  },
  build: ({ order }, { x }) => ops.permute(x, [0, ...order]),
  detail: ({ order }) => order.join(' '),
  torchCode: { channels: () => 'last', output: ({ order }, { x }) => `${x}.permute(${[0, ...order].join(', ')})` },
  keras: {
    className: 'Permute',
    settings: {
      dims: custom({
        write: ({ order }) => order,
        read: (dims, { inputShape, refuse }) => {
          const order: readonly unknown[] = Array.isArray(dims) ? dims : [];
          if (order.length !== inputShape.length || !isOrder(order))
            throw refuse({ at: { field: 'dims' }, expected: 'each axis once, from 1', got: shown(dims) });
          return { order };
        },
      }),
    },
    arrays: [],
  },
});
