/** What a person may leave out of a file or write shortly, in full: data before they are checked. */
import type { Field, Fields, VariantDefinition } from './fields.ts';
import { withCurrentNames } from './former-names.ts';
import { isRecord } from './parse-json.ts';

/** Whether a file may leave a field out. */
export const mayBeAbsent = ({ optional, fileDefault }: Field): boolean =>
  optional === true || fileDefault !== undefined;

/** Whether a type's name alone says all that a file has to say of it. */
export const needsNoField = ({ fields }: Pick<VariantDefinition, 'fields'>): boolean =>
  Object.values(fields).every(mayBeAbsent);

type Typed = Pick<VariantDefinition, 'type' | 'fields'>;

/** A value of one of several types in full: a type alone for one that needs no field. */
export const completedVariant = (value: unknown, definitions: readonly Typed[]): unknown => {
  if (typeof value === 'string') {
    const named = definitions.find(({ type }) => type === value);
    return named !== undefined && needsNoField(named) ? completedFields({ type: value }, named.fields) : value;
  }
  const definition = isRecord(value) ? definitions.find(({ type }) => type === value.type) : undefined;
  return definition === undefined ? value : completedFields(value, definition.fields);
};

const completedValue = (value: unknown, field: Field): unknown => {
  switch (field.kind) {
    case 'size':
      return typeof value === 'number' ? [value, value] : value;
    case 'variant':
      return completedVariant(value, field.definitions);
    case 'list':
      return Array.isArray(value) ? value.map((entry) => completedVariant(entry, field.definitions)) : value;
    default:
      return value;
  }
};

/**
 * An object of these fields in full: current names, what its absent fields mean, `[3, 3]` for a size of `3`. What is no
 * such object stays as it is, for the schema to refuse.
 */
export const completedFields = (given: unknown, fields: Fields): unknown => {
  const value = withCurrentNames(given, fields);
  if (!isRecord(value)) return value;
  const absent = Object.entries(fields).filter(
    ([name, { optional, fileDefault }]) => optional !== true && fileDefault !== undefined && value[name] === undefined,
  );
  return {
    ...Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [
        name,
        Object.hasOwn(fields, name) ? completedValue(entry, fields[name]) : entry,
      ]),
    ),
    ...Object.fromEntries(absent.map(([name, { fileDefault }]) => [name, fileDefault])),
  };
};
