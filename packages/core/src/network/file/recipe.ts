/** A recipe, or a part of one, as a person writes it into a file. */
import * as v from 'valibot';
import { type ErrorPlace, inputError, shown } from '../../errors.ts';
import { completedFields } from '../../registry/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { fieldPlace, readYaml } from '../../registry/read-yaml.ts';
import { checkAgainst, choiceSchema, type FieldSchema, textSchema } from '../../registry/validation.ts';
import { tableFields } from '../recipe/schema.ts';
import { type RecipeSettings, saidTwice, settingsIn, withCurrentSettingNames } from '../recipe/settings.ts';
import { type Recipe, recipeRows } from '../recipe/table.ts';
import { settingEntries } from '../recipe/words.ts';

/** What a file says of a recipe: settings, and texts. */
export interface WrittenRecipe {
  /** Fields, and fields within them, with their values; null leaves an optional one out. */
  readonly settings: RecipeSettings;
  /** Where the values come from; null where nothing is said. */
  readonly source: string | null;
  /** Of the network's recipes the one that the settings change; null where none is named. */
  readonly name: Recipe['name'] | null;
  /** Where the file has a field: `epochs`, `schedule.warmupEpochs`. */
  readonly placeOf: (field: string) => ErrorPlace;
}

const { name: nameRow, source: sourceRow } = recipeRows;
const sourceEntry = { source: v.exactOptional(textSchema(sourceRow.field.maxLength)) };
const nameEntry = { name: v.exactOptional(choiceSchema(nameRow.field.choices)) };

const written = (value: unknown): unknown =>
  isRecord(value)
    ? withCurrentSettingNames(Object.fromEntries(Object.entries(completedFields(value, tableFields) ?? {})))
    : value;

const once = v.check(
  (value: unknown) => saidTwice(value) === null,
  ({ input }) => {
    const [name = '', row = ''] = saidTwice(input) ?? [];
    return `"${name}" said once, by itself or within "${row}"`;
  },
);

type ReadRecipe = Omit<WrittenRecipe, 'placeOf'>;

const schemaOf = (texts: v.ObjectEntries): FieldSchema<ReadRecipe> =>
  v.pipe(
    v.unknown(),
    once,
    v.transform(written),
    v.strictObject({ ...settingEntries, ...texts }),
    v.transform((values: Readonly<Record<string, unknown>>): ReadRecipe => {
      const { source, name } = values;
      return {
        settings: settingsIn(values),
        source: typeof source === 'string' ? source : null,
        name: nameRow.field.choices.find((choice) => choice === name) ?? null,
      };
    }),
  );

/** The recipe of a network's file. */
export const writtenRecipeSchema = schemaOf(sourceEntry);

const recipeFileSchema = schemaOf({ ...sourceEntry, ...nameEntry, $schema: v.exactOptional(textSchema(4096)) });

/**
 * Reads a file with any fields of a recipe, YAML or JSON.
 *
 * @param file - its path, for messages.
 * @throws LatentError `invalid-recipe` (input) with file, line, column and field of the first fault.
 */
export const parseRecipeFile = (text: string, file: string): WrittenRecipe => {
  const data = readYaml(text, file, 'invalid-recipe');
  if (!isRecord(data.value))
    throw inputError('invalid-recipe', {
      at: data.placeOf([]),
      expected: 'fields of a recipe such as `epochs: 20`',
      got: data.value === null ? 'nothing' : shown(data.value),
      hint: 'see docs/recipes.md',
    });
  const read = checkAgainst(recipeFileSchema, data.value, {
    code: 'invalid-recipe',
    at: { file },
    locate: data.placeOf,
  });
  return { ...read, placeOf: (field) => fieldPlace(data, field) };
};
