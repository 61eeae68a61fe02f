/** ELU with a limit of its own. */
import { field, number, pythonValue } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';

export const eluLayer = defineLayer({
  type: 'elu',
  baseName: 'elu',
  label: 'ELU',
  doc: 'Negative values approach minus alpha.',
  formula: 'x above 0, alpha (exp(x) - 1) below: any shape to itself',
  source: 'Clevert, Unterthiner & Hochreiter 2016',
  fields: {
    alpha: number({
      label: 'Alpha',
      doc: 'What negative values approach, without the sign.',
      min: 0,
      max: 10,
      step: 0.1,
      default: 1,
    }),
  },
  outputShape: (_spec, inputShape) => inputShape,
  build: ({ alpha }, { x }) => ops.elu(x, alpha),
  detail: ({ alpha }) => `alpha ${alpha}`,
  tfjsLacks: ({ alpha }) => (alpha === 1 ? null : 'ELU of an alpha other than 1'),
  torchCode: { output: ({ alpha }, { x }) => `F.elu(${x}, alpha=${pythonValue(alpha)})` },
  keras: { className: 'ELU', settings: { alpha: field('alpha', 1) }, arrays: [] },
});
