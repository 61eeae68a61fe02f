/**
 * The fields of a layer as data: what a form shows, what the JSON reader accepts.
 *
 * In: a field's label, kind and bounds. Out: the schema of its values. The page that draws the form is not here.
 */
import * as v from 'valibot';
import type { Activation } from '../activations/index.ts';
import { choiceSchema, type FieldSchema, integerSchema, listSchema, numberSchema } from '../registry/validation.ts';

interface Bounded {
  readonly label: string;
  readonly min: number;
  readonly max: number;
}

/** What a field of a layer takes; numbers with their bounds. */
export type LayerField =
  | ({ readonly kind: 'integer' } & Bounded)
  | ({ readonly kind: 'number'; readonly step: number } & Bounded)
  /** Rows and columns, each within the bounds. */
  | ({ readonly kind: 'size' } & Bounded)
  /** One to three dimensions, each within the bounds. */
  | ({ readonly kind: 'shape' } & Bounded)
  | { readonly kind: 'choice'; readonly label: string; readonly choices: readonly string[] };

/** Activations that look at one element at a time. */
export const ELEMENTWISE_ACTIVATIONS = [
  'linear',
  'relu',
  'silu',
  'sigmoid',
  'tanh',
] as const satisfies readonly Activation[];

/** Bounds keep a form's slider and a stranger's JSON within what fits in memory. */
export const MAX_UNITS = 65_536;
export const MAX_FILTERS = 1024;
export const MAX_WINDOW = 64;

/** What values a field accepts. */
export const fieldSchema = (field: LayerField): FieldSchema => {
  switch (field.kind) {
    case 'integer':
      return integerSchema(field.min, field.max);
    case 'number':
      return numberSchema(field.min, field.max);
    case 'size':
      return v.strictTuple(
        [integerSchema(field.min, field.max), integerSchema(field.min, field.max)],
        'two whole numbers: rows, columns',
      );
    case 'shape':
      return listSchema(integerSchema(field.min, field.max), 1, 3);
    case 'choice':
      return choiceSchema(field.choices);
  }
};
