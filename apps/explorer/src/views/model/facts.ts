/**
 * A recipe, a loss, a finding's evidence in words.
 *
 * In: plain data. Out: text for people; which of it is shown where, is the views' business.
 */
import type { Finding, LossSpec, Recipe } from 'latent-plane';
import { recipeFacts as factsOf, lossWords as wordsOfLoss } from 'latent-plane/internal';

export type Fact = readonly [name: string, value: string];

/** `104,890`, whatever the language of the browser. */
export const grouped = (count: number): string => count.toLocaleString('en-US');

export const durationWords = (seconds: number): string => {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
};

export const lossWords = (loss: LossSpec): string => wordsOfLoss(loss, '×');

/** What a recipe says, field by field. */
export const recipeFacts = (recipe: Recipe): Fact[] => [
  ['Recipe', recipe.name],
  ...factsOf(recipe).map(({ label, value }): Fact => [label, value]),
];

const number = (value: number): string => String(Number(value.toPrecision(4)));

/** `deadShare` to `dead share`. */
const spaced = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();

export const evidenceFacts = ({ evidence }: Pick<Finding, 'evidence'>): Fact[] =>
  Object.entries(evidence).map(([name, value]) => {
    const list = Array.isArray(value) ? value : [value];
    const words = list.map((item: number | string) => (typeof item === 'number' ? number(item) : item));
    return [spaced(name), words.join(', ') || 'none'];
  });
