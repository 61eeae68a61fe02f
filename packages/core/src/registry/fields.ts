/** The fields of a specification as plain data, and the types and schemas that follow from them. */
import * as v from 'valibot';
import type { Shape, Size2D } from '../tensor/shape.ts';
import {
  booleanSchema,
  choiceSchema,
  type FieldSchema,
  integerSchema,
  listSchema,
  numberSchema,
  openNumberSchema,
  textSchema,
} from './validation.ts';
import { variantSchema } from './variant.ts';

/** What every field says of itself. */
export interface FieldBase {
  /** As a form shows it: `Kernel size`. */
  readonly label: string;
  /** One sentence for docs, hints and editors. */
  readonly doc: string;
  /** May be absent; the definition's owner says what its absence means in `doc`. */
  readonly optional?: boolean;
  /** What a file means that leaves a required field out; a file has to say it where this is absent. */
  readonly fileDefault?: unknown;
  /** Names that files may still use, the first one first: ids are made of that. */
  readonly formerNames?: readonly string[];
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A whole number in `[min, max]`. */
export interface IntegerField extends FieldBase, Bounds {
  readonly kind: 'integer';
  readonly default: number;
}

/** A finite number in `[min, max]`, or in `(min, max]` where it has to be `above` its minimum. */
export interface NumberField extends FieldBase, Bounds {
  readonly kind: 'number';
  readonly default: number;
  /** What one press of an arrow changes in a form. */
  readonly step?: number;
  readonly above?: boolean;
}

/** True or false. */
export interface FlagField extends FieldBase {
  readonly kind: 'flag';
  readonly default: boolean;
}

/** One of a few words. */
export interface ChoiceField<Choice extends string = string> extends FieldBase {
  readonly kind: 'choice';
  readonly choices: readonly Choice[];
  readonly default: Choice;
}

/** Rows and columns, each within the bounds. */
export interface SizeField extends FieldBase, Bounds {
  readonly kind: 'size';
  readonly default: Size2D;
}

/** One to three dimensions, each within the bounds. */
export interface ShapeField extends FieldBase, Bounds {
  readonly kind: 'shape';
  readonly default: Shape;
}

/** Text of at most `maxLength` characters; `expected` puts a pattern in words. */
export interface TextField extends FieldBase {
  readonly kind: 'text';
  readonly maxLength: number;
  readonly pattern?: RegExp;
  readonly expected?: string;
  readonly default: string;
}

/** What a variant field needs of a definition: its words, its fields, a value to begin with, and how to read one. */
export interface VariantDefinition<Value = unknown> {
  readonly type: string;
  readonly label: string;
  readonly doc: string;
  readonly fields: Fields;
  readonly defaults: Value;
  readonly schema: FieldSchema<Value>;
}

/** A specification of one of several types, told apart by `type`. */
export interface VariantField<Value = unknown> extends FieldBase {
  readonly kind: 'variant';
  readonly definitions: readonly VariantDefinition<Value>[];
  readonly default: Value;
}

/** `min` to `max` specifications in order, each of one of several types. */
export interface ListField<Value = unknown> extends FieldBase, Bounds {
  readonly kind: 'list';
  readonly definitions: readonly VariantDefinition<Value>[];
  readonly default: readonly Value[];
}

/** Any field. */
export type Field =
  | IntegerField
  | NumberField
  | FlagField
  | ChoiceField
  | SizeField
  | ShapeField
  | TextField
  | VariantField
  | ListField;

/** Fields by name, in the order of a form. */
export type Fields = Readonly<Record<string, Field>>;

/** The values that a field takes. */
export type ValueOf<F> = F extends { readonly kind: 'integer' | 'number' }
  ? number
  : F extends { readonly kind: 'flag' }
    ? boolean
    : F extends { readonly kind: 'choice'; readonly choices: readonly (infer Choice)[] }
      ? Choice
      : F extends { readonly kind: 'size' }
        ? Size2D
        : F extends { readonly kind: 'shape' }
          ? Shape
          : F extends { readonly kind: 'text' }
            ? string
            : F extends { readonly kind: 'variant'; readonly definitions: readonly VariantDefinition<infer Value>[] }
              ? Value
              : F extends { readonly kind: 'list'; readonly definitions: readonly VariantDefinition<infer Value>[] }
                ? readonly Value[]
                : unknown;

type Optional<F> = F extends { readonly optional: true } ? true : false;

/** The object that these fields describe; an optional field may be absent. */
export type ValuesOf<F extends Fields> = {
  readonly [Name in keyof F as Optional<F[Name]> extends true ? never : Name]: ValueOf<F[Name]>;
} & { readonly [Name in keyof F as Optional<F[Name]> extends true ? Name : never]?: ValueOf<F[Name]> };

type Without<F, Keys extends PropertyKey = never> = Omit<F, 'kind' | Keys>;

/** A whole number. */
export const integer = (field: Without<IntegerField>): IntegerField => ({ kind: 'integer', ...field });

/** A finite number. */
export const number = (field: Without<NumberField>): NumberField => ({ kind: 'number', ...field });

/** True or false. */
export const flag = (field: Without<FlagField>): FlagField => ({ kind: 'flag', ...field });

/** One of a few words. */
export const choice = <const Choice extends string>(
  field: Without<ChoiceField, 'choices' | 'default'> & {
    readonly choices: readonly Choice[];
    readonly default: NoInfer<Choice>;
  },
): ChoiceField<Choice> => ({ kind: 'choice', ...field });

/** Rows and columns. */
export const size = (field: Without<SizeField>): SizeField => ({ kind: 'size', ...field });

/** One to three dimensions. */
export const shape = (field: Without<ShapeField>): ShapeField => ({ kind: 'shape', ...field });

/** Text. */
export const text = (field: Without<TextField>): TextField => ({ kind: 'text', ...field });

/** One of several types of specification. */
export const variant = <Value>(
  field: Without<VariantField, 'definitions' | 'default'> & {
    readonly definitions: readonly VariantDefinition<Value>[];
    readonly default: NoInfer<Value>;
  },
): VariantField<Value> => ({ kind: 'variant', ...field });

/** Several specifications in order. */
export const list = <Value>(
  field: Without<ListField, 'definitions' | 'default'> & {
    readonly definitions: readonly VariantDefinition<Value>[];
    readonly default: readonly NoInfer<Value>[];
  },
): ListField<Value> => ({ kind: 'list', ...field });

/** The same field, which may be absent. */
export const optional = <F extends Field>(field: F): F & { readonly optional: true } => ({ ...field, optional: true });

/** What values a field accepts. */
export const fieldSchema = (field: Field): FieldSchema => {
  switch (field.kind) {
    case 'integer':
      return integerSchema(field.min, field.max);
    case 'number':
      return field.above === true ? openNumberSchema(field.min, field.max) : numberSchema(field.min, field.max);
    case 'flag':
      return booleanSchema();
    case 'choice':
      return choiceSchema(field.choices);
    case 'size': {
      const side = integerSchema(field.min, field.max);
      return v.strictTuple([side, side], 'two whole numbers, rows and columns, such as [64, 64]');
    }
    case 'shape':
      return listSchema(integerSchema(field.min, field.max), 1, 3);
    case 'text':
      return textSchema(field.maxLength, { pattern: field.pattern, expected: field.expected });
    case 'variant':
      return variantSchema(field.definitions, field.label.toLowerCase());
    case 'list':
      // Of a label in the plural: `terms`.
      return listSchema(
        variantSchema(field.definitions, field.label.toLowerCase().replace(/s$/, '')),
        field.min,
        field.max,
        `[{ type: ${field.definitions[0].type} }]`,
      );
  }
};

/** The entries of an object schema for these fields. */
export const fieldEntries = (fields: Fields): Readonly<Record<string, FieldSchema>> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const schema = fieldSchema(field);
      return [name, field.optional === true ? v.exactOptional(schema) : schema];
    }),
  );

/** The values that a form begins with: every field's default, without the optional ones. */
export const defaultsOf = (fields: Fields): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, field]) => field.optional !== true)
      .map(([name, field]) => [name, field.default]),
  );
