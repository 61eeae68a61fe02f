/**
 * What a sweep asks for, checked.
 *
 * In: plain data from a YAML file, a page, a program. Out: a `SweepSpec`, or every fault with its path, so that whoever
 * read a file can name the line. Nothing is expanded here (`grid.ts`).
 */
import * as v from 'valibot';
import { shown } from '../errors.ts';
import {
  currentSettingName,
  networks,
  type RecipeSettings,
  recipeSettings,
  type Setting,
  withCurrentSettingNames,
} from '../network/index.ts';
import { MAX_EPOCHS } from '../network/recipe/definition.ts';
import { type JsonSchema, suggestion } from '../registry/index.ts';
import { isRecord } from '../registry/parse-json.ts';
import {
  bounded,
  MAX_VALUES,
  type NumberAxis,
  oneOrList,
  type SweepField,
  settingAxis,
  wholes,
  words,
} from './field-axes.ts';
import { fullRows, ROW_FIELDS, type RowFields } from './rows.ts';

/** Networks that a sweep can train: those of the zoo that need no other model's encoder. */
export const SWEPT_NETWORKS: readonly string[] = networks
  .filter((network) => network.kind !== 'autoencoder' || network.frozenEncoder === undefined)
  .map(({ id }) => id);

/** A word that is the path of a network's file, and no id. */
export const NETWORK_FILE = /\.(ya?ml|json|keras|h5)$/;

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

/** The fields of a sweep that are no setting of the recipe. */
const OWN_FIELDS = {
  networks: {
    schema: words(v.union([v.picklist(SWEPT_NETWORKS), v.pipe(text, v.regex(NETWORK_FILE))])),
    takes: `networks of the zoo (${SWEPT_NETWORKS.join(', ')}), or paths of files that hold one`,
    json: oneOrList({ anyOf: [{ enum: SWEPT_NETWORKS }, { type: 'string', pattern: NETWORK_FILE.source }] }),
  },
  recipes: {
    schema: words(v.picklist(['documented', 'best'])),
    takes: 'documented, best, or both',
    json: oneOrList({ enum: ['documented', 'best'] }),
  },
  seeds: wholes(0, Number.MAX_SAFE_INTEGER),
  datasets: {
    schema: words(text),
    takes: 'names or folders of data sets',
    json: oneOrList({ type: 'string', minLength: 1 }),
  },
  checkpointEvery: wholes(1, MAX_EPOCHS),
  threads: wholes(1, 1024),
  samples: {
    schema: bounded({ min: 1, max: MAX_VALUES, whole: true }),
    takes: `a whole number from 1 to ${MAX_VALUES}`,
    json: { type: 'integer', minimum: 1, maximum: MAX_VALUES },
  },
  sampleSeed: {
    schema: bounded({ min: 0, max: Number.MAX_SAFE_INTEGER, whole: true }),
    takes: 'a whole number of 0 or more',
    json: { type: 'integer', minimum: 0 },
  },
};

/** The settings of the recipe that a sweep can vary; its seeds are a field of their own. */
export const sweptSettings: readonly Setting[] = [...recipeSettings.values()].filter(({ name }) => name !== 'seed');

const FIELDS: Readonly<Record<string, SweepField>> = {
  ...OWN_FIELDS,
  ...Object.fromEntries(sweptSettings.map((setting) => [setting.name, settingAxis(setting)])),
};

const schemaOf = (fields: Readonly<Record<string, SweepField>>): v.GenericSchema =>
  v.strictObject(
    Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, v.exactOptional(schema)])),
  );

/** The fields of a row: its own, and those of a sweep. */
const ROWS: Readonly<Record<string, SweepField>> = { ...ROW_FIELDS, ...FIELDS };
const MAX_ROWS = 1000;

const jsonOf = (fields: Readonly<Record<string, SweepField>>): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(fields).map(([name, { takes, json }]) => [name, { description: takes, ...json }]),
  ),
  additionalProperties: false,
});

const TOP: Readonly<Record<string, SweepField>> = {
  ...FIELDS,
  runs: {
    schema: v.pipe(v.array(schemaOf(ROWS)), v.minLength(1), v.maxLength(MAX_ROWS)),
    takes: `a list of 1 to ${MAX_ROWS} rows, each with fields such as \`name: A\`, \`networks: mine.yaml\`, \`epochs: 20\``,
    json: { type: 'array', items: jsonOf(ROWS), minItems: 1, maxItems: MAX_ROWS },
  },
};
const specSchema = schemaOf(TOP);

/** The JSON Schema of a sweep's file. */
export const sweepFileJsonSchema = (): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Sweep of Latent Plane',
  description: 'Many trainings: every combination of what its fields list.',
  ...jsonOf(TOP),
  anyOf: [{ required: ['networks'] }, { required: ['runs'] }],
});

/** A value, or several that are tried one after the other. */
export type OneOrMore<T> = T | readonly T[];

/**
 * What a sweep asks for: each field a value or several. Beside those named here it has settings of the recipe
 * (`epochs`, `learningRate`, `schedule.warmupEpochs`).
 */
export type SweepFields = {
  readonly networks?: OneOrMore<string>;
  readonly recipes?: OneOrMore<'documented' | 'best'>;
  readonly seeds?: NumberAxis;
  readonly datasets?: OneOrMore<string>;
  readonly checkpointEvery?: NumberAxis;
  readonly threads?: NumberAxis;
  readonly samples?: number;
  readonly sampleSeed?: number;
} & { readonly [Name in keyof RecipeSettings]?: unknown };

/** A sweep within a sweep, with a name and what a grid cannot say. */
export type SweepRow = SweepFields & RowFields;

/** What a sweep asks for; where it has `runs`, its other fields hold for each of them that says nothing else. */
export type SweepSpec = SweepFields & { readonly runs?: readonly SweepRow[] };

/** Each row in full; a sweep without `runs` is one row. */
export const rowsOf = ({ runs, ...common }: SweepSpec): readonly SweepRow[] =>
  runs === undefined ? [common] : fullRows(common, runs);

/** A place in the data that is not as it should be. */
export interface SpecFault {
  /** From the outside in: `["runs", 2, "epochs"]`. */
  readonly path: readonly (string | number)[];
  /** What would have been right. */
  readonly expected: string;
  /** What was there, as JSON. */
  readonly got: string;
}

/** A sweep with the names that settings have now, in its rows too. */
const withCurrentSweepNames = (value: unknown): unknown => {
  if (!isRecord(value)) return value;
  const { runs, ...fields } = withCurrentSettingNames(value);
  if (runs === undefined) return fields;
  return { ...fields, runs: Array.isArray(runs) ? runs.map(withCurrentSweepNames) : runs };
};

/** What a mapping lacks, or has and should not, to be a range or a distribution of a field. */
const rangeNeeds = ({ ranged, takes }: SweepField, value: Readonly<Record<string, unknown>>): string => {
  if (ranged !== true) return takes;
  if ('from' in value && 'to' in value && !('step' in value || 'count' in value))
    return `a \`step\` or a \`count\` beside \`from\` and \`to\`: ${takes}`;
  return `a range {from, to, step} or {from, to, count}, or {uniform: [a, b]} or {logUniform: [a, b]}: ${takes}`;
};

/** Where within an object it is not as it should be; null where that cannot be told. */
const faultWithin = (name: string, value: unknown, schema: v.GenericSchema): SpecFault | null => {
  if (!isRecord(value)) return null;
  const [issue] = v.safeParse(schema, value).issues ?? [];
  const within = (issue?.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  if (issue === undefined || within.length === 0) return null;
  const { type } = isRecord(value) ? value : {};
  const isUnknown = issue.type === 'strict_object' && issue.expected === 'never';
  return {
    path: [name, ...within],
    expected: isUnknown
      ? `no field of this name${typeof type === 'string' ? ` in "${type}"` : ''}`
      : /^Invalid /.test(issue.message)
        ? (issue.expected ?? issue.message)
        : issue.message,
    got: isUnknown ? 'one' : shown(issue.input),
  };
};

/** In a list, the first entry that cannot stand alone; else the field itself. */
const faultOf = (name: string, value: unknown, field: SweepField): SpecFault => {
  const { schema, takes } = field;
  const within = field.ranged === true ? null : faultWithin(name, value, field.one ?? schema);
  if (within !== null) return within;
  const at = Array.isArray(value) ? value.findIndex((entry) => Array.isArray(entry) || !v.is(schema, entry)) : -1;
  const inEntry = at >= 0 && Array.isArray(value) && field.one ? faultWithin(name, value[at], field.one) : null;
  if (inEntry !== null) return { ...inEntry, path: [name, at, ...inEntry.path.slice(1)] };
  return at >= 0 && Array.isArray(value)
    ? { path: [name, at], expected: takes, got: shown(value[at]) }
    : { path: [name], expected: isRecord(value) ? rangeNeeds(field, value) : takes, got: shown(value) };
};

const faultsOf = (
  value: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, SweepField>>,
): SpecFault[] =>
  Object.entries(value).flatMap(([written, entry]): SpecFault[] => {
    const name = currentSettingName(written);
    if (name !== written && Object.hasOwn(value, name))
      return [{ path: [written], expected: `\`${name}\` alone, which it is called now`, got: written }];
    if (!Object.hasOwn(fields, name)) {
      const names = Object.keys(fields);
      const guess = suggestion(name, names);
      const got = guess === '' ? written : `${written}; ${guess}`;
      return [{ path: [written], expected: 'a field of sweeps, as docs/sweeps.md lists them', got }];
    }
    if (v.is(fields[name].schema, entry)) return [];
    const rows: readonly unknown[] = name === 'runs' && Array.isArray(entry) ? entry : [];
    return rows.length > 0 && rows.every(isRecord)
      ? rows.flatMap((row, i) => faultsOf(row, ROWS).map((fault) => ({ ...fault, path: [name, i, ...fault.path] })))
      : [faultOf(written, entry, fields[name])];
  });

/**
 * Checks a sweep. Nothing is thrown: what is wrong comes as data, each fault with its place.
 *
 * @param value - untrusted: what a YAML file, a page or a program holds.
 */
export const checkSweepSpec = (
  value: unknown,
): { readonly spec: SweepSpec; readonly faults?: undefined } | { readonly faults: readonly SpecFault[] } => {
  const parsed = v.safeParse(specSchema, withCurrentSweepNames(value));
  if (!isRecord(value))
    return { faults: [{ path: [], expected: 'fields such as `networks: [mine.yaml]`', got: shown(value) }] };
  const faults = parsed.success ? [] : faultsOf(value, TOP);
  if (value.networks === undefined && value.runs === undefined)
    faults.push({ path: [], expected: 'a field `networks`, or `runs`', got: 'none' });
  // The schema rebuilds what it reads, field by field.
  return parsed.success && faults.length === 0 ? { spec: parsed.output as SweepSpec } : { faults };
};
