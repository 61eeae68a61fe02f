/**
 * What can be asked for beside a network's recipe, and the recipe that comes of it.
 *
 * A setting is a field (`epochs`), or a field within one (`schedule.warmupEpochs`), with its value; null leaves an
 * optional field out. Options of the command line, a sweep's axes and the difference between two recipes are settings.
 */
import { inputError } from '../../errors.ts';
import { type Field, formKind, switchVariant } from '../../registry/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import type { InnerField, RecipeOption, RecipeRow } from './definition.ts';
import { parseRecipe } from './schema.ts';
import { type Recipe, rowEntries } from './table.ts';

/** Fields that say what a recipe is, and no training. */
const TEXTS: readonly string[] = ['name', 'source'] satisfies (keyof Recipe)[];

type Value<V> = V | (undefined extends V ? null : never) | (V extends { readonly type: infer Type } ? Type : never);

/**
 * Values by the name of their setting. Of a schedule or an optimiser the type alone will do: what both types have in
 * common stays.
 *
 * @interface
 */
export type RecipeSettings = { readonly [Name in Exclude<keyof Recipe, 'name' | 'source'>]?: Value<Recipe[Name]> } & {
  readonly learningRate?: number;
} & { readonly [path: `${string}.${string}`]: unknown };

/** One thing that can be set. */
export interface Setting {
  /** `epochs`, `learningRate`, `schedule.warmupEpochs`. */
  readonly name: string;
  /** Of the row. */
  readonly row: keyof Recipe;
  /** Name within the row's value; null for the whole. */
  readonly inner: string | null;
  readonly field: Field;
  readonly option: RecipeOption | null;
}

const innerSettings = (
  row: keyof Recipe,
  field: Field,
  named: Readonly<Record<string, InnerField>> = {},
): readonly Setting[] => {
  if (field.kind !== 'variant') return [];
  // Types share a field's name only where it means the same, so the first stands for all.
  const entries = field.definitions.flatMap(({ fields }) => Object.entries(fields));
  const inner = entries.filter(([name], i) => entries.findIndex(([other]) => other === name) === i);
  return inner.map(([name, entry]) => ({
    name: Object.hasOwn(named, name) ? name : `${row}.${name}`,
    row,
    inner: name,
    field: entry,
    option: Object.hasOwn(named, name) ? named[name].option : null,
  }));
};

const settingsOf = ([row, { field, option, inner }]: readonly [keyof Recipe, RecipeRow]): readonly Setting[] => [
  { name: row, row, inner: null, field, option: option ?? null },
  ...innerSettings(row, field, inner),
];

/** All that can be set, by name, in the order of the table. */
export const recipeSettings: ReadonlyMap<string, Setting> = new Map(
  rowEntries
    .filter(([name]) => !TEXTS.includes(name))
    .flatMap(settingsOf)
    .map((setting) => [setting.name, setting]),
);

/** What a setting was called: of a field within one, behind the row that it lies in. */
const formerNamesOf = ({ name, inner, field }: Setting): readonly string[] => {
  const prefix = inner === null ? '' : name.slice(0, -inner.length);
  return (field.formerNames ?? []).map((former) => `${prefix}${former}`);
};

const currentNames: ReadonlyMap<string, string> = new Map(
  [...recipeSettings.values()].flatMap((setting) =>
    formerNamesOf(setting).map((former): [string, string] => [former, setting.name]),
  ),
);

/** The name that a setting has now; others as they are. */
export const currentSettingName = (name: string): string => currentNames.get(name) ?? name;

/** The name that a setting had first: random streams are named by it, and names change. */
export const firstSettingName = (setting: Setting): string => formerNamesOf(setting)[0] ?? setting.name;

/** An object with settings under the names that they have now; what is given under both names keeps both. */
export const withCurrentSettingNames = (values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const current = currentSettingName(name);
      return [Object.hasOwn(values, current) ? name : current, value];
    }),
  );

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Of an options object those that are settings and say something. */
export const settingsIn = (options: Readonly<Record<string, unknown>>): RecipeSettings => {
  const values = withCurrentSettingNames(options);
  return Object.fromEntries(
    [...recipeSettings.keys()].filter((name) => values[name] !== undefined).map((name) => [name, values[name]]),
  );
};

/** A field that is set by itself and within the row that it lies in, to different values: its name and that row. */
export const saidTwice = (value: unknown): readonly [string, string] | null => {
  if (!isRecord(value)) return null;
  for (const { name, row, inner } of recipeSettings.values()) {
    const whole = value[row];
    if (inner === null || value[name] === undefined || !isRecord(whole)) continue;
    if (whole[inner] !== undefined && whole[inner] !== value[name]) return [name, row];
  }
  return null;
};

type Values = Record<string, unknown>;

const put = (values: Values, { row, inner, field }: Setting, value: unknown, whole: Field): void => {
  if (inner !== null) {
    const old = isRecord(values[row]) ? values[row] : whole.default;
    values[row] = { ...(isRecord(old) ? old : {}), [inner]: value };
  } else if (value === null) delete values[row];
  else if (field.kind === 'variant' && typeof value === 'string')
    values[row] = switchVariant(formKind(field), values[row], value);
  else values[row] = value;
};

/** Fields that are set along with those that are asked for. */
const settingsAlong = (settings: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] =>
  rowEntries
    .filter(([name]) => settings[name] !== undefined && settings[name] !== null)
    .flatMap(([, { along = {} }]) => Object.entries(along))
    .filter(([name]) => settings[name] === undefined);

/** Types of a variant that have a field. */
const typesWith = ({ row, inner }: Setting): readonly string[] => {
  const field = recipeSettings.get(row)?.field;
  const definitions = field?.kind === 'variant' ? field.definitions : [];
  return definitions.filter(({ fields }) => inner !== null && Object.hasOwn(fields, inner)).map(({ type }) => type);
};

/** Refuses a field within a value whose type has none of this name. */
const requireOwner = (setting: Setting, values: Readonly<Record<string, unknown>>): void => {
  const { name, row, inner } = setting;
  const value = values[row];
  const types = typesWith(setting);
  if (inner === null || !isRecord(value) || typeof value.type !== 'string' || types.includes(value.type)) return;
  throw inputError('invalid-recipe', {
    at: { subject: 'recipe', field: name },
    problem: `the ${row} "${value.type}" has no "${inner}"`,
    expected: types.join(' or '),
    got: `"${value.type}"`,
    hint: `say which, for example ${row}=${types[0]}, or leave "${name}" out`,
  });
};

/**
 * A recipe with what was asked for instead.
 *
 * @throws LatentError `invalid-recipe` where a value is none that its field takes.
 */
export const withSettings = (recipe: Recipe, settings: RecipeSettings): Recipe => {
  const asked: Readonly<Record<string, unknown>> = settingsIn(settings);
  const known = [...Object.entries(asked), ...settingsAlong(asked)].flatMap(([name, value]) => {
    const setting = recipeSettings.get(name);
    return setting ? [{ setting, value }] : [];
  });
  const values: Values = { ...recipe };
  // Whole fields first, then what lies within them.
  for (const isInner of [false, true])
    for (const { setting, value } of known) {
      const whole = recipeSettings.get(setting.row)?.field ?? setting.field;
      if ((setting.inner !== null) === isInner) put(values, setting, value, whole);
    }
  for (const { setting } of known) requireOwner(setting, values);
  parseRecipe(values);
  // Just checked; the values keep the order of the recipe that they come from.
  return values as unknown as Recipe;
};

/** Of two values of a variant of one type the fields that differ, by the names of their settings. */
const innerDifferences = (
  row: keyof Recipe,
  value: Readonly<Record<string, unknown>>,
  base: Readonly<Record<string, unknown>>,
): readonly (readonly [string, unknown])[] =>
  [...recipeSettings.values()]
    .filter((setting) => setting.row === row && setting.inner !== null)
    .flatMap(({ name, inner }) => {
      const [now, before] = [value[inner ?? ''], base[inner ?? '']];
      return now === undefined || same(now, before) ? [] : [[name, now] as const];
    });

/** The settings that make a recipe of another, its name and source aside. */
export const settingsBetween = (recipe: Recipe, base: Recipe): RecipeSettings => {
  const [values, before]: readonly Readonly<Record<string, unknown>>[] = [recipe, base];
  const differences = [...recipeSettings.values()]
    .filter(({ name, inner }) => inner === null && !same(values[name], before[name]))
    .flatMap(({ row, field }): readonly (readonly [string, unknown])[] => {
      const [value, old] = [values[row], before[row]];
      return field.kind === 'variant' && isRecord(value) && isRecord(old) && value.type === old.type
        ? innerDifferences(row, value, old)
        : [[row, value ?? null]];
    });
  const settings: Values = Object.fromEntries(differences);
  for (const [, { along = {} }] of rowEntries.filter(([name]) => settings[name] != null))
    for (const [name, value] of Object.entries(along)) {
      if (same(values[name], value)) delete settings[name];
      else settings[name] = values[name] ?? null;
    }
  return settings;
};

/** What a recipe has as a setting, or the usual value within a field that is absent; undefined for nothing. */
export const settingValue = (recipe: Recipe, { row, inner }: Setting): unknown => {
  if (inner === null) return recipe[row];
  const value: unknown = recipe[row] ?? recipeSettings.get(row)?.field.default;
  return isRecord(value) ? value[inner] : undefined;
};
