/**
 * Numbers into bytes: what 0 to 1, -1 to 1, 0 to 16 or 0 to 65,535 mean is decided once for all images, and said.
 */
import { inputError } from '../../errors.ts';
import type { Numbers } from '../../files/npy-numbers.ts';
import type { ReadOptions } from './options.ts';

/** `byte = round((value - from) * 255 / (to - from))`. */
export interface ValueRange {
  readonly from: number;
  readonly to: number;
  /** Sentences on what was decided; none of bytes that stay as they are. */
  readonly notes: readonly string[];
}

/** Values of a kind whose highest is below this are not meant as 0 to 255, which would come out black. */
const LOWEST_HIGHEST = 64;
const MAX_16_BIT = 65_535;

interface Extent {
  readonly lowest: number;
  readonly highest: number;
  readonly isWhole: boolean;
}

const NOTHING: Extent = { lowest: Number.POSITIVE_INFINITY, highest: Number.NEGATIVE_INFINITY, isWhole: true };

/** @param begin - number of the first value, for messages. */
const extendedBy = (extent: Extent, values: Numbers, name: string, begin = 0): Extent => {
  let { lowest, highest, isWhole } = extent;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    if (isWhole && !Number.isInteger(value)) isWhole = false;
    if (!Number.isFinite(value))
      throw inputError('not-finite', {
        at: { file: name, subject: `value ${begin + i}` },
        expected: 'numbers',
        got: `${value}`,
        hint: 'replace it before the images are saved',
      });
  }
  return { lowest, highest, isWhole };
};

const shown = (value: number): string => `${Number.isInteger(value) ? value : Number(value.toPrecision(4))}`;

const guess = ({ lowest, highest, isWhole }: Extent, name: string): ValueRange => {
  const span = `values from ${shown(lowest)} to ${shown(highest)}`;
  if (lowest >= -1 && lowest < 0 && highest <= 1)
    return { from: -1, to: 1, notes: [`${span}: -1 to 1 were taken as 0 to 255 (#range=signed)`] };
  if (lowest < 0 || highest > MAX_16_BIT)
    throw inputError('values-range', {
      at: { file: name },
      expected: 'values of 0 to 255, 0 to 1, or -1 to 1',
      got: span,
      hint: 'say what they mean: #range=bytes, unit, signed, or the highest value',
    });
  if (highest <= 1) return { from: 0, to: 1, notes: [`${span}: 0 to 1 were taken times 255 (#range=bytes)`] };
  if (highest < LOWEST_HIGHEST)
    return { from: 0, to: highest, notes: [`${span}: 0 to ${shown(highest)} were taken as 0 to 255 (#range=bytes)`] };
  if (highest > 255)
    return { from: 0, to: MAX_16_BIT, notes: [`${span}: 0 to 65535 were taken as 0 to 255 (#range=N)`] };
  return { from: 0, to: 255, notes: isWhole ? [] : [`${span}: taken as 0 to 255, rounded (#range=N)`] };
};

/**
 * What the values of a data set mean.
 *
 * @param arrays - of all its parts.
 * @param name - of the file, for messages.
 * @throws LatentError (input) `not-finite`, `values-range`.
 */
export const rangeOf = (arrays: readonly Numbers[], options: ReadOptions, name: string): ValueRange =>
  rangeIn(
    arrays.reduce((extent, values) => extendedBy(extent, values, name), NOTHING),
    options,
    name,
  );

/** Values that are read piece by piece. */
export interface NumberPieces {
  /** How many. */
  readonly count: number;
  /** Values `from .. to-1`. */
  readonly read: (from: number, to: number) => Promise<Numbers>;
}

/** Values that are looked at at a time. */
const PIECE = 2 ** 24;

/** The same of values that are not in memory; of bytes no more are read than tell what they mean. */
export const rangeOfPieces = async (
  arrays: readonly NumberPieces[],
  options: ReadOptions,
  name: string,
): Promise<ValueRange> => {
  let extent = NOTHING;
  for (const { count, read } of arrays)
    for (let from = 0; from < count; from += PIECE) {
      const values = await read(from, Math.min(count, from + PIECE));
      extent = extendedBy(extent, values, name, from);
      const isTold = extent.highest >= LOWEST_HIGHEST || options.range !== undefined;
      if (values instanceof Uint8Array && isTold) break;
    }
  return rangeIn(extent, options, name);
};

const rangeIn = (extent: Extent, { range }: ReadOptions, name: string): ValueRange => {
  if (range === undefined) return guess(extent, name);
  if (range === 'bytes') return { from: 0, to: 255, notes: [] };
  if (range === 'signed') return { from: -1, to: 1, notes: [] };
  return { from: 0, to: range === 'unit' ? 1 : range, notes: [] };
};

/** The byte of a value; what lies outside the range becomes its end. */
export const byteOf = (value: number, { from, to }: ValueRange): number =>
  Math.min(255, Math.max(0, Math.round(((value - from) * 255) / (to - from))));
