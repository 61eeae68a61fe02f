/** Small words that messages, forms and cards share. */

/** `1 epoch`, `3 epochs`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A sentence as the rest of a line: `Images in one step.` to `images in one step`. */
export const asPhrase = (sentence: string): string =>
  sentence.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()).replace(/\.$/, '');

/** A specification with its values: `dropout (rate 0.5)`; values of 0, which do nothing, are left out. */
export const specWords = ({
  type,
  ...values
}: {
  readonly type: string;
  readonly [field: string]: unknown;
}): string => {
  const told = Object.entries(values).filter(([, value]) => value !== 0);
  return told.length === 0 ? type : `${type} (${told.map(([name, value]) => `${name} ${value}`).join(', ')})`;
};
