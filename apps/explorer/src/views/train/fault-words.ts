/**
 * A fault of a file in sentences for a person.
 *
 * In: the facts of an error. Out: text.
 */
import type { ErrorFacts, ErrorPlace } from 'latent-plane';

const sentence = (text: string): string => {
  const whole = text.trim();
  return whole === '' ? '' : `${whole[0].toUpperCase()}${whole.slice(1)}${/[.!?:)]$/.test(whole) ? '' : '.'}`;
};

/** `Line 8, column 24: layer "encoder/dense_1", field "units".` */
export const placeWords = ({ line, column, part, layer, field }: ErrorPlace): string => {
  const place = [
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(column === undefined ? [] : [`column ${column}`]),
  ].join(', ');
  const what = [
    ...(layer === undefined ? [] : [`layer "${[part, layer].filter((name) => name !== undefined).join('/')}"`]),
    ...(field === undefined ? [] : [`field "${field}"`]),
  ].join(', ');
  return sentence([place, what].filter((text) => text !== '').join(': '));
};

/** What is wrong, what was expected and came, and what to do. */
export const sentenceOf = ({ problem, expected, got, hint }: ErrorFacts): string =>
  [
    problem,
    expected === undefined ? undefined : `expected ${expected}${got === undefined ? '' : `, got ${got}`}`,
    expected === undefined && got !== undefined ? `it has ${got}` : undefined,
    hint,
  ]
    .flatMap((text) => (text === undefined ? [] : [sentence(text)]))
    .join(' ');
