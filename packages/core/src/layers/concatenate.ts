/** Several tensors one behind another along the last axis: a skip that is concatenated, or a label beside a code. */
import { shown } from '../errors.ts';
import { custom } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';
import { MAX_JOINED } from './links.ts';
import { shapeMismatch } from './place.ts';

export const concatenateLayer = defineLayer({
  type: 'concatenate',
  baseName: 'concatenate',
  label: 'Concatenate',
  doc: 'Puts its inputs one behind another along the last axis.',
  formula: '[..., n_1], ..., [..., n_k] -> [..., n_1 + ... + n_k]',
  fields: {},
  inputs: [2, MAX_JOINED],
  outputShape: (_spec, inputShape, place, inputShapes) => {
    const front = inputShape.slice(0, -1);
    const other = inputShapes.find(
      (shape) => shape.length !== inputShape.length || front.some((dim, axis) => dim !== shape[axis]),
    );
    if (other !== undefined)
      throw shapeMismatch(place, [...front, 'any number'], other, 'bring its inputs to one size but for the last axis');
    return [...front, inputShapes.reduce((sum, shape) => sum + shape[shape.length - 1], 0)];
  },
  build: (_spec, { inputs }) => ops.concatenate(inputs, inputs[0].dims.length - 1),
  torchCode: { output: (_spec, { inputs, axis }) => `torch.cat([${inputs.join(', ')}], dim=${axis})` },
  keras: {
    className: 'Concatenate',
    settings: {
      axis: custom({
        write: () => -1,
        read: (axis, { inputShape, refuse }) => {
          if (axis === undefined || axis === null || axis === -1 || axis === inputShape.length) return {};
          throw refuse({ at: { field: 'axis' }, expected: 'the last axis', got: shown(axis) });
        },
      }),
    },
    arrays: [],
  },
});
