/** Reads a value that is one of several types of specification, told apart by `type`. */
import * as v from 'valibot';
import { internalError } from '../errors.ts';
import { isRecord } from './parse-json.ts';
import { suggestion } from './registry.ts';
import { choiceSchema, type FieldSchema } from './validation.ts';

interface TypedSchema<Value> {
  readonly type: string;
  readonly schema: FieldSchema<Value>;
  /** What messages show as an example. */
  readonly defaults?: unknown;
}

/** The fields of an example, as a file may have them: `{ type: kl, weight: 1 }`. */
const exampleOf = ({ type, defaults }: Omit<TypedSchema<unknown>, 'schema'>): string => {
  const { type: _, ...fields } = isRecord(defaults) ? defaults : { type };
  // What lies within others would be longer than the rest.
  const words = Object.entries(fields).filter(([, value]) => typeof value !== 'object');
  return `{ ${[['type', type], ...words].map(([name, value]) => `${name}: ${value}`).join(', ')} }`;
};

const articleOf = (what: string): string => (/^[aeiou]/.test(what) ? 'an' : 'a');

/**
 * The schema of a value of any of these types: its `type` is checked first, then the fields of that type.
 *
 * @param what - as messages name such a value: `layer`.
 */
export const variantSchema = <Value>(definitions: readonly TypedSchema<Value>[], what: string): FieldSchema<Value> => {
  const types = definitions.map(({ type }) => type);
  const usual = definitions.find(({ defaults }) => defaults !== undefined) ?? definitions[0];
  /** What is said of a value that is no object, or has no type. */
  const expected = (input: unknown): string => {
    if (typeof input !== 'string') return `${articleOf(what)} ${what} such as ${exampleOf(usual)}`;
    const named = definitions.find(({ type }) => type === input);
    if (named !== undefined) return `${articleOf(what)} ${what} with its fields, such as ${exampleOf(named)}`;
    const guess = suggestion(input, types);
    return `${articleOf(what)} ${what}, one of ${types.join(', ')}${guess === '' ? '' : ` (${guess})`}`;
  };
  const typeSchema = v.looseObject({ type: choiceSchema(types) }, ({ input }) => expected(input));
  // Refuses a value whose `type` names none, at the path of that `type`.
  const noneSchema: FieldSchema<never> = v.pipe(
    typeSchema,
    v.transform((): never => {
      throw internalError(`a ${what} type without a definition passed its check`);
    }),
  );
  // A list is an object to JavaScript, and none to whoever wrote it.
  const listSchema = v.custom<Value>(
    () => false,
    ({ input }) => expected(input),
  );
  return v.lazy((value): FieldSchema<Value> => {
    if (Array.isArray(value)) return listSchema;
    const read = v.safeParse(typeSchema, value);
    const definition = read.success ? definitions.find(({ type }) => type === read.output.type) : undefined;
    return definition?.schema ?? noneSchema;
  });
};
