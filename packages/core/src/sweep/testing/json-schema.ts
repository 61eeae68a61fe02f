/**
 * Whether data follow a JSON Schema: the keywords that our schemas have, and an error for every other, so that none is
 * passed over. Source: https://json-schema.org/draft/2020-12/json-schema-validation
 */
import { isRecord } from '../../registry/parse-json.ts';

type Check = (value: unknown, given: unknown, schema: Readonly<Record<string, unknown>>) => boolean;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const list = (given: unknown): readonly unknown[] => (Array.isArray(given) ? given : []);
const record = (given: unknown): Readonly<Record<string, unknown>> => (isRecord(given) ? given : {});

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isRecord,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

const onNumber =
  (holds: (value: number, bound: number) => boolean): Check =>
  (value, given) =>
    typeof value !== 'number' || holds(value, Number(given));
const onText =
  (holds: (value: string, given: unknown) => boolean): Check =>
  (value, given) =>
    typeof value !== 'string' || holds(value, given);
const onArray =
  (holds: (value: readonly unknown[], given: unknown) => boolean): Check =>
  (value, given) =>
    !Array.isArray(value) || holds(value, given);

/** A check of a whole schema; `root` is where `$ref` leads into. */
export const follows = (root: Readonly<Record<string, unknown>>, value: unknown): boolean => {
  const checks: Readonly<Record<string, Check>> = {
    type: (data, type) => TYPES[String(type)](data),
    const: same,
    enum: (data, choices) => list(choices).some((choice) => same(choice, data)),
    minimum: onNumber((data, bound) => data >= bound),
    maximum: onNumber((data, bound) => data <= bound),
    exclusiveMinimum: onNumber((data, bound) => data > bound),
    minLength: onText((data, length) => data.length >= Number(length)),
    maxLength: onText((data, length) => data.length <= Number(length)),
    pattern: onText((data, pattern) => new RegExp(String(pattern)).test(data)),
    minItems: onArray((data, count) => data.length >= Number(count)),
    maxItems: onArray((data, count) => data.length <= Number(count)),
    items: onArray((data, items) => data.every((item) => holds(item, record(items)))),
    required: (data, names) => !isRecord(data) || list(names).every((name) => Object.hasOwn(data, String(name))),
    properties: (data, properties) =>
      !isRecord(data) ||
      Object.entries(record(properties)).every(
        ([name, inner]) => !Object.hasOwn(data, name) || holds(data[name], record(inner)),
      ),
    additionalProperties: (data, allowed, { properties }) =>
      !isRecord(data) ||
      allowed !== false ||
      Object.keys(data).every((name) => Object.hasOwn(record(properties), name)),
    oneOf: (data, branches) => list(branches).filter((branch) => holds(data, record(branch))).length === 1,
    anyOf: (data, branches) => list(branches).some((branch) => holds(data, record(branch))),
    $ref: (data, reference) => {
      const steps = String(reference).split('/').slice(1);
      return holds(data, record(steps.reduce<unknown>((at, step) => record(at)[step], root)));
    },
  };
  const SILENT = ['$schema', '$defs', 'title', 'description', 'default'];
  const holds = (data: unknown, schema: Readonly<Record<string, unknown>>): boolean =>
    Object.entries(schema).every(([keyword, given]) => {
      if (SILENT.includes(keyword)) return true;
      if (!Object.hasOwn(checks, keyword))
        throw new Error(`a schema has the keyword "${keyword}", which is not checked here`);
      return checks[keyword](data, given, schema);
    });
  return holds(value, root);
};
