/**
 * Fields as JSON Schema, for completion in editors.
 * Source: https://json-schema.org/draft/2020-12
 */
import type { Field, Fields, SizeField, VariantDefinition } from './fields.ts';
import { mayBeAbsent, needsNoField } from './file-values.ts';

/** A JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const bounds = ({ min, max }: { readonly min: number; readonly max: number }): JsonSchema => ({
  minimum: min,
  maximum: max,
});

const lists = (items: JsonSchema, minItems: number, maxItems: number): JsonSchema => ({
  type: 'array',
  items,
  minItems,
  maxItems,
});

/** Of data as programs write them, or of a file, in which a person may leave out and shorten. */
export type SchemaOf = 'data' | 'file';

const sizeSchema = (field: SizeField, of: SchemaOf): JsonSchema => {
  const side = { type: 'integer', ...bounds(field) };
  return of === 'file' ? { oneOf: [side, lists(side, 2, 2)] } : lists(side, 2, 2);
};

/** Any of these types; in a file the name alone of one that needs no field. */
const variantsSchema = (definitions: readonly VariantDefinition[], of: SchemaOf): JsonSchema => {
  const named = of === 'file' ? definitions.filter(needsNoField).map(({ type }) => type) : [];
  return {
    oneOf: [
      ...definitions.map((definition) => jsonSchemaOfType(definition, of)),
      ...(named.length === 0 ? [] : [{ enum: named }]),
    ],
  };
};

/** The JSON Schema of a field's value. */
export const valueSchema = (field: Field, of: SchemaOf = 'data'): JsonSchema => {
  switch (field.kind) {
    case 'integer':
      return { type: 'integer', ...bounds(field) };
    case 'number':
      return field.above === true
        ? { type: 'number', exclusiveMinimum: field.min, maximum: field.max }
        : { type: 'number', ...bounds(field) };
    case 'flag':
      return { type: 'boolean' };
    case 'choice':
      return { enum: field.choices };
    case 'size':
      return sizeSchema(field, of);
    case 'shape':
      return lists({ type: 'integer', ...bounds(field) }, 1, 3);
    case 'text': {
      const { maxLength, pattern } = field;
      return { type: 'string', maxLength, ...(pattern ? { pattern: pattern.source } : {}) };
    }
    case 'variant':
      return variantsSchema(field.definitions, of);
    case 'list':
      return lists(variantsSchema(field.definitions, of), field.min, field.max);
  }
};

/** With title, description and what an editor fills in. */
export const describedSchema = (field: Field, of: SchemaOf = 'data'): JsonSchema => ({
  title: field.label,
  description: field.doc,
  default: of === 'file' ? (field.fileDefault ?? field.default) : field.default,
  ...valueSchema(field, of),
});

const objectSchema = (fields: Fields, of: SchemaOf, type?: string): JsonSchema => ({
  type: 'object',
  properties: {
    ...(type === undefined ? {} : { type: { const: type } }),
    ...Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, describedSchema(field, of)])),
  },
  required: [
    ...(type === undefined ? [] : ['type']),
    ...Object.keys(fields).filter((name) =>
      of === 'file' ? !mayBeAbsent(fields[name]) : fields[name].optional !== true,
    ),
  ],
  additionalProperties: false,
});

/** The JSON Schema of an object with these fields. */
export const jsonSchemaOfFields = (fields: Fields, of: SchemaOf = 'data'): JsonSchema => objectSchema(fields, of);

/** The JSON Schema of a type of specification. */
export const jsonSchemaOfType = (
  definition: Pick<VariantDefinition, 'type' | 'fields'> & { readonly label?: string; readonly doc?: string },
  of: SchemaOf = 'data',
): JsonSchema => ({
  ...(definition.label === undefined ? {} : { title: definition.label }),
  ...(definition.doc === undefined ? {} : { description: definition.doc }),
  ...objectSchema(definition.fields, of, definition.type),
});
