/** A penalty on values, which pass as they are. */
import { field, number } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';
import { passesOn } from './torch-code.ts';

const MOST = 1e3;

export const activityRegularizationLayer = defineLayer({
  type: 'activity-regularization',
  baseName: 'activity_regularization',
  label: 'Activity regularisation',
  doc: 'Adds to the loss, in training alone, the sizes of the values that pass: the mean over images of their sums.',
  formula: 'loss + l1 mean over images of sum |x| + l2 mean over images of sum x^2; x as it is',
  source: 'Keras, `ActivityRegularization`',
  fields: {
    l1: number({
      label: 'Weight of |x|',
      doc: 'What the sum of absolute values is multiplied by.',
      min: 0,
      max: MOST,
      default: 1e-4,
    }),
    l2: number({
      label: 'Weight of x^2',
      doc: 'What the sum of squares is multiplied by.',
      min: 0,
      max: MOST,
      default: 0,
    }),
  },
  values: 'unchanged',
  outputShape: (_spec, inputShape) => inputShape,
  build: ({ l1, l2 }, { x, training, addLoss }) => {
    if (!training) return x;
    const share = 1 / x.dims[0];
    const sizes = ops.add(ops.relu(x), ops.relu(ops.scale(x, -1)));
    if (l1 > 0) addLoss(ops.scale(ops.sumAll(sizes), l1 * share));
    if (l2 > 0) addLoss(ops.scale(ops.sumAll(ops.square(x)), l2 * share));
    return x;
  },
  detail: ({ l1, l2 }) => `${l1} |x| ${l2} x2`.slice(0, 16),
  tfjsLacks: () => 'activity regularisation',
  torchCode: passesOn,
  keras: { className: 'ActivityRegularization', settings: { l1: field('l1', 0), l2: field('l2', 0) }, arrays: [] },
});
