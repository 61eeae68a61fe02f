/**
 * What a person may say of files instead of having it guessed: `digits.csv#label=last,size=8x8`.
 *
 * One row for each option: what it takes, in words and as a pattern, and what it makes of it.
 */
import { inputError, type LatentError } from '../../errors.ts';

/** Rows, columns, and channels where they are said. */
export interface SizeOption {
  readonly height: number;
  readonly width: number;
  readonly channels?: 1 | 3;
}

interface OptionRow<T> {
  /** In a sentence. */
  readonly doc: string;
  /** What it takes, for messages and docs. */
  readonly takes: string;
  /** All that it takes, where these are a few words. */
  readonly choices?: readonly string[];
  /** Undefined of what it does not take. */
  readonly parse: (text: string) => T | undefined;
}

const row = <T>(takes: string, doc: string, parse: (text: string) => T | undefined): OptionRow<T> => ({
  takes,
  doc,
  parse,
});

const choice = <const T extends string>(words: readonly T[], doc: string): OptionRow<T> => ({
  ...row(words.join(', '), doc, (text) => words.find((word) => word === text)),
  choices: words,
});

const parseSize = (text: string): SizeOption | undefined => {
  const [, height, width, channels] = /^(\d{1,4})x(\d{1,4})(?:x([13]))?$/.exec(text) ?? [];
  if (!(Number(height) > 0 && Number(width) > 0)) return undefined;
  const shape = { height: Number(height), width: Number(width) };
  return channels === undefined ? shape : { ...shape, channels: channels === '3' ? 3 : 1 };
};

const parseShare = (text: string): number | undefined =>
  /^0(\.\d{1,6})?$/.test(text) && Number(text) < 1 ? Number(text) : undefined;

const parseWhole =
  (max: number) =>
  (text: string): number | undefined =>
    /^\d{1,10}$/.test(text) && Number(text) <= max ? Number(text) : undefined;

/** `bytes`, `unit`, `signed`, or the highest value. */
const parseRange = (text: string): 'bytes' | 'unit' | 'signed' | number | undefined => {
  if (text === 'bytes' || text === 'unit' || text === 'signed') return text;
  return /^\d{1,9}(\.\d{1,6})?$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
};

/** `7`, `cat+dog`: a comma parts options, and so stands in no class's name here; every class has a number too. */
const parseClasses = (text: string): readonly string[] | undefined => {
  const words = text.split('+').map((word) => word.trim());
  return words.every((word) => word !== '') ? words : undefined;
};

/** Every option, in the order of the docs. */
export const READ_OPTIONS = {
  container: row(
    'the id of a container',
    'read as this, whatever the names and first bytes say',
    (text) => text || undefined,
  ),
  only: row('a text', 'take only files whose path holds it', (text) => text || undefined),
  test: row(
    '0 to below 1',
    'share of the images held out as test set where the files have none; default 0.1',
    parseShare,
  ),
  classes: row(
    'names or numbers of classes, + between',
    'keep the images of these classes alone; the classes keep their numbers',
    parseClasses,
  ),
  without: row(
    'names or numbers of classes, + between',
    'leave out the images of these classes; the others keep their numbers',
    parseClasses,
  ),
  seed: row('a whole number', 'of the choice of these images; default 0', parseWhole(2 ** 32 - 1)),
  size: row('64x48 or 64x48x3', 'height, width and channels of an image', parseSize),
  range: row(
    'bytes, unit, signed or a number',
    'what the values mean: 0 to 255, 0 to 1, -1 to 1, 0 to the number',
    parseRange,
  ),
  axes: choice(['nhwc', 'nchw', 'hwcn', 'nwhc'], 'the order of the axes of an array: number, height, width, channels'),
  order: choice(['rows', 'columns'], 'whether the numbers of an image without axes run along rows or columns'),
  colours: choice(
    ['pixels', 'planes'],
    'whether red, green and blue of a pixel stand together, or a plane of each colour',
  ),
  label: choice(['first', 'last', 'none'], 'the column with the label'),
  header: choice(['yes', 'no'], 'whether the first line names the columns'),
  labels: choice(['fine', 'coarse'], 'which of two labels of an image counts'),
  ten: choice(['zero', 'ten'], 'whether the label 10 stands for the digit 0'),
  upright: choice(['yes', 'no'], 'whether transposed pictures are turned upright'),
  channels: choice(['grey', 'colour'], 'grey or colour for all pictures'),
  ground: row(
    '0 to 255',
    'value behind what is transparent and around what is padded; where it is not said, 0 or 255, chosen once for all pictures',
    parseWhole(255),
  ),
  fit: choice(['pad', 'crop', 'stretch'], 'how pictures of other sizes are brought to the size that is asked for'),
  polarity: choice(['keep', 'invert'], 'whether all images are inverted, black for white; default keep'),
} as const;

/** Name of an option. */
export type OptionId = keyof typeof READ_OPTIONS;

/** What a person said; what is absent is guessed, and the guess is told. */
export type ReadOptions = {
  readonly [Id in OptionId]?: NonNullable<ReturnType<(typeof READ_OPTIONS)[Id]['parse']>>;
};

const isOption = (id: string): id is OptionId => Object.hasOwn(READ_OPTIONS, id);

/**
 * Options as text: `label=last,size=8x8`, or with `&` between where a comma parts other things; blank text has none.
 *
 * @throws LatentError (input) `data-option`.
 */
export const parseReadOptions = (text: string): ReadOptions => {
  const options: Record<string, unknown> = {};
  for (const part of text.split(/[,&]/).filter((piece) => piece !== '')) {
    const at = part.indexOf('=');
    const [id, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    if (!isOption(id)) throw unknownOption(id);
    const parsed = READ_OPTIONS[id].parse(value);
    if (parsed === undefined)
      throw inputError('data-option', {
        at: { subject: `the data's option "${id}"` },
        expected: READ_OPTIONS[id].takes,
        got: `"${value.slice(0, 60)}"`,
      });
    options[id] = parsed;
  }
  return options as ReadOptions;
};

const unknownOption = (id: string): LatentError =>
  inputError('data-option', {
    at: { subject: 'behind # of the data' },
    expected: `name=value, with a name of ${Object.keys(READ_OPTIONS).join(', ')}`,
    got: `"${id.slice(0, 60)}"`,
  });
