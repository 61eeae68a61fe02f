/**
 * Fields as JSON Schema, for completion in editors.
 * Source: https://json-schema.org/draft/2020-12
 */
import type { Field, Fields, VariantDefinition } from './fields.ts';

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

const valueSchema = (field: Field): JsonSchema => {
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
      return lists({ type: 'integer', ...bounds(field) }, 2, 2);
    case 'shape':
      return lists({ type: 'integer', ...bounds(field) }, 1, 3);
    case 'text': {
      const { maxLength, pattern } = field;
      return { type: 'string', maxLength, ...(pattern ? { pattern: pattern.source } : {}) };
    }
    case 'variant':
      return { oneOf: field.definitions.map(jsonSchemaOfType) };
    case 'list':
      return lists({ oneOf: field.definitions.map(jsonSchemaOfType) }, field.min, field.max);
  }
};

const objectSchema = (fields: Fields, type?: string): JsonSchema => ({
  type: 'object',
  properties: {
    ...(type === undefined ? {} : { type: { const: type } }),
    ...Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [
        name,
        { title: field.label, description: field.doc, default: field.default, ...valueSchema(field) },
      ]),
    ),
  },
  required: [
    ...(type === undefined ? [] : ['type']),
    ...Object.keys(fields).filter((name) => fields[name].optional !== true),
  ],
  additionalProperties: false,
});

/** The JSON Schema of an object with these fields. */
export const jsonSchemaOfFields = (fields: Fields): JsonSchema => objectSchema(fields);

/** The JSON Schema of a type of specification. */
export const jsonSchemaOfType = (
  definition: Pick<VariantDefinition, 'type' | 'fields'> & { readonly label?: string; readonly doc?: string },
): JsonSchema => ({
  ...(definition.label === undefined ? {} : { title: definition.label }),
  ...(definition.doc === undefined ? {} : { description: definition.doc }),
  ...objectSchema(definition.fields, definition.type),
});
