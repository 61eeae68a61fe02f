/**
 * From a sweep's fields to its cells: every combination of the values, in the order of the file's last axis fastest.
 *
 * In: a `SweepSpec`. Out: configurations as plain options, seeds last. What they mean together with a network's recipe
 * is not decided here.
 */

import { inputError } from '../errors.ts';
import { axisValues, drawSamples, isDrawn, MAX_JOBS } from './axes.ts';
import type { SweepSpec } from './spec.ts';

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
  const random = NUMERIC.flatMap((name) => {
    const axis = spec[name];
    return axis !== undefined && isDrawn(axis) ? [{ name, whole: isWhole(name), axis }] : [];
  });
  if (random.length > 0 && samples === undefined)
    throw inputError(
      'invalid-sweep',
      `${random[0].name}: a distribution needs \`samples: N\` beside it, got none; add it`,
    );
  if (random.length === 0 && samples !== undefined)
    throw inputError('invalid-sweep', 'samples: nothing is drawn; give a field as {uniform: [a, b]}, or leave it out');
  const axis = (name: Numeric): readonly (number | undefined)[] => {
    const value = spec[name];
    return value === undefined || isDrawn(value)
      ? [undefined]
      : axisValues({ name, whole: isWhole(name), axis: value });
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
      : drawSamples(random, samples, sampleSeed).map(({ seeds, ...values }) =>
          seeds === undefined ? values : { ...values, seed: seeds },
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
