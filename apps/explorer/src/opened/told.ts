/**
 * What a person may say of a model file, where the file does not: the options of the command line.
 *
 * In: an error that asks for something, a form. Out: what the library reads the file with.
 */
import type { LatentError, ReadModelOptions } from 'latent-plane';

/** What was said of a file. */
export type Told = Pick<ReadModelOptions, 'codeOutput' | 'codeLayer' | 'inputRange'>;

/** What has to be named before a file opens. */
export interface Question {
  readonly of: 'codeOutput' | 'codeLayer';
  readonly choices: readonly string[];
}

const ASKED: Readonly<Record<string, Question['of']>> = {
  'several-outputs': 'codeOutput',
  'no-such-output': 'codeOutput',
  'no-such-layer': 'codeLayer',
};

/** What an error asks for; null where it asks for nothing that can be chosen. */
export const questionOf = ({ code, facts: { choices } }: LatentError): Question | null => {
  const of = ASKED[code];
  return of === undefined || choices === undefined || choices.length === 0 ? null : { of, choices };
};

/** The ranges that people use for black and white, as a form offers them. */
export const RANGES = ['0,1', '1,0', '0,255', '255,0', '-1,1', '1,-1'] as const;

/** `black,white` as numbers. */
export const rangeOf = (text: string): NonNullable<Told['inputRange']> => {
  const [black, white] = text.split(',').map(Number);
  return { black, white };
};

/** A range as a form has it. */
export const rangeText = ({ black, white }: NonNullable<Told['inputRange']> = { black: 0, white: 1 }): string =>
  `${black},${white}`;
