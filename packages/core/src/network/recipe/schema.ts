/** A recipe out of untrusted JSON. */
import * as v from 'valibot';
import { type Fields, fieldEntries, withCurrentNames } from '../../registry/index.ts';
import { checkAgainst, type FieldSchema } from '../../registry/validation.ts';
import { type Recipe, rowEntries } from './table.ts';

/** The table's fields by name. */
export const tableFields: Fields = Object.fromEntries(rowEntries.map(([name, { field }]) => [name, field]));

// The entries are made of the fields that `Recipe` is inferred from, so what the schema lets through is a `Recipe`.
const currentSchema = v.strictObject(fieldEntries(tableFields)) as unknown as FieldSchema<Recipe>;

/** The same object with the names that fields have now. */
export const recipeWithCurrentNames = (value: unknown): unknown => withCurrentNames(value, tableFields);

/** Reads a recipe, former names of fields included. */
export const recipeSchema: FieldSchema<Recipe> = v.pipe(
  v.unknown(),
  v.transform(recipeWithCurrentNames),
  currentSchema,
);

/**
 * Reads a recipe out of untrusted JSON.
 *
 * @throws LatentError `invalid-recipe` with the path of the first fault, what was expected and what came.
 */
export const parseRecipe = (value: unknown): Recipe =>
  checkAgainst(recipeSchema, value, { code: 'invalid-recipe', at: { subject: 'recipe' } });
