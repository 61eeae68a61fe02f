import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  choice,
  createRegistry,
  defineSpec,
  flag,
  formFields,
  integer,
  jsonSchemaOfType,
  list,
  number,
  optional,
  type SpecOf,
  shape,
  size,
  text,
  variant,
} from './index.ts';
import { checkAgainst } from './validation.ts';

const doc = 'A sentence.';
const circle = defineSpec({
  type: 'circle',
  label: 'Circle',
  doc,
  fields: { radius: number({ label: 'Radius', doc, min: 0, above: true, max: 9, default: 1 }) },
});
const grid = defineSpec({
  type: 'grid',
  label: 'Grid',
  doc,
  fields: {
    cells: size({ label: 'Cells', doc, min: 1, max: 8, default: [2, 3] }),
    around: shape({ label: 'Around', doc, min: 1, max: 8, default: [4] }),
    count: integer({ label: 'Count', doc, min: 1, max: 4, default: 2 }),
    colour: choice({ label: 'Colour', doc, choices: ['red', 'blue'], default: 'red' }),
    dashed: optional(flag({ label: 'Dashed', doc, default: true })),
  },
});
const figures = [circle, grid] as const;
type Figure = SpecOf<typeof figures>;
const figureFields = {
  name: text({ label: 'Name', doc, maxLength: 8, pattern: /^[a-z]+$/, expected: 'a short word', default: 'a' }),
  first: variant<Figure>({ label: 'Figure', doc, definitions: figures, default: circle.defaults }),
  others: list<Figure>({ label: 'Figure', doc, definitions: figures, min: 0, max: 2, default: [] }),
};
const drawing = defineSpec({ type: 'drawing', label: 'Drawing', doc, fields: figureFields });

const fault = (value: unknown): string => {
  try {
    checkAgainst(drawing.schema, value, { code: 'invalid', at: { subject: 'drawing' } });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'none';
};

describe('the types of a specification', () => {
  test('follow from its fields', () => {
    expectTypeOf<SpecOf<typeof grid>>().toEqualTypeOf<{
      readonly type: 'grid';
      readonly cells: readonly [number, number];
      readonly around: readonly number[];
      readonly count: number;
      readonly colour: 'red' | 'blue';
      readonly dashed?: boolean;
    }>();
    expectTypeOf<Figure['type']>().toEqualTypeOf<'circle' | 'grid'>();
    expectTypeOf<SpecOf<typeof drawing>['others']>().toEqualTypeOf<readonly Figure[]>();
  });
});

describe('the schema of a specification', () => {
  test('accepts its defaults, without what is optional', () => {
    expect(grid.defaults).toEqual({ type: 'grid', cells: [2, 3], around: [4], count: 2, colour: 'red' });
    for (const definition of [circle, grid, drawing])
      expect(v.parse(definition.schema, JSON.parse(JSON.stringify(definition.defaults)))).toEqual(definition.defaults);
    expect(v.parse(grid.schema, { ...grid.defaults, dashed: false })).toHaveProperty('dashed', false);
  });

  test.each([
    [{ ...drawing.defaults, name: 'A' }, 'field "name": expected a short word, got "A"'],
    [
      { ...drawing.defaults, first: { type: 'circle', radius: 0 } },
      'field "first.radius": expected a number above 0, up',
    ],
    [{ ...drawing.defaults, first: 3 }, 'field "first": expected a figure such as { type: circle, radius: 1 }, got 3'],
    [{ ...drawing.defaults, others: [{ type: 'square' }] }, 'field "others[0].type": expected one of circle, grid'],
    [{ ...drawing.defaults, others: [circle.defaults, circle.defaults, circle.defaults] }, 'a list of 0 to 2'],
    [{ ...drawing.defaults, others: [{ ...grid.defaults, dashed: 1 }] }, 'expected true or false, got 1'],
  ])('refuses %j at the place of the fault', (value, message) => {
    expect(fault(value)).toContain(message);
  });

  test('guesses which choice was meant', () => {
    expect(fault({ ...drawing.defaults, first: { type: 'gird' } })).toContain(
      'expected one of circle, grid (did you mean "grid"?), got "gird"; correct it',
    );
  });
});

test('a form follows from the fields', () => {
  const fields = formFields({ ...grid.fields, ...figureFields });
  expect(fields.map(({ name, optional: may, value }) => [name, may, value.kind])).toEqual([
    ['cells', false, 'sizes'],
    ['around', false, 'sizes'],
    ['count', false, 'integer'],
    ['colour', false, 'choice'],
    ['dashed', true, 'boolean'],
    ['name', false, 'text'],
    ['first', false, 'variant'],
    ['others', false, 'list'],
  ]);
});

test('a JSON Schema follows from the fields', () => {
  expect(jsonSchemaOfType(circle)).toEqual({
    title: 'Circle',
    description: doc,
    type: 'object',
    properties: {
      type: { const: 'circle' },
      radius: { title: 'Radius', description: doc, default: 1, type: 'number', exclusiveMinimum: 0, maximum: 9 },
    },
    required: ['type', 'radius'],
    additionalProperties: false,
  });
  const { required, properties } = jsonSchemaOfType(grid);
  expect(required).toEqual(['type', 'cells', 'around', 'count', 'colour']);
  expect(properties).toMatchObject({
    cells: { type: 'array', minItems: 2, maxItems: 2 },
    colour: { enum: ['red', 'blue'] },
    dashed: { type: 'boolean' },
  });
  expect(JSON.parse(JSON.stringify(jsonSchemaOfType(drawing)))).toMatchObject({
    properties: { first: { oneOf: [{ title: 'Circle' }, { title: 'Grid' }] }, name: { pattern: '^[a-z]+$' } },
  });
});

describe('a registry', () => {
  const registry = createRegistry('figure', figures, ({ type }) => type);

  test('finds its entries by id', () => {
    expect(registry.get('grid')).toBe(grid);
    expect(registry.ids).toEqual(['circle', 'grid']);
    expect([registry.has('grid'), registry.has('toString'), registry.has(3)]).toEqual([true, false, false]);
  });

  test('says which id was meant', () => {
    expect(() => registry.get('circel')).toThrow(
      'unknown-figure: expected the id of a figure, got "circel"; did you mean "circle"?\nKnown: circle, grid',
    );
    expect(() => registry.get('constructor')).toThrow('got "constructor"\nKnown');
  });

  test('refuses two entries of one id', () => {
    expect(() => createRegistry('figure', [circle, circle], ({ type }) => type)).toThrow('share an id');
  });
});
