/** Settings and recipes in words: options of the command line, and what a model card tells. */
import * as v from 'valibot';
import { inputError } from '../../errors.ts';
import { type Field, fieldSchema, suggestion } from '../../registry/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { checkAgainst, type FieldSchema } from '../../registry/validation.ts';
import {
  currentSettingName,
  type RecipeSettings,
  recipeSettings,
  type Setting,
  withCurrentSettingNames,
} from './settings.ts';
import { type Recipe, rowEntries } from './table.ts';

const typesOf = (field: Field): readonly string[] =>
  field.kind === 'variant' || field.kind === 'list' ? field.definitions.map(({ type }) => type) : [];

/** Null for an optional field, and the type alone for a variant, beside what the field itself takes. */
const isShort = ({ field }: Setting, value: unknown): boolean =>
  (value === null && field.optional === true) ||
  (field.kind === 'variant' && typesOf(field).some((type) => type === value));

/** Of a list of specifications, types alone in full, with the values that a form begins with; one for a list of it. */
const listInFull = ({ field }: Setting, value: unknown): unknown => {
  if (field.kind !== 'list') return value;
  const inFull = (entry: unknown): unknown => field.definitions.find(({ type }) => type === entry)?.defaults ?? entry;
  if (Array.isArray(value)) return value.map(inFull);
  return inFull(value) === value ? value : [inFull(value)];
};

/** Reads the value of a setting. */
export const settingSchema = (setting: Setting): FieldSchema =>
  v.lazy((value) =>
    isShort(setting, value)
      ? v.unknown()
      : v.pipe(
          v.unknown(),
          v.transform((given) => listInFull(setting, given)),
          fieldSchema(setting.field),
        ),
  );

/** Every setting as an entry of an object schema. */
export const settingEntries: Readonly<Record<string, v.GenericSchema>> = Object.fromEntries(
  [...recipeSettings.values()].map((setting) => [setting.name, v.exactOptional(settingSchema(setting))]),
);

/** An object with settings and these other entries out of untrusted JSON; names that are none are left out. */
export const settingsBeside = (entries: Readonly<Record<string, v.GenericSchema>>): v.GenericSchema =>
  v.pipe(
    v.unknown(),
    v.transform((value) => (isRecord(value) ? withCurrentSettingNames(value) : value)),
    v.object({ ...entries, ...settingEntries }),
  );

/** Settings out of untrusted JSON; names that are none are left out. */
export const settingsSchema = settingsBeside({}) as unknown as FieldSchema<RecipeSettings>;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** What a person typed as a value; text that is none stays text, for the schema to refuse. */
const valueFrom = ({ field }: Setting, text: string): unknown => {
  if (field.optional === true && text === 'none') return null;
  switch (field.kind) {
    case 'integer':
    case 'number':
      return NUMBER.test(text) ? Number(text) : text;
    case 'choice':
    case 'text':
      return text;
    case 'size': {
      // `64x48`, `64,48`, or `64` for both, beside JSON.
      const sides = /^\d+([x,]\d+)?$/i.test(text) ? text.split(/[x,]/i).map(Number) : null;
      return sides === null ? parseJson(text) : sides.length === 1 ? [sides[0], sides[0]] : sides;
    }
    case 'list': {
      const chosen = text.split(',').map((type) => field.definitions.find((definition) => definition.type === type));
      return chosen.some((definition) => definition === undefined)
        ? parseJson(text)
        : chosen.map((definition) => definition?.defaults);
    }
    default:
      return parseJson(text);
  }
};

/**
 * Reads `epochs=3`, `schedule=constant` (a type alone), `schedule.warmupEpochs=3` (a field within), `none` for an optional
 * field; JSON where a value has fields.
 *
 * @returns name and value.
 * @throws LatentError (input) `invalid-option`.
 */
export const readSetting = (word: string): readonly [string, unknown] => {
  const at = word.indexOf('=');
  const [name, text] = [currentSettingName(word.slice(0, at)), word.slice(at + 1)];
  if (at < 1)
    throw inputError('invalid-option', {
      at: { option: '--set' },
      expected: 'FIELD=VALUE such as epochs=20',
      got: `"${word}"`,
    });
  const setting = recipeSettings.get(name);
  if (setting === undefined) {
    const names = [...recipeSettings.keys()];
    const guess = suggestion(name, names);
    throw inputError('invalid-option', {
      at: { option: '--set' },
      expected: 'a field of the recipe',
      got: `"${name}"${guess === '' ? '' : `; ${guess}`}`,
      hint: `Known: ${names.join(', ')}`,
    });
  }
  const value = checkAgainst(settingSchema(setting), valueFrom(setting, text), {
    code: 'invalid-option',
    at: { option: `--set ${name}` },
  });
  return [name, value];
};

/** A value as `--set` reads it. */
export const settingText = (value: unknown): string => {
  if (value === null) return 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** The option by its name alone: `--epochs`. */
export const optionName = (setting: Setting): string => setting.option?.flags.split(' ')[0] ?? `--set ${setting.name}`;

/** Settings as words of the command line, in the order of the table: `--epochs`, `3`, `--set`, `schedule=constant`. */
export const settingWords = (settings: RecipeSettings): readonly string[] => {
  const values: Readonly<Record<string, unknown>> = settings;
  return [...recipeSettings.values()].flatMap((setting) => {
    const value = values[setting.name];
    if (value === undefined) return [];
    const { option } = setting;
    if (option && option.value === undefined && value !== null) return [optionName(setting), settingText(value)];
    if (option && option.value === value) return [optionName(setting)];
    return ['--set', `${setting.name}=${settingText(value)}`];
  });
};

/** One thing that a recipe says, for people. */
export interface RecipeFact {
  readonly name: keyof Recipe;
  readonly label: string;
  readonly value: string;
}

const plain = (value: unknown): string =>
  typeof value === 'boolean'
    ? value
      ? 'yes'
      : 'no'
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

/**
 * What a recipe says, field by field, its name and source aside.
 *
 * @param begun - false for a run that began with given weights: how weights are drawn is no fact of it.
 */
export const recipeFacts = (recipe: Recipe, begun = true): readonly RecipeFact[] =>
  rowEntries
    .filter(([name, { begins }]) => recipeSettings.has(name) && (begun || begins !== true))
    .flatMap(([name, { field, words, absent = null }]) => {
      const value: unknown = recipe[name];
      // Rows are typed by their own field, whose value this is.
      const told = value === undefined ? absent : words ? words(value as never) : plain(value);
      return told === null ? [] : [{ name, label: field.label, value: told }];
    });
