/**
 * The values of one numeric field of a sweep: a list, a range, or draws from a distribution.
 *
 * Whole-number fields give whole numbers alone, each once.
 */

import { type ErrorFacts, inputError } from '../errors.ts';
import { RandomStream } from '../random/index.ts';
import type { NumberAxis } from './field-axes.ts';

/** Most trainings of one sweep. A file with a slip in a range must not fill a disk. */
export const MAX_JOBS = 100_000;

/** A numeric field with what the sweep says of it. */
export interface AxisField {
  readonly name: string;
  /** Names the random numbers that its draws take; the field's name when absent. */
  readonly stream?: string;
  /** Takes whole numbers alone. */
  readonly whole: boolean;
  readonly axis: NumberAxis;
}

/** Twelve digits: sums of steps leave 0.30000000000000004, which nobody asked for. */
const tidy = (value: number): number => Number(value.toPrecision(12));

const fault = (field: string, facts: ErrorFacts) => inputError('invalid-sweep', { at: { field }, ...facts });

interface Distribution {
  readonly from: number;
  readonly to: number;
  readonly log: boolean;
}

const distributionOf = (axis: NumberAxis): Distribution | null => {
  if (typeof axis === 'number' || Array.isArray(axis)) return null;
  if ('uniform' in axis) return { from: axis.uniform[0], to: axis.uniform[1], log: false };
  if ('logUniform' in axis) return { from: axis.logUniform[0], to: axis.logUniform[1], log: true };
  return null;
};

/** Whether `samples` draws the values of an axis. */
export const isDrawn = (axis: NumberAxis): boolean => distributionOf(axis) !== null;

/** Rising values as the whole numbers nearest to them that are all different. */
const distinctWholes = (values: readonly number[], to: number): number[] => {
  const wholes: number[] = [];
  for (const [i, value] of values.entries()) {
    const most = to - (values.length - 1 - i);
    wholes.push(Math.min(most, Math.max(Math.round(value), (wholes[i - 1] ?? Number.NEGATIVE_INFINITY) + 1)));
  }
  return wholes;
};

/**
 * The values of an axis that is not drawn; none of one that is.
 *
 * @throws LatentError (input) `invalid-sweep` where a range runs backwards, is too long, a logarithm has no value, or a
 *   range of whole numbers has a step between them or fewer of them than it is to give.
 */
export const axisValues = ({ name, whole, axis }: AxisField): readonly number[] => {
  if (typeof axis === 'number') return [axis];
  if (Array.isArray(axis)) return [...new Set(axis)];
  if (!('from' in axis)) return [];
  const { from, to } = axis;
  if (to < from)
    throw fault(name, { expected: 'a range upwards', got: `from ${from} to ${to}`, hint: 'exchange them' });
  if ('step' in axis) {
    if (whole && !Number.isInteger(axis.step))
      throw fault(name, {
        expected: 'a whole step',
        got: `${axis.step}, which leads to fractions`,
        hint: 'take a whole number',
      });
    const count = Math.floor((to - from) / axis.step + 1e-9) + 1;
    if (count > MAX_JOBS)
      throw fault(name, { expected: `at most ${MAX_JOBS} values`, got: `${count}`, hint: 'take a larger step' });
    return Array.from({ length: count }, (_, i) => (whole ? from + i * axis.step : tidy(from + i * axis.step)));
  }
  const { count, scale } = axis;
  if (scale === 'log' && from <= 0)
    throw fault(name, { expected: 'a range above 0 for scale: log', got: `from ${from}`, hint: 'begin above 0' });
  const values = Array.from({ length: count }, (_, i) => {
    const at = i / (count - 1);
    return scale === 'log' ? from * (to / from) ** at : from + at * (to - from);
  });
  if (!whole) return values.map(tidy);
  if (count > to - from + 1)
    throw fault(name, {
      expected: `a count of at most ${to - from + 1}, the whole numbers from ${from} to ${to}`,
      got: `${count}`,
      hint: 'lower it',
    });
  return distinctWholes(values, to);
};

/**
 * One draw.
 *
 * A whole number k of a logarithmic distribution is as likely as the values from k - 1/2 to k + 1/2.
 */
const draw = ({ name, stream = name, whole, axis }: AxisField, seed: number, index: number): number => {
  const distribution = distributionOf(axis);
  if (!distribution) throw fault(name, { expected: 'a distribution' });
  const { from, to, log } = distribution;
  const words = new Uint32Array(1);
  new RandomStream(seed, `sweep/${stream}`, index).fillUint32(words);
  const at = words[0] / 2 ** 32;
  if (!whole) return tidy(log ? from * (to / from) ** at : from + at * (to - from));
  if (!log) return Math.min(to, Math.floor(from + at * (to - from + 1)));
  const [low, high] = [from - 0.5, to + 0.5];
  return Math.min(to, Math.max(from, Math.round(low * (high / low) ** at)));
};

/** How many different values a distribution has. */
const sizeOf = ({ name, whole, axis }: AxisField): number => {
  const { from, to, log } = distributionOf(axis) ?? { from: 0, to: 0, log: false };
  if (to < from) throw fault(name, { expected: 'bounds upwards', got: `${from} and ${to}`, hint: 'exchange them' });
  if (log && from <= 0)
    throw fault(name, { problem: 'logUniform', expected: 'bounds above 0', got: `${from}`, hint: 'begin above 0' });
  if (from === to) return 1;
  return whole ? to - from + 1 : Number.POSITIVE_INFINITY;
};

/** After so many draws that were there before, nearly all that is likely has been drawn. */
const MAX_DRAWS = 1000;

/** Of all combinations of whole numbers the first that is not taken. */
const firstFree = (fields: readonly AxisField[], taken: ReadonlySet<string>): number[] => {
  for (let index = 0; index <= taken.size; index++) {
    let rest = index;
    const values = fields.map((field) => {
      const size = sizeOf(field);
      const value = (distributionOf(field.axis)?.from ?? 0) + (rest % size);
      rest = Math.floor(rest / size);
      return value;
    });
    if (!taken.has(values.join())) return values;
  }
  throw fault('samples', { expected: 'combinations that are all different, found none', hint: 'widen the bounds' });
};

/**
 * `samples` draws of all fields together, all different: two draws of the same values would be one training.
 *
 * @throws LatentError (input) `invalid-sweep` where bounds are wrong, or there are fewer combinations than samples.
 */
export const drawSamples = (
  fields: readonly AxisField[],
  samples: number,
  seed: number,
): readonly Readonly<Record<string, number>>[] => {
  const combinations = fields.reduce((product, field) => product * sizeOf(field), 1);
  const names = fields.map(({ name }) => name);
  if (samples > combinations)
    throw fault('samples', {
      expected: `at most ${combinations}, since ${names.join(' and ')} ${names.length === 1 ? 'has' : 'have together'} as many different values`,
      got: `${samples}`,
      hint: 'lower it, or widen the bounds',
    });
  const taken = new Set<string>();
  return Array.from({ length: samples }, (_, sample) => {
    let values = fields.map((field) => draw(field, seed, sample));
    for (let again = 1; taken.has(values.join()); again++)
      values =
        again < MAX_DRAWS
          ? fields.map((field) => draw(field, seed, sample + again * samples))
          : firstFree(fields, taken);
    taken.add(values.join());
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  });
};
