/** What a field of a sweep takes: a value, a list, a range or a distribution, as its kind allows. */
import * as v from 'valibot';
import { type Field, type Setting, settingJsonSchema, settingSchema } from '../network/index.ts';
import { type JsonSchema, valueSchema } from '../registry/index.ts';

/** Most values of a list. */
export const MAX_VALUES = 10_000;

/** What a field of a sweep takes, as a schema and in words. */
export interface SweepField {
  readonly schema: v.GenericSchema;
  readonly takes: string;
  /** The same for editors. */
  readonly json: JsonSchema;
  /** Takes ranges and distributions too. */
  readonly ranged?: true;
  /** Of one value of a list. */
  readonly one?: v.GenericSchema;
}

/** One value, or a list of them. */
export const oneOrList = (one: JsonSchema): JsonSchema => ({
  anyOf: [one, { type: 'array', items: one, minItems: 1, maxItems: MAX_VALUES }],
});

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
  /** The smallest value itself is not allowed. */
  readonly above?: boolean;
}

/** One value, or a list of them. */
export const words = <T extends v.GenericSchema>(entry: T) =>
  v.union([entry, v.pipe(v.array(entry), v.minLength(1), v.maxLength(MAX_VALUES))]);

/** A number within bounds. */
export const bounded = ({ min, max, whole, above = false }: Bounds): v.GenericSchema<unknown, number> =>
  v.pipe(
    v.number(),
    v.check((value) => (whole ? Number.isInteger(value) : Number.isFinite(value))),
    v.check((value) => (above ? value > min : value >= min) && value <= max),
  );

/** A number, a list, a range (`to` included; of whole numbers a step of 1 where none is given), or a distribution of which each of `samples` draws one. */
const numbers = (entry: v.GenericSchema<unknown, number>, whole: boolean) => {
  const pair = v.strictTuple([entry, entry]);
  const step = v.pipe(v.number(), v.gtValue(0));
  return v.union([
    entry,
    v.pipe(v.array(entry), v.minLength(1), v.maxLength(MAX_VALUES)),
    // Whole numbers follow each other; of others nobody knows how far apart they are meant to be.
    v.strictObject({ from: entry, to: entry, step: whole ? v.optional(step, 1) : step }),
    v.strictObject({
      from: entry,
      to: entry,
      count: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(MAX_VALUES)),
      scale: v.optional(v.picklist(['linear', 'log']), 'linear'),
    }),
    v.strictObject({ uniform: pair }),
    v.strictObject({ logUniform: pair }),
  ]);
};

const object = (properties: JsonSchema, required: readonly string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** What `numbers` reads, for editors. */
const numbersJson = (one: JsonSchema, whole: boolean): JsonSchema => {
  const pair = { type: 'array', items: one, minItems: 2, maxItems: 2 };
  const [from, to] = [one, one];
  const step = { type: 'number', exclusiveMinimum: 0 };
  const count = { type: 'integer', minimum: 2, maximum: MAX_VALUES };
  return {
    anyOf: [
      one,
      { type: 'array', items: one, minItems: 1, maxItems: MAX_VALUES },
      object({ from, to, step }, whole ? ['from', 'to'] : ['from', 'to', 'step']),
      object({ from, to, count, scale: { enum: ['linear', 'log'] } }, ['from', 'to', 'count']),
      object({ uniform: pair }, ['uniform']),
      object({ logUniform: pair }, ['logUniform']),
    ],
  };
};

/** Everything that a numeric field can hold. */
export type NumberAxis = v.InferOutput<ReturnType<typeof numbers>>;

/** A field of whole numbers. */
export const wholes = (min: number, max: number): SweepField => ({
  schema: numbers(bounded({ min, max, whole: true }), true),
  ranged: true,
  json: numbersJson({ type: 'integer', minimum: min, maximum: max }, true),
  takes: max === Number.MAX_SAFE_INTEGER ? `whole numbers of ${min} or more` : `whole numbers from ${min} to ${max}`,
});

const numericAxis = (field: Extract<Field, { readonly kind: 'integer' | 'number' }>): SweepField => {
  if (field.kind === 'integer') return wholes(field.min, field.max);
  const { min, max, above = false } = field;
  return {
    schema: numbers(bounded({ min, max, above, whole: false }), false),
    ranged: true,
    json: numbersJson(valueSchema(field), false),
    takes: above ? `numbers above ${min}, at most ${max}` : `numbers from ${min} to ${max}`,
  };
};

/** What leaves an optional field out. */
const NONE = 'none';
export const isNone = (value: unknown): boolean => value === NONE || value === null;

/** A value of a setting as a sweep has it: `none` for null, and what the setting itself takes. */
const settingValueSchema = (setting: Setting): v.GenericSchema =>
  v.pipe(
    v.unknown(),
    v.transform((value) => (setting.field.optional === true && isNone(value) ? null : value)),
    settingSchema(setting),
  );

const takesOf = ({ field }: Setting): string => {
  switch (field.kind) {
    case 'flag':
      return 'true, false, or both';
    case 'choice':
      return field.choices.join(', ');
    case 'variant':
      return `types (${field.definitions.map(({ type }) => type).join(', ')}), or objects with a type`;
    case 'list':
      return `a list of objects with a type (${field.definitions.map(({ type }) => type).join(', ')}), or several such lists`;
    case 'size':
      return 'rows and columns such as [64, 64], or a list of them';
    default:
      return field.label;
  }
};

/** What a sweep can say of a setting. */
export const settingAxis = (setting: Setting): SweepField => {
  const { field } = setting;
  const isNumeric = field.kind === 'integer' || field.kind === 'number';
  const json = oneOrList({
    anyOf: [settingJsonSchema(setting), ...(field.optional === true ? [{ const: NONE }] : [])],
  });
  const axis: SweepField = isNumeric
    ? numericAxis(field)
    : { schema: words(settingValueSchema(setting)), one: settingValueSchema(setting), takes: takesOf(setting), json };
  const { schema, takes } = axis;
  if (field.optional !== true) return axis;
  return {
    ...axis,
    schema: isNumeric ? v.union([schema, words(settingValueSchema(setting))]) : schema,
    json: isNumeric ? { anyOf: [axis.json, json] } : axis.json,
    takes: `${takes}, or none`,
  };
};
