/** Fields as a form shows them. What a form looks like is the page's business. */
import { defaultsOf, type Field, type Fields, type VariantDefinition } from './fields.ts';

/** What a field takes. */
export type FormKind =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  /** `above`: the smallest value itself is not allowed. */
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly above: boolean }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'text' }
  /** Whole numbers, written with `×` between them: `3 × 3`; `what` says which. */
  | { readonly kind: 'sizes'; readonly what: string }
  | { readonly kind: 'group'; readonly fields: readonly FormField[] }
  /** One of a few objects, told apart by their field `key`. */
  | { readonly kind: 'variant'; readonly key: string; readonly variants: readonly FormVariant[] }
  /** Several such objects in order. */
  | { readonly kind: 'list'; readonly key: string; readonly variants: readonly FormVariant[] }
  /** What no input stands for: written as JSON, checked by the schema. */
  | { readonly kind: 'json' };

/** One of the kinds of object that a field takes. */
export interface FormVariant {
  readonly name: string;
  /** As a menu shows it. */
  readonly label: string;
  /** What it is for, in a sentence. */
  readonly doc: string;
  /** A whole value to begin with, the key included. */
  readonly start: Readonly<Record<string, unknown>>;
  /** Without the key. */
  readonly fields: readonly FormField[];
}

/** A field of a specification as a form shows it. */
export interface FormField {
  /** As the JSON has it: `batchSize`. */
  readonly name: string;
  /** As people read it: `Batch size`. */
  readonly label: string;
  /** One sentence; absent where the schema alone describes the field. */
  readonly doc?: string;
  /** May be left out. */
  readonly optional: boolean;
  readonly value: FormKind;
}

const formVariant = ({ type, label, doc, fields }: VariantDefinition): FormVariant => ({
  name: type,
  label,
  doc,
  start: { type, ...defaultsOf(fields) },
  fields: formFields(fields),
});

/** What an input for a field has to take. */
export const formKind = (field: Field): FormKind => {
  switch (field.kind) {
    case 'integer':
      return { kind: 'integer', min: field.min, max: field.max };
    case 'number':
      return { kind: 'number', min: field.min, max: field.max, above: field.above === true };
    case 'flag':
      return { kind: 'boolean' };
    case 'choice':
      return { kind: 'choice', choices: field.choices };
    case 'size':
      return { kind: 'sizes', what: 'rows × columns' };
    case 'shape':
      return { kind: 'sizes', what: 'sizes with × between' };
    case 'text':
      return { kind: 'text' };
    case 'variant':
      return { kind: 'variant', key: 'type', variants: field.definitions.map(formVariant) };
    case 'list':
      return { kind: 'list', key: 'type', variants: field.definitions.map(formVariant) };
  }
};

/** The form of a specification, field by field. */
export const formFields = (fields: Fields): readonly FormField[] =>
  Object.entries(fields).map(([name, field]) => ({
    name,
    label: field.label,
    doc: field.doc,
    optional: field.optional === true,
    value: formKind(field),
  }));

/**
 * A value of another type: what its form begins with, but for fields that both types describe alike, which stay.
 *
 * @param kind - of the field; anything but a variant or a list gives undefined, as does a type that it does not have.
 */
export const switchVariant = (
  kind: FormKind,
  old: unknown,
  type: string,
): Readonly<Record<string, unknown>> | undefined => {
  if (kind.kind !== 'variant' && kind.kind !== 'list') return undefined;
  const next = kind.variants.find(({ name }) => name === type);
  if (next === undefined || typeof old !== 'object' || old === null) return next?.start;
  const values: Readonly<Record<string, unknown>> = { ...old };
  const before = kind.variants.find(({ name }) => name === values[kind.key]);
  const kept = next.fields.filter(
    (field) =>
      field.name in values &&
      before?.fields.some((other) => other.name === field.name && JSON.stringify(other) === JSON.stringify(field)),
  );
  return { ...next.start, ...Object.fromEntries(kept.map(({ name }) => [name, values[name]])) };
};
