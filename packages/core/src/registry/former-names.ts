/** Renames fields within plain data: to the names that they have now, and to those that they had first. */
import type { Field, Fields } from './fields.ts';
import { isRecord } from './parse-json.ts';

type NameOf = (fields: Fields, name: string) => string;

const currentName: NameOf = (fields, name) =>
  Object.hasOwn(fields, name)
    ? name
    : (Object.entries(fields).find(([, { formerNames = [] }]) => formerNames.includes(name))?.[0] ?? name);

const firstName: NameOf = (fields, name) =>
  (Object.hasOwn(fields, name) ? fields[name].formerNames?.[0] : undefined) ?? name;

const renamedValue = (value: unknown, field: Field, nameOf: NameOf): unknown => {
  if (field.kind === 'list' && Array.isArray(value))
    return value.map((entry) => renamedValue(entry, { ...field, kind: 'variant', default: undefined }, nameOf));
  if (field.kind !== 'variant' || !isRecord(value)) return value;
  const definition = field.definitions.find(({ type }) => type === value.type);
  return definition === undefined ? value : renamedObject(value, definition.fields, nameOf);
};

const renamedObject = (value: unknown, fields: Fields, nameOf: NameOf): unknown => {
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([name, entry]): [string, unknown] => {
    const other = nameOf(fields, name);
    const current = currentName(fields, name);
    const renamed = Object.hasOwn(fields, current) ? renamedValue(entry, fields[current], nameOf) : entry;
    // Of two values for one field neither is taken for the other: both stay, and the schema refuses the former name.
    return [other !== name && Object.hasOwn(value, other) ? name : other, renamed];
  });
  return Object.fromEntries(entries);
};

/** The same object under the names that its fields have now, within specifications too; other data as they are. */
export const withCurrentNames = (value: unknown, fields: Fields): unknown => renamedObject(value, fields, currentName);

/** A field's value with the names that fields within it have now. */
export const valueWithCurrentNames = (value: unknown, field: Field): unknown => renamedValue(value, field, currentName);

/** The same object under the names that its fields had first: what ids are made of, which outlive names. */
export const withFirstNames = (value: unknown, fields: Fields): unknown => renamedObject(value, fields, firstName);
