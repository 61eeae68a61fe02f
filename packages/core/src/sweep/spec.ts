/**
 * What a sweep asks for, checked.
 *
 * In: plain data from a YAML file, a page, a program. Out: a `SweepSpec`, or every fault with its path, so that whoever
 * read a file can name the line. Nothing is expanded here (`grid.ts`).
 */
import * as v from 'valibot';
import { networks } from '../network/index.ts';

/** Networks that a sweep can train: those of the zoo that need no other model's encoder. */
export const SWEPT_NETWORKS: readonly string[] = networks
  .filter((network) => network.kind !== 'autoencoder' || network.frozenEncoder === undefined)
  .map(({ id }) => id);

const MAX_VALUES = 10_000;
const words = <T extends v.GenericSchema>(entry: T) =>
  v.union([entry, v.pipe(v.array(entry), v.minLength(1), v.maxLength(MAX_VALUES))]);

const bounded = (min: number, max: number, whole: boolean) =>
  whole
    ? v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))
    : v.pipe(v.number(), v.minValue(min), v.maxValue(max));

/** A number, a list, a range (`to` included), or a distribution of which each of `samples` draws one. */
const numbers = (min: number, max: number, whole: boolean) => {
  const entry = bounded(min, max, whole);
  const pair = v.strictTuple([entry, entry]);
  return v.union([
    entry,
    v.pipe(v.array(entry), v.minLength(1), v.maxLength(MAX_VALUES)),
    v.strictObject({ from: entry, to: entry, step: v.pipe(v.number(), v.gtValue(0)) }),
    v.strictObject({
      from: entry,
      to: entry,
      count: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(MAX_VALUES)),
      scale: v.optional(v.picklist(['linear', 'log']), 'linear'),
    }),
    v.strictObject({ uniform: pair }),
    v.strictObject({ logUniform: pair }),
  ]);
};

const SMALLEST = 1e-12;
const EPOCHS = 1_000_000;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

/** The fields of a sweep, and what a person is told that each takes. */
const FIELDS = {
  networks: { schema: words(v.picklist(SWEPT_NETWORKS)), takes: `networks of the zoo (${SWEPT_NETWORKS.join(', ')})` },
  recipes: { schema: words(v.picklist(['documented', 'best'])), takes: 'documented, best, or both' },
  seeds: { schema: numbers(0, Number.MAX_SAFE_INTEGER, true), takes: 'whole numbers of 0 or more' },
  datasets: { schema: words(text), takes: 'names or folders of data sets' },
  epochs: { schema: numbers(1, EPOCHS, true), takes: `whole numbers from 1 to ${EPOCHS}` },
  batchSize: { schema: numbers(1, 65_536, true), takes: 'whole numbers from 1 to 65536' },
  learningRate: { schema: numbers(SMALLEST, 10, false), takes: 'numbers above 0, at most 10' },
  validationSplit: { schema: numbers(0, 0.9, false), takes: 'shares from 0 to 0.9' },
  patience: { schema: numbers(1, EPOCHS, true), takes: `whole numbers from 1 to ${EPOCHS}` },
  checkpointEvery: { schema: numbers(1, EPOCHS, true), takes: `whole numbers from 1 to ${EPOCHS}` },
  shuffle: { schema: words(v.boolean()), takes: 'true, false, or both' },
  threads: { schema: numbers(1, 1024, true), takes: 'whole numbers from 1 to 1024' },
  samples: { schema: bounded(1, MAX_VALUES, true), takes: `a whole number from 1 to ${MAX_VALUES}` },
  sampleSeed: { schema: bounded(0, Number.MAX_SAFE_INTEGER, true), takes: 'a whole number of 0 or more' },
} as const;

type Field = keyof typeof FIELDS;

const specSchema = v.strictObject({
  networks: FIELDS.networks.schema,
  recipes: v.exactOptional(FIELDS.recipes.schema),
  seeds: v.exactOptional(FIELDS.seeds.schema),
  datasets: v.exactOptional(FIELDS.datasets.schema),
  epochs: v.exactOptional(FIELDS.epochs.schema),
  batchSize: v.exactOptional(FIELDS.batchSize.schema),
  learningRate: v.exactOptional(FIELDS.learningRate.schema),
  validationSplit: v.exactOptional(FIELDS.validationSplit.schema),
  patience: v.exactOptional(FIELDS.patience.schema),
  checkpointEvery: v.exactOptional(FIELDS.checkpointEvery.schema),
  shuffle: v.exactOptional(FIELDS.shuffle.schema),
  threads: v.exactOptional(FIELDS.threads.schema),
  samples: v.exactOptional(FIELDS.samples.schema),
  sampleSeed: v.exactOptional(FIELDS.sampleSeed.schema),
});

/** What a sweep asks for: each field a value or several. */
export type SweepSpec = v.InferOutput<typeof specSchema>;
/** Everything that a numeric field can hold. */
export type NumberAxis = v.InferOutput<ReturnType<typeof numbers>>;

/** A place in the data that is not as it should be. */
export interface SpecFault {
  readonly path: readonly (string | number)[];
  readonly expected: string;
  readonly got: string;
}

const isField = (name: unknown): name is Field => typeof name === 'string' && Object.hasOwn(FIELDS, name);

const shown = (value: unknown): string => {
  const json = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** In a list, the first entry that cannot stand alone; else the field itself. */
const faultOf = (name: Field, value: unknown): SpecFault => {
  const { schema, takes } = FIELDS[name];
  const at = Array.isArray(value) ? value.findIndex((entry) => Array.isArray(entry) || !v.is(schema, entry)) : -1;
  return at >= 0 && Array.isArray(value)
    ? { path: [name, at], expected: takes, got: shown(value[at]) }
    : { path: [name], expected: takes, got: shown(value) };
};

/** Checks a sweep. */
export const checkSweepSpec = (
  value: unknown,
): { readonly spec: SweepSpec; readonly faults?: undefined } | { readonly faults: readonly SpecFault[] } => {
  const parsed = v.safeParse(specSchema, value);
  if (parsed.success) return { spec: parsed.output };
  if (!isRecord(value))
    return { faults: [{ path: [], expected: 'fields such as `networks: [dense-1]`', got: shown(value) }] };
  const faults = Object.entries(value).flatMap(([name, entry]): SpecFault[] => {
    if (!isField(name)) return [{ path: [name], expected: `one of ${Object.keys(FIELDS).join(', ')}`, got: name }];
    return v.is(FIELDS[name].schema, entry) ? [] : [faultOf(name, entry)];
  });
  if (value.networks === undefined) faults.push({ path: [], expected: 'a field `networks`', got: 'none' });
  return { faults };
};
