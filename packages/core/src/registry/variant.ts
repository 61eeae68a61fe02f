/** Reads a value that is one of several types of specification, told apart by `type`. */
import * as v from 'valibot';
import { internalError } from '../errors.ts';
import { choiceSchema, type FieldSchema } from './validation.ts';

interface TypedSchema<Value> {
  readonly type: string;
  readonly schema: FieldSchema<Value>;
}

/**
 * The schema of a value of any of these types: its `type` is checked first, then the fields of that type.
 *
 * @param what - as messages name such a value: `layer`.
 */
export const variantSchema = <Value>(definitions: readonly TypedSchema<Value>[], what: string): FieldSchema<Value> => {
  const article = /^[aeiou]/.test(what) ? 'an' : 'a';
  const typeSchema = v.looseObject({ type: choiceSchema(definitions.map(({ type }) => type)) }, `${article} ${what}`);
  // Refuses a value whose `type` names none, at the path of that `type`.
  const noneSchema: FieldSchema<never> = v.pipe(
    typeSchema,
    v.transform((): never => {
      throw internalError(`a ${what} type without a definition passed its check`);
    }),
  );
  return v.lazy((value): FieldSchema<Value> => {
    const read = v.safeParse(typeSchema, value);
    const definition = read.success ? definitions.find(({ type }) => type === read.output.type) : undefined;
    return definition?.schema ?? noneSchema;
  });
};
