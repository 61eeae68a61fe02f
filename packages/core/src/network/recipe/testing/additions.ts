/** A term of a loss, an optimiser, a schedule, an augmentation and a field of a recipe, as their own files would hold them. */
import { defineAugmentation } from '../../../augmentations/definition.ts';
import { defineTerm, weightFields } from '../../../losses/definition.ts';
import { defineOptimizer } from '../../../optimizers/definition.ts';
import { counted, integer, number, optional } from '../../../registry/index.ts';
import { defineSchedule, learningRateField } from '../../../schedules/definition.ts';
import { scale, square } from '../../../tensor/ops/arithmetic.ts';
import { sumAll } from '../../../tensor/ops/reduce.ts';
import { row } from '../definition.ts';

export const codeLengthTerm = defineTerm({
  type: 'code-length',
  label: 'Length of the code',
  doc: 'Adds the squared length of the codes.',
  formula: 'mean over images of |z|^2',
  name: 'squared length of the code',
  curve: 'weighted length of the code',
  gradient: 'exact',
  fields: weightFields('the length of the code', 0.1),
  compute: (_loss, { codes }) => scale(sumAll(square(codes)), 1 / codes.dims[0]),
});

export const signOptimizer = defineOptimizer({
  type: 'sign',
  label: 'Sign of momentum',
  doc: 'Steps of one length, against the sign of the decayed gradient.',
  formula: 'm = b m + (1 - b) g; p = p - r sign(m)',
  source: 'Chen et al. 2023, Symbolic Discovery of Optimization Algorithms, simplified',
  fields: { memory: number({ label: 'Memory', doc: 'Share that stays.', min: 0, max: 0.999, default: 0.9 }) },
  state: ['velocity', 'count'],
  step: ({ memory }, { parameters, gradients, state: { velocity, count }, learningRate }) => {
    for (let i = 0; i < parameters.length; i++) {
      velocity[i] = memory * velocity[i] + (1 - memory) * gradients[i];
      parameters[i] -= learningRate * Math.sign(velocity[i]);
      count[i] += 1;
    }
  },
});

export const sawtoothSchedule = defineSchedule({
  type: 'sawtooth',
  label: 'Sawtooth',
  doc: 'Falls in a line within each epoch, again and again.',
  formula: 'r (1 - (step mod n) / n), n the batches of an epoch over the teeth',
  fields: {
    learningRate: learningRateField,
    teeth: integer({ label: 'Teeth', doc: 'Falls in an epoch.', min: 1, max: 9, default: 2 }),
  },
  spansRun: false,
  rate: ({ learningRate, teeth }, { step, stepsPerEpoch }) =>
    learningRate * (1 - ((step * teeth) % stepsPerEpoch) / stepsPerEpoch),
  words: ({ learningRate, teeth }) => `${learningRate} in ${teeth} teeth`,
});

export const linearAugmentation = defineAugmentation({
  type: 'linear-fade',
  label: 'Lean',
  doc: 'Every image leans a little.',
  formula: 'd(row, column) = (0, slope row draw)',
  fields: { slope: number({ label: 'Slope', doc: 'Columns a row.', min: 0, max: 1, default: 0.1 }) },
  displacement: ({ slope }) => ({
    draws: () => 1,
    displace: ([draw], { columns }, { height, width }) => {
      for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) columns[r * width + c] += slope * r * draw;
    },
  }),
});

export const plateauRow = row({
  field: optional(
    integer({
      label: 'Plateau',
      doc: 'Epochs of a plateau; none when absent.',
      formerNames: ['plateauEpochs'],
      min: 1,
      max: 9,
      default: 2,
    }),
  ),
  option: { flags: '--plateau <n>' },
  words: (epochs) => counted(epochs, 'epoch'),
});
