/**
 * Options of reading as a person sets them, and what a note offers to read otherwise.
 *
 * In: options as text, a note. Out: options as text, the note in parts. What an option takes is the library's table's.
 */
import { type OptionId, READ_OPTIONS } from 'latent-plane/internal';

export const ALL_OPTIONS = Object.keys(READ_OPTIONS) as readonly OptionId[];

export type OptionValues = ReadonlyMap<OptionId, string>;

const isOption = (id: string): id is OptionId => Object.hasOwn(READ_OPTIONS, id);

/** `label=last,size=8x8` by option. */
export const optionValues = (text: string): OptionValues =>
  new Map(
    text.split(',').flatMap((pair): (readonly [OptionId, string])[] => {
      const at = pair.indexOf('=');
      const id = pair.slice(0, at);
      return at > 0 && isOption(id) ? [[id, pair.slice(at + 1)]] : [];
    }),
  );

/** The options with another value of one; without it where the value is empty. */
export const withOption = (text: string, id: OptionId, value: string): string => {
  const values = new Map(optionValues(text));
  if (value === '') values.delete(id);
  else values.set(id, value);
  return [...values].map((pair) => pair.join('=')).join(',');
};

/** What is wrong with a value; null where it can be read with. */
export const optionFault = (id: OptionId, value: string): string | null => {
  if (value === '') return null;
  const { takes, parse } = READ_OPTIONS[id];
  if (/[,&]/.test(value)) return 'A comma or & cannot stand in it.';
  return parse(value) === undefined ? `Takes ${takes}.` : null;
};

/** A guess that can be overruled: with a value, or by one that a person has to say. */
export interface Offer {
  readonly id: OptionId;
  /** Null where a person has to say it. */
  readonly value: string | null;
}

export interface ReadNote {
  readonly text: string;
  readonly offers: readonly Offer[];
}

/** Values that stand for one: `#size=HxW`, `#test=SHARE`. */
const isPlaceholder = (value: string): boolean => /^[A-Z]/.test(value);

/** `size=64x48` where the command line has `#size=64x48`. */
export const withoutMarks = (text: string): string => text.replace(/#(?=\w+=)/g, '');

/** A note of a reader, whose `(#label=none)` are offers. */
export const readNote = (note: string): ReadNote => {
  const offers = [...note.matchAll(/#(\w+)=([\w.]+)/g)].flatMap(([, id, value]): Offer[] =>
    isOption(id) ? [{ id, value: isPlaceholder(value) || optionFault(id, value) !== null ? null : value }] : [],
  );
  const text = withoutMarks(note.replace(/ ?\(#\w+=[^)]*\)/g, ''));
  return { text: `${text.charAt(0).toUpperCase()}${text.slice(1)}`, offers };
};
