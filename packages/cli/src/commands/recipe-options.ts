/**
 * The recipe's fields as options of `train` and `tune-decoder`: those that have one of their own, and `--set` for all.
 */
import type { Command } from 'commander';
import {
  asPhrase,
  inputError,
  optionName,
  readSetting,
  recipeSettings,
  type Setting,
  saidTwice,
  settingsIn,
  settingText,
} from 'latent-plane/internal';
import { fieldParser } from '../options.ts';
import { wrapped } from '../tables.ts';

const phraseOf = ({ field, option }: Setting): string => option?.help ?? asPhrase(field.doc);

/** @throws LatentError (input) `invalid-option` of a field that is given two values. */
const saidOnce = (option: string, name: string, one: unknown, other: unknown): void => {
  if (one === undefined || settingText(one) === settingText(other)) return;
  throw inputError('invalid-option', {
    at: { option },
    expected: `"${name}" said once`,
    got: `${settingText(one)} and ${settingText(other)}`,
    hint: 'leave one of them out',
  });
};

const optionNamed = (name: string): string => {
  const setting = recipeSettings.get(name);
  return setting === undefined ? '--set' : optionName(setting);
};

const gather = (word: string, before: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => {
  const [name, value] = readSetting(word);
  saidOnce('--set', name, before[name], value);
  return { ...before, [name]: value };
};

/** Adds an option for each field that has one, and `--set`. */
export const addRecipeOptions = (command: Command): Command => {
  for (const setting of recipeSettings.values()) {
    const { field, option } = setting;
    if (option === null) continue;
    if (option.value === undefined)
      command.option(option.flags, phraseOf(setting), fieldParser(option.flags.split(' ')[0], field));
    else command.option(option.flags, phraseOf(setting));
  }
  return command.option(
    '--set <field=value>',
    'any field of the recipe, those below too; may be repeated; VALUE is `none` to leave one out',
    gather,
  );
};

/**
 * What parsed options ask of the recipe; undefined where an option stands for nothing.
 *
 * @throws LatentError (input) `invalid-option` of a field that is given two values: by its option and by `--set`, by itself
 *   and within another.
 */
export const settingsAskedFor = (flags: {
  readonly set?: Readonly<Record<string, unknown>>;
}): Readonly<Record<string, unknown>> => {
  const given = new Map<string, unknown>(Object.entries(flags));
  // Commander sets an option such as `shuffle` to true where `--no-shuffle` is absent; then the recipe decides.
  const untouched = [...recipeSettings.values()]
    .filter(({ name, option }) => option?.value !== undefined && given.get(name) !== option.value)
    .map(({ name }): [string, undefined] => [name, undefined]);
  const byOption = new Map<string, unknown>(Object.entries(settingsIn({ ...flags, ...Object.fromEntries(untouched) })));
  for (const [name, value] of Object.entries(flags.set ?? {}))
    saidOnce(`${optionNamed(name)} and --set`, name, byOption.get(name), value);
  const [name, row] = saidTwice({ ...Object.fromEntries(byOption), ...flags.set }) ?? [];
  if (name !== undefined)
    throw inputError('invalid-option', {
      at: { option: optionNamed(name) },
      expected: `"${name}" said once, by itself or within "${row}"`,
      got: 'two values',
      hint: 'leave one of them out',
    });
  return { ...Object.fromEntries(untouched), ...flags.set };
};

const choicesOf = ({ field }: Setting): readonly string[] => {
  if (field.kind === 'choice') return field.choices;
  return field.kind === 'variant' || field.kind === 'list' ? field.definitions.map(({ type }) => type) : [];
};

const lineOf = (setting: Setting): string => {
  const choices = choicesOf(setting);
  return `${asPhrase(setting.field.label)}${choices.length === 0 ? '' : ` (${choices.join(', ')})`}`;
};

/** The fields that only `--set` reaches, for the end of the help. */
export const settingsHelp = (): string => {
  const rows = [...recipeSettings.values()].filter(({ option }) => option === null);
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.flatMap((setting) => wrapped(lineOf(setting), `  ${setting.name.padEnd(width)}  `));
  return `\nFields for --set, beside those with an option of their own (docs/recipes.md):\n${lines.join('\n')}\n`;
};
