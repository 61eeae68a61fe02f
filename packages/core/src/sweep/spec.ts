/**
 * What a sweep asks for, checked.
 *
 * In: plain data from a YAML file, a page, a program. Out: a `SweepSpec`, or every fault with its path, so that whoever
 * read a file can name the line. Nothing is expanded here (`grid.ts`).
 */
import * as v from 'valibot';
import { shown } from '../errors.ts';
import { networks, type RecipeSettings, recipeSettings, type Setting } from '../network/index.ts';
import { MAX_EPOCHS } from '../network/recipe/definition.ts';
import { bounded, MAX_VALUES, type NumberAxis, type SweepField, settingAxis, wholes, words } from './field-axes.ts';

/** Networks that a sweep can train: those of the zoo that need no other model's encoder. */
export const SWEPT_NETWORKS: readonly string[] = networks
  .filter((network) => network.kind !== 'autoencoder' || network.frozenEncoder === undefined)
  .map(({ id }) => id);

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

/** The fields of a sweep that are no setting of the recipe. */
const OWN_FIELDS = {
  networks: { schema: words(v.picklist(SWEPT_NETWORKS)), takes: `networks of the zoo (${SWEPT_NETWORKS.join(', ')})` },
  recipes: { schema: words(v.picklist(['documented', 'best'])), takes: 'documented, best, or both' },
  seeds: wholes(0, Number.MAX_SAFE_INTEGER),
  datasets: { schema: words(text), takes: 'names or folders of data sets' },
  checkpointEvery: wholes(1, MAX_EPOCHS),
  threads: wholes(1, 1024),
  samples: {
    schema: bounded({ min: 1, max: MAX_VALUES, whole: true }),
    takes: `a whole number from 1 to ${MAX_VALUES}`,
  },
  sampleSeed: {
    schema: bounded({ min: 0, max: Number.MAX_SAFE_INTEGER, whole: true }),
    takes: 'a whole number of 0 or more',
  },
};

/** The settings of the recipe that a sweep can vary; its seeds are a field of their own. */
export const sweptSettings: readonly Setting[] = [...recipeSettings.values()].filter(({ name }) => name !== 'seed');

const FIELDS: Readonly<Record<string, SweepField>> = {
  ...OWN_FIELDS,
  ...Object.fromEntries(sweptSettings.map((setting) => [setting.name, settingAxis(setting)])),
};

const specSchema = v.strictObject({
  ...Object.fromEntries(
    Object.entries(FIELDS).map(([name, { schema }]) => [name, name === 'networks' ? schema : v.exactOptional(schema)]),
  ),
});

type OneOrMore<T> = T | readonly T[];

/**
 * What a sweep asks for: each field a value or several. Beside those named here it has settings of the recipe
 * (`epochs`, `learningRate`, `schedule.warmupEpochs`).
 */
export type SweepSpec = {
  readonly networks: OneOrMore<string>;
  readonly recipes?: OneOrMore<'documented' | 'best'>;
  readonly seeds?: NumberAxis;
  readonly datasets?: OneOrMore<string>;
  readonly checkpointEvery?: NumberAxis;
  readonly threads?: NumberAxis;
  readonly samples?: number;
  readonly sampleSeed?: number;
} & { readonly [Name in keyof RecipeSettings]?: unknown };

/** A place in the data that is not as it should be. */
export interface SpecFault {
  readonly path: readonly (string | number)[];
  readonly expected: string;
  readonly got: string;
}

const isField = (name: string): boolean => Object.hasOwn(FIELDS, name);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a mapping lacks, or has and should not, to be a range or a distribution of a field. */
const rangeNeeds = (name: string, value: Readonly<Record<string, unknown>>, takes: string): string => {
  if (FIELDS[name].ranged !== true) return takes;
  if ('from' in value && 'to' in value && !('step' in value || 'count' in value))
    return `a \`step\` or a \`count\` beside \`from\` and \`to\`: ${takes}`;
  return `a range {from, to, step} or {from, to, count}, or {uniform: [a, b]} or {logUniform: [a, b]}: ${takes}`;
};

/** In a list, the first entry that cannot stand alone; else the field itself. */
const faultOf = (name: string, value: unknown): SpecFault => {
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
  if (parsed.success) return { spec: parsed.output as unknown as SweepSpec };
  if (!isRecord(value))
    return { faults: [{ path: [], expected: 'fields such as `networks: [dense-1]`', got: shown(value) }] };
  const faults = Object.entries(value).flatMap(([name, entry]): SpecFault[] => {
    if (!isField(name)) return [{ path: [name], expected: `one of ${Object.keys(FIELDS).join(', ')}`, got: name }];
    return v.is(FIELDS[name].schema, entry) ? [] : [faultOf(name, entry)];
  });
  if (value.networks === undefined) faults.push({ path: [], expected: 'a field `networks`', got: 'none' });
  return { faults };
};
