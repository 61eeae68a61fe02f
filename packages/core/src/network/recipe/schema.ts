/** A recipe out of untrusted JSON. */
import * as v from 'valibot';
import { fieldEntries } from '../../registry/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { checkAgainst, type FieldSchema } from '../../registry/validation.ts';
import { type Recipe, rowEntries } from './table.ts';

/** The table's fields by name. */
export const tableFields = Object.fromEntries(rowEntries.map(([name, { field }]) => [name, field]));

// The entries are made of the fields that `Recipe` is inferred from, so what the schema lets through is a `Recipe`.
const currentSchema = v.strictObject(fieldEntries(tableFields)) as unknown as FieldSchema<Recipe>;

const currentNames = new Map(
  rowEntries.flatMap(([name, { formerNames = [] }]) => formerNames.map((former): [string, string] => [former, name])),
);

/** The same object with the names that fields have now. */
export const withCurrentNames = (value: unknown): unknown =>
  isRecord(value) && Object.keys(value).some((name) => currentNames.has(name))
    ? Object.fromEntries(Object.entries(value).map(([name, entry]) => [currentNames.get(name) ?? name, entry]))
    : value;

/** Reads a recipe, former names of fields included. */
export const recipeSchema: FieldSchema<Recipe> = v.pipe(v.unknown(), v.transform(withCurrentNames), currentSchema);

/**
 * Reads a recipe out of untrusted JSON.
 *
 * @throws LatentError `invalid-recipe` with the path of the first fault, what was expected and what came.
 */
export const parseRecipe = (value: unknown): Recipe =>
  checkAgainst(recipeSchema, value, { code: 'invalid-recipe', at: { subject: 'recipe' } });
