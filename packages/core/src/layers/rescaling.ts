/** Values scaled and shifted by fixed numbers. */
import { field, number, pythonValue } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';

const MOST = 1e6;

export const rescalingLayer = defineLayer({
  type: 'rescaling',
  baseName: 'rescaling',
  label: 'Rescaling',
  doc: 'Scales and shifts all values by two fixed numbers: pixels of 0 to 1 to -1 to 1, for example.',
  formula: 'scale x + offset: any shape to itself',
  fields: {
    scale: number({ label: 'Scale', doc: 'What values are multiplied by.', min: -MOST, max: MOST, default: 2 }),
    offset: number({
      label: 'Offset',
      doc: 'What is added to them then.',
      min: -MOST,
      max: MOST,
      default: -1,
      fileDefault: 0,
    }),
  },
  outputShape: (_spec, inputShape) => inputShape,
  build: ({ scale, offset }, { x }) => ops.shift(ops.scale(x, scale), offset),
  torchCode: {
    output: ({ scale, offset }, { x }) =>
      `${x} * ${pythonValue(scale)} ${offset < 0 ? '-' : '+'} ${pythonValue(Math.abs(offset))}`,
  },
  keras: {
    className: 'Rescaling',
    settings: { scale: field('scale'), offset: field('offset', 0) },
    arrays: [],
  },
});
