/** Labels as files have them, whole numbers, names or one-hot rows, into class indices. */
import { inputError } from '../../errors.ts';
import type { Numbers } from '../../files/npy-numbers.ts';
import { MAX_CLASSES, narrowLabels } from '../labels.ts';
import type { Labels } from '../types.ts';

/** Labels that are numbers already. @throws LatentError (input) `label-values`. */
export const labelsOfNumbers = (values: ArrayLike<number>, file: string): Labels => {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(Number.isInteger(value) && value >= 0 && value < MAX_CLASSES))
      throw inputError('label-values', {
        at: { file, subject: `label ${i}` },
        expected: `whole numbers of 0 to ${MAX_CLASSES - 1}`,
        got: `${value}`,
        hint: 'number the classes from 0 on, or take the images without labels: #label=none',
      });
  }
  return narrowLabels(values);
};

/** The place of the one 1 of each row; null where rows are anything else. */
export const oneHotLabels = (
  values: Numbers | readonly number[],
  count: number,
  at: (row: number, column: number) => number,
  classes: number,
): Labels | null => {
  const labels = new Uint16Array(count);
  for (let row = 0; row < count; row++) {
    let hot = -1;
    for (let column = 0; column < classes; column++) {
      const value = values[at(row, column)];
      if (value === 0) continue;
      if (value !== 1 || hot >= 0) return null;
      hot = column;
    }
    if (hot < 0) return null;
    labels[row] = hot;
  }
  return narrowLabels(labels);
};
