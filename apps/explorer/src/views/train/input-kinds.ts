/**
 * One way to write the fields of layers, recipes and losses into inputs.
 *
 * In: a field as the library describes it, or what a person typed. Out: what the input needs, or the value. Nothing is
 * refused here: the library's own checks say what a value must be.
 */
import type { FormField, FormKind } from 'latent-plane/internal';

/** What one input takes. */
export type InputKind = Exclude<FormKind, { readonly kind: 'group' | 'variant' | 'list' }>;

/** The input of a field; what has fields of its own is written as JSON. */
export const inputOf = ({ value }: FormField): InputKind =>
  value.kind === 'group' || value.kind === 'variant' || value.kind === 'list' ? { kind: 'json' } : value;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const numberText = (value: unknown): string =>
  typeof value === 'number' && Number.isFinite(value) ? String(value) : '';

/** A value as its input shows it. */
export const textOf = (kind: InputKind, value: unknown): string => {
  switch (kind.kind) {
    case 'integer':
    case 'number':
      return numberText(value);
    case 'sizes':
      return listOf(value).map(numberText).join(' × ');
    case 'json':
      return value === undefined ? '' : JSON.stringify(value);
    default:
      return value === undefined ? '' : String(value);
  }
};

const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text.replace(',', '.')));

/** What was typed as a value; undefined for an optional field left empty. */
export const valueFrom = (kind: InputKind, text: string, optional: boolean): unknown => {
  if (optional && text.trim() === '') return undefined;
  switch (kind.kind) {
    case 'integer':
    case 'number':
      return numberOf(text);
    case 'sizes':
      return text.split(/[^\d.]+/).flatMap((part) => (part === '' ? [] : [Number(part)]));
    case 'json':
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
    case 'boolean':
      return text === 'true';
    default:
      return text;
  }
};

/** Bounds in words, where they help. */
export const hintOf = (kind: InputKind): string => {
  if (kind.kind !== 'integer' && kind.kind !== 'number') return '';
  const { min, max } = kind;
  if (!Number.isFinite(min) || !Number.isFinite(max) || max > 1e9) return '';
  return `${kind.kind === 'number' && kind.above ? 'above ' : ''}${min} to ${max.toLocaleString('en-US')}`;
};

/** A value to begin with where an optional field is taken up. */
export const firstValue = (kind: FormKind): unknown => {
  switch (kind.kind) {
    case 'integer':
      return Math.max(kind.min, Math.min(1, kind.max));
    case 'number':
      return kind.above ? Math.min(0.1, kind.max) : kind.min;
    case 'choice':
      return kind.choices[0];
    case 'boolean':
      return true;
    case 'group':
      return Object.fromEntries(
        kind.fields.filter(({ optional }) => !optional).map(({ name, value }) => [name, firstValue(value)]),
      );
    case 'variant':
      return kind.variants[0].start;
    case 'text':
      return '';
    case 'sizes':
    case 'list':
    case 'json':
      return [];
  }
};
