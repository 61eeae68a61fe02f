/**
 * The fields of a recipe and of a loss as data, for a form: derived from the schemas that read them, so that a new
 * field of a recipe appears in the form by itself.
 *
 * In: a schema of `json.ts`. Out: names, kinds and bounds. Layers tell their fields themselves (`layers/definition.ts`);
 * what a form looks like is the page's business.
 */
import { internalError } from '../errors.ts';
import type { FieldSchema } from '../registry/validation.ts';
import { lossSchema, recipeSchema } from './json.ts';

/** What a field takes. */
export type FormKind =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  /** `above`: the smallest value itself is not allowed. */
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly above: boolean }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'text' }
  | { readonly kind: 'group'; readonly fields: readonly FormField[] }
  /** One of a few objects, told apart by their field `key`. */
  | { readonly kind: 'variant'; readonly key: string; readonly variants: readonly FormVariant[] }
  /** What no input stands for: written as JSON, checked by the schema. */
  | { readonly kind: 'json' };

/** One of the kinds of object that a field takes. */
export interface FormVariant {
  readonly name: string;
  /** Without the key. */
  readonly fields: readonly FormField[];
}

/** A field of a specification as a form shows it. */
export interface FormField {
  /** As the JSON has it: `batchSize`. */
  readonly name: string;
  /** As people read it: `Batch size`. */
  readonly label: string;
  /** May be left out. */
  readonly optional: boolean;
  readonly value: FormKind;
}

/** What this file reads of a valibot schema; every schema has a `type`, the rest depends on it. */
interface Described {
  readonly type: string;
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[];
  readonly wrapped?: Described;
  readonly entries?: Readonly<Record<string, Described>>;
  readonly key?: string;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
}

/** `batchSize` to `Batch size`. */
export const fieldLabel = (name: string): string => {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const boundsOf = (schema: Described): FormKind => {
  const requirement = (type: string): number | undefined => {
    const found = schema.pipe?.find((action) => action.type === type)?.requirement;
    return typeof found === 'number' ? found : undefined;
  };
  const above = requirement('gt_value');
  const min = requirement('min_value') ?? above ?? Number.NEGATIVE_INFINITY;
  const max = requirement('max_value') ?? Number.POSITIVE_INFINITY;
  return schema.pipe?.some(({ type }) => type === 'integer')
    ? { kind: 'integer', min, max }
    : { kind: 'number', min, max, above: above !== undefined };
};

const isDescribed = (value: unknown): value is Described =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const variantOf = (schema: Described, key: string): FormVariant => {
  const name = schema.entries?.[key]?.literal;
  if (typeof name !== 'string') throw internalError(`a variant of a schema has no literal "${key}"`);
  return { name, fields: fieldsOf(schema).filter((field) => field.name !== key) };
};

const kindOf = (schema: Described): FormKind => {
  switch (schema.type) {
    case 'number':
      return boundsOf(schema);
    case 'boolean':
      return { kind: 'boolean' };
    case 'string':
      return { kind: 'text' };
    case 'picklist':
      return { kind: 'choice', choices: (schema.options ?? []).map(String) };
    case 'literal':
      return { kind: 'choice', choices: [String(schema.literal)] };
    case 'strict_object':
      return { kind: 'group', fields: fieldsOf(schema) };
    case 'variant': {
      const key = schema.key ?? 'type';
      const options = (schema.options ?? []).filter(isDescribed);
      return { kind: 'variant', key, variants: options.map((option) => variantOf(option, key)) };
    }
    default:
      return { kind: 'json' };
  }
};

const fieldsOf = (schema: Described): FormField[] =>
  Object.entries(schema.entries ?? {}).map(([name, entry]) => {
    const optional = entry.type === 'exact_optional' || entry.type === 'optional';
    return { name, label: fieldLabel(name), optional, value: kindOf(optional ? (entry.wrapped ?? entry) : entry) };
  });

const described = (schema: FieldSchema): Described => {
  if (!isDescribed(schema)) throw internalError('a schema without a type');
  return schema;
};

/** Every field of a recipe, in the order in which the JSON has them. */
export const recipeFields = (): readonly FormField[] => fieldsOf(described(recipeSchema));

/** What a loss may be: a variant by `type`. */
export const lossForm = (): FormKind => kindOf(described(lossSchema));
