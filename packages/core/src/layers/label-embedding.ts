/** A table of what each label stands for. */
import { custom, field, integer, pythonCall } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer, trained } from './definition.ts';
import { MAX_UNITS } from './limits.ts';
import { requireVectorShape } from './place.ts';

/** `y = label W`. Table `[classes, units]`. */
export const labelEmbeddingLayer = defineLayer({
  type: 'label-embedding',
  baseName: 'label_embedding',
  label: 'Label embedding',
  doc: 'Gives each label numbers of its own, a row of a table; its input is `label`. Keras and TensorFlow.js get it as a dense layer without bias, which computes the same of a one-hot label.',
  formula: 'label W, a row of W: [classes] -> [units]',
  source: 'Bengio, Ducharme, Vincent & Jauvin 2003, section 2, for tables of words',
  fields: {
    units: integer({
      label: 'Units',
      doc: 'Numbers that a label stands for.',
      min: 1,
      max: MAX_UNITS,
      default: 8,
    }),
  },
  ofLabel: true,
  outputShape: ({ units }, inputShape, place) => {
    requireVectorShape(inputShape, place);
    return [units];
  },
  weights: ({ units }, [classes]) => [
    trained('kernel', [classes, units], { fanIn: classes, fanOut: units }, 'glorot-uniform'),
  ],
  build: (_spec, { x, weight }) => ops.gemm(x, weight('kernel')),
  detail: ({ units }) => `${units} a label`,
  torch: () => [{ head: '', arrays: { weight: { role: 'kernel', vectors: [null, 'out'] } } }],
  torchCode: {
    modules: ({ units }, [classes]) => ({ '': pythonCall('nn.Embedding', [classes, units]) }),
    output: (_spec, { x, module }) => `${x} @ ${module()}.weight`,
  },
  keras: {
    className: 'Dense',
    writtenOnly: true,
    settings: {
      units: field('units'),
      activation: custom({ write: () => 'linear', read: () => ({}) }),
      use_bias: custom({ write: () => false, read: () => ({}) }),
    },
    arrays: ['kernel'],
  },
});
