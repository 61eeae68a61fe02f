/**
 * From a sweep's fields to its cells: every combination of the values, in the order of the file's last axis fastest.
 *
 * In: a `SweepSpec`. Out: configurations as plain options, seeds last. What they mean together with a network's recipe
 * is not decided here.
 */

import { inputError } from '../errors.ts';
import { RandomStream } from '../random/index.ts';
import type { NumberAxis, SweepSpec } from './spec.ts';

/** One training as a sweep asks for it; what is absent is the recipe's. */
export interface SweepChoice {
  readonly network: string;
  readonly recipe?: 'documented' | 'best';
  readonly dataset?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly validationSplit?: number;
  readonly patience?: number;
  readonly checkpointEvery?: number;
  readonly shuffle?: boolean;
  readonly threads?: number;
  readonly seed?: number;
}

/** A file with a slip in a range must not fill a disk. */
export const MAX_JOBS = 100_000;

const WHOLE = ['epochs', 'batchSize', 'patience', 'checkpointEvery', 'threads', 'seeds'] as const;
const NUMERIC = [
  'epochs',
  'batchSize',
  'learningRate',
  'validationSplit',
  'patience',
  'checkpointEvery',
  'threads',
  'seeds',
] as const;
type Numeric = (typeof NUMERIC)[number];

const isWhole = (name: Numeric): boolean => WHOLE.some((whole) => whole === name);

/** Twelve digits: sums of steps leave 0.30000000000000004, which nobody asked for. */
const tidy = (value: number): number => Number(value.toPrecision(12));

const drawn = (axis: NumberAxis): { readonly bounds: readonly [number, number]; readonly log: boolean } | null => {
  if (typeof axis === 'number' || Array.isArray(axis)) return null;
  if ('uniform' in axis) return { bounds: axis.uniform, log: false };
  if ('logUniform' in axis) return { bounds: axis.logUniform, log: true };
  return null;
};

/**
 * The values of an axis that is not drawn.
 *
 * @throws LatentError (input) `invalid-sweep` where a range runs backwards, is too long, or a logarithm has no value.
 */
export const axisValues = (name: string, axis: NumberAxis): readonly number[] => {
  if (typeof axis === 'number') return [axis];
  if (Array.isArray(axis)) return [...new Set(axis)];
  if (!('from' in axis)) return [];
  const { from, to } = axis;
  const wrong = (fault: string) => inputError('invalid-sweep', `${name}: ${fault}`);
  if (to < from) throw wrong(`expected a range upwards, got from ${from} to ${to}; exchange them`);
  if ('step' in axis) {
    const count = Math.floor((to - from) / axis.step + 1e-9) + 1;
    if (count > MAX_JOBS) throw wrong(`expected at most ${MAX_JOBS} values, got ${count}; take a larger step`);
    return Array.from({ length: count }, (_, i) => tidy(from + i * axis.step));
  }
  if (axis.scale === 'log' && from <= 0)
    throw wrong(`expected a range above 0 for scale: log, got from ${from}; begin above 0`);
  return Array.from({ length: axis.count }, (_, i) => {
    const at = i / (axis.count - 1);
    return tidy(axis.scale === 'log' ? from * (to / from) ** at : from + at * (to - from));
  });
};

const draw = (name: Numeric, axis: NumberAxis, seed: number, sample: number): number => {
  const distribution = drawn(axis);
  if (!distribution) throw inputError('invalid-sweep', `${name}: expected a distribution`);
  const [from, to] = distribution.bounds;
  if (to < from)
    throw inputError('invalid-sweep', `${name}: expected bounds upwards, got ${from} and ${to}; exchange them`);
  if (distribution.log && from <= 0)
    throw inputError('invalid-sweep', `${name}: logUniform expects bounds above 0, got ${from}; begin above 0`);
  const [word] = (() => {
    const words = new Uint32Array(1);
    new RandomStream(seed, `sweep/${name}`, sample).fillUint32(words);
    return words;
  })();
  const at = word / 2 ** 32;
  const value = distribution.log ? from * (to / from) ** at : from + at * (to - from);
  return isWhole(name) ? Math.min(to, Math.floor(from + at * (to - from + 1))) : tidy(value);
};

const listed = <T>(value: T | readonly T[] | undefined): readonly (T | undefined)[] => {
  if (value === undefined) return [undefined];
  return Array.isArray(value) ? [...new Set<T>(value)] : [value as T];
};

/** Fields without a value are left out, so that two ways to say the same are the same. */
const compact = (choice: { readonly [K in keyof SweepChoice]: SweepChoice[K] | undefined }): SweepChoice =>
  Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== undefined)) as unknown as SweepChoice;

/**
 * Every training that a sweep asks for. Lists and ranges are crossed; with `samples: n`, n draws of the fields that
 * have a distribution are crossed with them, so that every network meets the same draws.
 *
 * @throws LatentError (input) `invalid-sweep`: ranges backwards, distributions without `samples` (or the reverse),
 *   more than 100,000 trainings.
 */
export const expandSweep = (spec: SweepSpec): readonly SweepChoice[] => {
  const { samples, sampleSeed = 1 } = spec;
  const random = NUMERIC.filter((name) => {
    const axis = spec[name];
    return axis !== undefined && drawn(axis) !== null;
  });
  if (random.length > 0 && samples === undefined)
    throw inputError('invalid-sweep', `${random[0]}: a distribution needs \`samples: N\` beside it, got none; add it`);
  if (random.length === 0 && samples !== undefined)
    throw inputError('invalid-sweep', 'samples: nothing is drawn; give a field as {uniform: [a, b]}, or leave it out');
  const axis = (name: Numeric): readonly (number | undefined)[] => {
    const value = spec[name];
    return value === undefined || random.includes(name) ? [undefined] : axisValues(name, value);
  };
  const axes: readonly (readonly [keyof SweepChoice, readonly unknown[]])[] = [
    ['network', listed(spec.networks)],
    ['recipe', listed(spec.recipes)],
    ['dataset', listed(spec.datasets)],
    ['epochs', axis('epochs')],
    ['batchSize', axis('batchSize')],
    ['learningRate', axis('learningRate')],
    ['validationSplit', axis('validationSplit')],
    ['patience', axis('patience')],
    ['checkpointEvery', axis('checkpointEvery')],
    ['shuffle', listed(spec.shuffle)],
    ['threads', axis('threads')],
  ];
  const draws: readonly Readonly<Record<string, unknown>>[] =
    samples === undefined
      ? [{}]
      : Array.from({ length: samples }, (_, sample) =>
          Object.fromEntries(
            random.map((name) => [name === 'seeds' ? 'seed' : name, draw(name, spec[name] ?? 0, sampleSeed, sample)]),
          ),
        );
  const count = axes.reduce((product, [, values]) => product * values.length, draws.length * axis('seeds').length);
  if (count > MAX_JOBS)
    throw inputError('invalid-sweep', `expected at most ${MAX_JOBS} trainings, got ${count}; take fewer values`);
  const cells = axes.reduce<Readonly<Record<string, unknown>>[]>(
    (made, [name, values]) => made.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value }))),
    [{}],
  );
  return cells.flatMap((cell) =>
    draws.flatMap((drawnValues) =>
      axis('seeds').map((seed) =>
        compact({ ...cell, ...(seed === undefined ? {} : { seed }), ...drawnValues } as SweepChoice),
      ),
    ),
  );
};
