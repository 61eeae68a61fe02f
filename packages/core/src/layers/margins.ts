/** What padding and cropping have in common: rows above and below, columns left and right. */
import { shown } from '../errors.ts';
import { custom, size } from '../registry/index.ts';
import type { Size2D } from '../tensor/index.ts';

const MAX_MARGIN = 4096;

/** @param what - what becomes of them: `added`, `cut off`. */
export const marginFields = (what: string) => ({
  rows: size({
    label: 'Rows above and below',
    doc: `Rows ${what} above and below the image.`,
    min: 0,
    max: MAX_MARGIN,
    default: [1, 1],
  }),
  columns: size({
    label: 'Columns left and right',
    doc: `Columns ${what} left and right of the image.`,
    min: 0,
    max: MAX_MARGIN,
    default: [1, 1],
  }),
});

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** A number for both sides, or two. */
const sidesOf = (value: unknown): Size2D | null => {
  if (isCount(value)) return [value, value];
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [before, after]: readonly unknown[] = value;
  return isCount(before) && isCount(after) ? [before, after] : null;
};

/**
 * Keras' setting: one number for all sides, one for rows and one for columns, or two for each.
 *
 * @param absent - of all sides where a config says nothing.
 */
export const marginSetting = (name: string, absent: number) =>
  custom({
    write: ({ rows, columns }) => [rows, columns],
    read: (value, { refuse }) => {
      const both: readonly unknown[] = Array.isArray(value) ? value : [value ?? absent, value ?? absent];
      const [rows, columns] = both.map(sidesOf);
      if (both.length !== 2 || !rows || !columns)
        throw refuse({
          at: { field: name },
          expected: 'a whole number, two of them, or two pairs',
          got: shown(value),
        });
      return { rows, columns };
    },
  });
