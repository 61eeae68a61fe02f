/** A type of specification as one object: its fields, and everything that follows from them. */
import * as v from 'valibot';
import { defaultsOf, type Fields, fieldEntries, type ValuesOf } from './fields.ts';
import { withCurrentNames } from './former-names.ts';
import type { FieldSchema } from './validation.ts';

/** Intersections as one object, so that editors show the fields. */
type Flat<T> = { readonly [Key in keyof T]: T[Key] };

/** A value of a type with these fields. */
export type Spec<Type extends string, F extends Fields> = Flat<{ readonly type: Type } & ValuesOf<F>>;

/** What the owner of a type writes. */
export interface SpecSource<Type extends string, F extends Fields> {
  /** Id everywhere: file name, `type` of the JSON, docs. */
  readonly type: Type;
  /** As a form's menu shows it. */
  readonly label: string;
  /** One sentence for docs and forms. */
  readonly doc: string;
  /** Every field but `type`, in the order of a form. */
  readonly fields: F;
}

/** A type of specification. */
export interface SpecDefinition<Type extends string = string, F extends Fields = Fields> extends SpecSource<Type, F> {
  /** A valid specification to begin with in a form: every field's default. */
  readonly defaults: Spec<Type, F>;
  /** Reads an untrusted value of this type. */
  readonly schema: FieldSchema<Spec<Type, F>>;
}

/** The specifications of a definition, or of all definitions in a list. */
export type SpecOf<D> = D extends readonly (infer Entry)[]
  ? SpecOf<Entry>
  : D extends { readonly defaults: infer Value }
    ? Value
    : never;

/** Derives defaults and schema from the fields. */
export const defineSpec = <const Type extends string, const F extends Fields>(
  source: SpecSource<Type, F>,
): SpecDefinition<Type, F> => {
  const { type, label, doc, fields } = source;
  // The entries are made of the fields that `Spec` is inferred from, so what the schema lets through is a `Spec`.
  const current = v.strictObject({ type: v.literal(type), ...fieldEntries(fields) }) as unknown as FieldSchema<
    Spec<Type, F>
  >;
  const schema: FieldSchema<Spec<Type, F>> = v.pipe(
    v.unknown(),
    v.transform((value) => withCurrentNames(value, fields)),
    current,
  );
  return { type, label, doc, fields, defaults: { type, ...defaultsOf(fields) } as Spec<Type, F>, schema };
};
