/**
 * From a sweep's fields to its cells: every combination of the values, in the order of the file's last axis fastest.
 *
 * In: a `SweepSpec`. Out: configurations as plain options, seeds last. What they mean together with a network's recipe
 * is not decided here.
 */

import * as v from 'valibot';
import { inputError } from '../errors.ts';
import { firstSettingName, type RecipeSettings, type Setting, settingsBeside } from '../network/index.ts';
import { type AxisField, axisValues, drawSamples, isDrawn, MAX_JOBS } from './axes.ts';
import { isNone, type NumberAxis } from './field-axes.ts';
import type { DecoderTuning, NetworkEdit } from './rows.ts';
import { rowsOf, type SweepRow, type SweepSpec, sweptSettings } from './spec.ts';

/** One training as a sweep asks for it; what is absent is the recipe's. */
export type SweepChoice = RecipeSettings & {
  readonly network: string;
  readonly recipe?: 'documented' | 'best';
  readonly dataset?: string;
  readonly checkpointEvery?: number;
  readonly threads?: number;
  /** Of its row, and what that is. */
  readonly name?: string;
  readonly what?: string;
  /** What a row says of its network and of the weights it begins with. */
  readonly edit?: NetworkEdit;
  readonly tune?: DecoderTuning;
  readonly init?: string;
};

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Reads what a sweep asked for out of untrusted JSON. */
export const sweepChoiceSchema = settingsBeside({
  network: v.string(),
  recipe: v.exactOptional(v.picklist(['documented', 'best'])),
  dataset: v.exactOptional(v.string()),
  checkpointEvery: v.exactOptional(count),
  threads: v.exactOptional(count),
  name: v.exactOptional(v.string()),
  what: v.exactOptional(v.string()),
}) as unknown as v.GenericSchema<unknown, SweepChoice>;

const listed = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : [...new Set(Array.isArray(value) ? value : [value])];

/** An axis, whose values are crossed with those of all others, under the name that a choice has for them. */
interface Axis {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** A numeric axis that the sweep may draw. */
interface NumericAxis extends AxisField {
  readonly choiceName: string;
}

const isNumberAxis = (value: unknown): value is NumberAxis =>
  !isNone(value) && !(Array.isArray(value) && value.some(isNone));

/** What a sweep says of a setting. */
const askedOf = (spec: SweepRow, setting: string): unknown =>
  Object.entries(spec).find(([name]) => name === setting)?.[1];

/** The numeric fields of a sweep that have something to say, but seeds last. */
const numericAxes = (spec: SweepRow): readonly NumericAxis[] => {
  const own = (name: 'checkpointEvery' | 'threads' | 'seeds', choiceName: string): readonly NumericAxis[] => {
    const axis = spec[name];
    return axis === undefined ? [] : [{ name, choiceName, whole: true, axis }];
  };
  const settings = sweptSettings.flatMap((setting): readonly NumericAxis[] => {
    const { name, field } = setting;
    const axis = askedOf(spec, name);
    const isNumeric = field.kind === 'integer' || field.kind === 'number';
    return isNumeric && axis !== undefined && isNumberAxis(axis)
      ? [{ name, stream: firstSettingName(setting), choiceName: name, whole: field.kind === 'integer', axis }]
      : [];
  });
  return [
    ...settings,
    ...own('checkpointEvery', 'checkpointEvery'),
    ...own('threads', 'threads'),
    ...own('seeds', 'seed'),
  ];
};

/** Values that are different as data; `none` is null. */
const distinct = (values: readonly unknown[]): readonly unknown[] => [
  ...new Map(
    values.map((value) => (isNone(value) ? null : value)).map((value) => [JSON.stringify(value), value]),
  ).values(),
];

/** The values of a setting that are listed; a list of specifications is one value, several of them are an axis. */
const listedSetting = ({ field }: Setting, value: unknown): readonly unknown[] => {
  const isOne =
    !Array.isArray(value) || (field.kind === 'list' && !value.every((one) => Array.isArray(one) || isNone(one)));
  return distinct(isOne ? [value] : value);
};

/** The axes of a sweep in the order of its table, seeds last and fastest. */
const axesOf = (spec: SweepRow): readonly Axis[] => {
  const numeric = new Map(numericAxes(spec).map((axis) => [axis.name, axis]));
  const crossed = (name: string): readonly Axis[] => {
    const axis = numeric.get(name);
    return axis === undefined || isDrawn(axis.axis) ? [] : [{ name: axis.choiceName, values: axisValues(axis) }];
  };
  const settings = sweptSettings.flatMap((setting): readonly Axis[] => {
    const value = askedOf(spec, setting.name);
    if (value === undefined) return [];
    return numeric.has(setting.name)
      ? crossed(setting.name)
      : [{ name: setting.name, values: listedSetting(setting, value) }];
  });
  return [
    { name: 'network', values: listed(spec.network?.from ?? spec.tune?.encoder ?? spec.networks) },
    ...Object.entries(spec.network?.fields ?? {}).map(([path, values]) => ({
      name: `${NETWORK_FIELD}${path}`,
      values: distinct(Array.isArray(values) ? values : [values]),
    })),
    { name: 'recipe', values: listed(spec.recipes) },
    { name: 'dataset', values: listed(spec.datasets) },
    ...settings,
    ...crossed('checkpointEvery'),
    ...crossed('threads'),
    // Before the seeds, so that those of a draw stay together.
    { name: DRAWS, values: drawsOf(spec, [...numeric.values()]) },
    ...crossed('seeds'),
  ].filter(({ values }) => values.length > 0);
};

/** What the axes of the fields of a network's edit begin with. */
const NETWORK_FIELD = 'network.fields.';

/** The chosen values of the fields of a network in its edit, where a training has them. */
const withNetworkFields = (cell: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const isField = ([name]: readonly [string, unknown]): boolean => name.startsWith(NETWORK_FIELD);
  const entries = Object.entries(cell);
  const fields = entries.filter(isField).map(([name, value]) => [name.slice(NETWORK_FIELD.length), value]);
  const edit =
    fields.length === 0 ? {} : { edit: { ...(cell.edit as NetworkEdit), fields: Object.fromEntries(fields) } };
  return { ...Object.fromEntries(entries.filter((entry) => !isField(entry))), ...edit };
};

/** Of an axis whose values are several fields at once. */
const DRAWS = '';

const drawsOf = (
  { samples, sampleSeed = 1 }: SweepRow,
  numeric: readonly NumericAxis[],
): readonly Readonly<Record<string, number>>[] => {
  const random = numeric.filter(({ axis }) => isDrawn(axis));
  if (random.length > 0 && samples === undefined)
    throw inputError('invalid-sweep', {
      at: { subject: random[0].name },
      problem: 'a distribution needs `samples: N` beside it, got none',
      hint: 'add it',
    });
  if (samples === undefined) return [];
  if (random.length === 0)
    throw inputError('invalid-sweep', {
      at: { subject: 'samples' },
      problem: 'nothing is drawn',
      hint: 'give a field as {uniform: [a, b]}, or leave it out',
    });
  return drawSamples(random, samples, sampleSeed).map((draw) =>
    Object.fromEntries(random.map(({ name, choiceName }) => [choiceName, draw[name]])),
  );
};

/** What a row says that its trainings have in common and that no recipe knows. */
const aboutRow = ({ name, what, network: edit, tune, init }: SweepRow): Partial<SweepChoice> =>
  Object.fromEntries(Object.entries({ name, what, edit, tune, init }).filter(([, value]) => value !== undefined));

/** Every combination of a row's values. */
const expandRow = (row: SweepRow, axes: readonly Axis[]): readonly SweepChoice[] =>
  axes
    .reduce<readonly Readonly<Record<string, unknown>>[]>(
      (made, { name, values }) =>
        made.flatMap((cell) =>
          values.map((value) => ({ ...cell, ...(name === DRAWS ? (value as object) : { [name]: value }) })),
        ),
      [aboutRow(row)],
    )
    .map(
      withNetworkFields,
      // Every row has a network, and the rest was checked field by field.
    ) as unknown as readonly SweepChoice[];

/**
 * Every training that a sweep asks for, row by row. Within a row, lists and ranges are crossed; with `samples: n`, n draws of the fields that
 * have a distribution are crossed with them, so that every network meets the same draws.
 *
 * @throws LatentError (input) `invalid-sweep`: ranges backwards, distributions without `samples` (or the reverse),
 *   more than 100,000 trainings.
 */
export const expandSweep = (spec: SweepSpec): readonly SweepChoice[] => {
  const rows = rowsOf(spec).map((row) => ({ row, axes: axesOf(row) }));
  const trainings = rows.reduce(
    (sum, { axes }) => sum + axes.reduce((product, { values }) => product * values.length, 1),
    0,
  );
  if (trainings > MAX_JOBS)
    throw inputError('invalid-sweep', {
      expected: `at most ${MAX_JOBS} trainings`,
      got: `${trainings}`,
      hint: 'take fewer values',
    });
  return rows.flatMap(({ row, axes }) => expandRow(row, axes));
};
