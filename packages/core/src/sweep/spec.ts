/**
 * What a sweep asks for, checked.
 *
 * In: plain data from a YAML file, a page, a program. Out: a `SweepSpec`, or every fault with its path, so that whoever
 * read a file can name the line. Nothing is expanded here (`grid.ts`).
 */
import * as v from 'valibot';
import { shown } from '../errors.ts';
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

const step = v.pipe(v.number(), v.gtValue(0));

/** A number, a list, a range (`to` included; of whole numbers a step of 1 where none is given), or a distribution of which each of `samples` draws one. */
const numbers = (min: number, max: number, whole: boolean) => {
  const entry = bounded(min, max, whole);
  const pair = v.strictTuple([entry, entry]);
  return v.union([
    entry,
    v.pipe(v.array(entry), v.minLength(1), v.maxLength(MAX_VALUES)),
    // Whole numbers follow each other; of others nobody knows how far apart they are meant to be.
    v.strictObject({ from: entry, to: entry, step: whole ? v.optional(step, 1) : step }),
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

const ranged = (min: number, max: number, whole: boolean, takes: string) => ({
  schema: numbers(min, max, whole),
  takes,
  ranged: true as const,
});

/** The fields of a sweep, and what a person is told that each takes. */
const FIELDS = {
  networks: { schema: words(v.picklist(SWEPT_NETWORKS)), takes: `networks of the zoo (${SWEPT_NETWORKS.join(', ')})` },
  recipes: { schema: words(v.picklist(['documented', 'best'])), takes: 'documented, best, or both' },
  seeds: ranged(0, Number.MAX_SAFE_INTEGER, true, 'whole numbers of 0 or more'),
  datasets: { schema: words(text), takes: 'names or folders of data sets' },
  epochs: ranged(1, EPOCHS, true, `whole numbers from 1 to ${EPOCHS}`),
  batchSize: ranged(1, 65_536, true, 'whole numbers from 1 to 65536'),
  learningRate: ranged(SMALLEST, 10, false, 'numbers above 0, at most 10'),
  validationSplit: ranged(0, 0.9, false, 'shares from 0 to 0.9'),
  patience: ranged(1, EPOCHS, true, `whole numbers from 1 to ${EPOCHS}`),
  checkpointEvery: ranged(1, EPOCHS, true, `whole numbers from 1 to ${EPOCHS}`),
  shuffle: { schema: words(v.boolean()), takes: 'true, false, or both' },
  threads: ranged(1, 1024, true, 'whole numbers from 1 to 1024'),
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

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a mapping lacks, or has and should not, to be a range or a distribution of a field. */
const rangeNeeds = (name: Field, value: Readonly<Record<string, unknown>>, takes: string): string => {
  if (!('ranged' in FIELDS[name])) return takes;
  if ('from' in value && 'to' in value && !('step' in value || 'count' in value))
    return `a \`step\` or a \`count\` beside \`from\` and \`to\`: ${takes}`;
  return `a range {from, to, step} or {from, to, count}, or {uniform: [a, b]} or {logUniform: [a, b]}: ${takes}`;
};

/** In a list, the first entry that cannot stand alone; else the field itself. */
const faultOf = (name: Field, value: unknown): SpecFault => {
  const { schema, takes } = FIELDS[name];
  const at = Array.isArray(value) ? value.findIndex((entry) => Array.isArray(entry) || !v.is(schema, entry)) : -1;
  return at >= 0 && Array.isArray(value)
    ? { path: [name, at], expected: takes, got: shown(value[at]) }
    : { path: [name], expected: isRecord(value) ? rangeNeeds(name, value, takes) : takes, got: shown(value) };
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
