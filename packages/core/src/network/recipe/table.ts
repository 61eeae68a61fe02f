/**
 * The fields of a recipe as one table. A new field is a row in one of the files beside this one and the place where its
 * value is used; schema, options, form, sweeps, model card and docs follow.
 */
import { text, type ValuesOf } from '../../registry/index.ts';
import { type RecipeRow, row } from './definition.ts';
import { imageRows } from './image-rows.ts';
import { runRows } from './run-rows.ts';
import { stoppingRows } from './stopping-rows.ts';
import { weightRows } from './weight-rows.ts';

/** By name, in the order of JSON, forms and docs. */
export const recipeRows = {
  ...runRows,
  ...imageRows,
  ...stoppingRows,
  ...weightRows,
  source: row({
    field: text({
      label: 'Source',
      doc: 'Where these values come from, and which of them are ours.',
      maxLength: 2000,
      default: '',
    }),
    form: 'hidden',
  }),
};

type Rows = typeof recipeRows;
type RecipeFields = { readonly [Name in keyof Rows]: Rows[Name]['field'] };
type Flat<T> = { readonly [Key in keyof T]: T[Key] };

/**
 * Everything about a training that is not the architecture; what is absent is not used. docs/recipes.md explains every
 * field.
 *
 * @interface
 */
export type Recipe = Flat<ValuesOf<RecipeFields>>;

/** Names and rows. */
export const rowEntries: readonly (readonly [keyof Recipe, RecipeRow])[] = Object.entries(recipeRows).map(
  ([name, entry]) => [name as keyof Recipe, entry],
);
