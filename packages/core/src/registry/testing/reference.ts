/** Pages of the docs out of definitions: tables of fields, and a section for each type. */
import type { Field, Fields } from '../index.ts';

/** What a field takes, in words: `a whole number, 1 to 65536`. */
export const takes = (field: Field): string => {
  switch (field.kind) {
    case 'integer':
      return field.max === Number.MAX_SAFE_INTEGER
        ? `a whole number, ${field.min} or more`
        : `a whole number, ${field.min} to ${field.max}`;
    case 'number':
      return field.above === true
        ? `a number above ${field.min}, up to ${field.max}`
        : `a number, ${field.min} to ${field.max}`;
    case 'flag':
      return 'true or false';
    case 'choice':
      return field.choices.map((choice) => `\`${choice}\``).join(', ');
    case 'size':
      return `rows and columns, ${field.min} to ${field.max} each`;
    case 'shape':
      return `one to three sizes, ${field.min} to ${field.max} each`;
    case 'text':
      return 'text';
    case 'variant':
      return field.definitions.map(({ type }) => `\`${type}\``).join(', ');
    case 'list':
      return `a list of ${field.definitions.map(({ type }) => `\`${type}\``).join(', ')}`;
  }
};

/** A Markdown table; `|` in cells is escaped. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

/** What a table says of a field: its sentence, where it comes from, what it was called. */
export const about = ({ doc, formerNames = [] }: Field, source?: string): string =>
  [
    doc,
    ...(source === undefined ? [] : [`Source: ${source}.`]),
    ...(formerNames.length === 0 ? [] : [`Formerly ${formerNames.map((name) => `\`${name}\``).join(', ')}.`]),
  ].join(' ');

/** What a file means that leaves a field out: a value, what the field's sentence says, or nothing at all. */
const whenAbsent = ({ optional, fileDefault }: Field): string => {
  if (fileDefault !== undefined) return `\`${JSON.stringify(fileDefault)}\``;
  return optional === true ? 'see there' : 'has to be said';
};

/** The fields of a type, with what a file means that leaves one out, and what a form begins with. */
export const fieldTable = (fields: Fields): string =>
  table(
    ['field', 'takes', 'absent in a file', 'a form begins with', ''],
    Object.entries(fields).map(([name, field]) => [
      `\`${name}\``,
      takes(field),
      whenAbsent(field),
      `\`${JSON.stringify(field.default)}\``,
      about(field),
    ]),
  );

interface Described {
  readonly type: string;
  readonly label: string;
  readonly doc: string;
  readonly formula: string;
  readonly source?: string;
  readonly fields: Fields;
}

/** A section for a type: what it is, its formula and source, its fields. */
export const section = ({ type, label, doc, formula, source, fields }: Described): string =>
  [
    `### ${label}: \`${type}\``,
    doc,
    `\`${formula}\``,
    ...(source === undefined ? [] : [`Source: ${source}.`]),
    ...(Object.keys(fields).length === 0 ? [] : [fieldTable(fields)]),
  ].join('\n\n');
