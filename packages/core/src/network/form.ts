/**
 * Recipes and losses as forms: their fields by name, with kinds, bounds and words. What a form looks like is the page's
 * business.
 */
import { type FormField, formFields } from '../registry/index.ts';
import { MAX_CLASSES } from './json.ts';
import { tableFields } from './recipe/schema.ts';
import { recipeSettings, type Setting } from './recipe/settings.ts';
import { rowEntries } from './recipe/table.ts';

/** What a network says of the label of an image. */
export const labelForm: FormField = {
  name: 'label',
  label: 'The label of an image enters too',
  doc: 'Beside image and code, as the input "label" of the layers that name it.',
  optional: true,
  value: {
    kind: 'group',
    fields: [
      { name: 'classes', label: 'Classes', optional: false, value: { kind: 'integer', min: 2, max: MAX_CLASSES } },
    ],
  },
};

/** The fields of a recipe as a page shows them. */
export interface RecipeForm {
  /** Those that matter most; `path` leads to a field within another: `schedule`, `learningRate`. */
  readonly first: readonly (FormField & { readonly path: readonly string[] })[];
  /** All others but the texts. */
  readonly rest: readonly FormField[];
}

/** Every field of a recipe, in the order in which the JSON has them. */
export const recipeFields = (): readonly FormField[] => formFields(tableFields);

const isFirst = ({ row, inner }: Setting): boolean => {
  const { form, inner: named = {} } = rowEntries.find(([name]) => name === row)?.[1] ?? {};
  return inner === null ? form === 'first' : named[inner]?.form === 'first';
};

/** The form of a recipe: what is first, and the rest. */
export const recipeForm = (): RecipeForm => ({
  first: [...recipeSettings.values()].filter(isFirst).map((setting) => {
    const [field] = formFields({ [setting.inner ?? setting.row]: setting.field });
    return { ...field, path: [setting.row, ...(setting.inner === null ? [] : [setting.inner])] };
  }),
  rest: recipeFields().filter(({ name }) => !rowEntries.some(([row, { form }]) => row === name && form !== undefined)),
});
