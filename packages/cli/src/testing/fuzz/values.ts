/** What can be written for a value on a command line: some that its option takes, some that it has to refuse. */
import { networks, resolveNetwork } from 'latent-plane';
import type { Dice } from '../../data/testing.ts';

export type Draw = (dice: Dice) => string;

/** A kind of value: of an option, or of an argument. */
export interface ValueKind {
  /** Taken wherever a valid line has it. */
  readonly good: Draw;
  /** Refused nearly always; a line that happens to be valid even so is no fault. */
  readonly bad: Draw;
  /** Where it names what the command writes. */
  readonly writes?: true;
}

/** Stands for the folder that the command runs in, where a path is to be absolute. */
export const WORK = '@WORK@';

/** What nobody means, but scripts and hands produce. */
const JUNK: readonly string[] = [
  '',
  ' ',
  '-',
  '--',
  '-1',
  '-0',
  '+',
  '0',
  '1e999',
  '1e3',
  '0x10',
  'NaN',
  'Infinity',
  '-Infinity',
  '1,5',
  '1_000',
  '１２',
  '9007199254740993',
  '0.1.2',
  'null',
  'undefined',
  'true',
  '__proto__',
  'constructor',
  'toString',
  '{}',
  '[]',
  '%s%n',
  '$(id)',
  '*',
  '~',
  'a b',
  'a\nb',
  '\u001b[31mred',
  '💥',
  'ﬁ',
  'a'.repeat(300),
  'x'.repeat(5000),
];

/** Places where nothing of ours has any business. */
const NOT_TO_BE_WRITTEN: readonly string[] = [
  '',
  ' ',
  '.',
  './',
  '..',
  '../..',
  WORK,
  `${WORK}/..`,
  'notes.txt',
  'notes.txt/below',
  'pictures',
  'pictures/',
  'link',
  'link/below',
  'dangling',
  'dangling/below',
  '.git',
  '.git/below',
  'node_modules',
  'node_modules/below',
  'digits',
  'runs',
  'runs/first',
  'sweeps/done',
  'models',
  'locked/below',
  '/proc/below',
  '/proc/self/below',
  '/dev/null/below',
  'no/such/folder/below',
  `long/${'n'.repeat(300)}`,
  'n'.repeat(300),
  'line\nbreak',
  '-',
  '--',
  '~/below',
  '💥',
];

/** Half of the time those that once cost somebody their files. */
const notToBeWritten: Draw = (dice) =>
  dice.pick(dice.roll(2) === 0 ? ['', '.', '..', WORK, 'notes.txt', 'pictures', '.git'] : NOT_TO_BE_WRITTEN);

const other =
  (own: readonly string[]): Draw =>
  (dice) =>
    dice.roll(2) === 0 || own.length === 0 ? dice.pick(JUNK) : dice.pick(own);

/** One of several words; others are refused. */
export const words = (good: readonly string[], bad: readonly string[] = []): ValueKind => ({
  good: (dice) => dice.pick(good),
  bad: other([...bad, ...good.map((word) => word.toUpperCase()), ...good.map((word) => word.slice(0, -1))]),
});

/** A number: some that keep the work small, and those beyond its bounds. */
export const numbers = (good: readonly number[], beyond: readonly (number | string)[]): ValueKind => ({
  good: (dice) => String(dice.pick(good)),
  bad: other(beyond.map(String)),
});

/** Something that is read: a model, data, a file. */
export const inputs = (good: readonly string[], bad: readonly string[]): ValueKind => ({
  good: (dice) => dice.pick(good),
  bad: other(bad),
});

const fresh = (dice: Dice): string => dice.pick(['', './', `${WORK}/`]) + dice.pick(['made', 'gemacht-ü', 'a b']);

/** A file to write, by its extension. */
export const outputFile = (...extensions: readonly string[]): ValueKind => ({
  good: (dice) => `${dice.pick(['', 'new/'])}${dice.pick(['made', 'gemacht-ü', 'a b'])}${dice.pick(extensions)}`,
  bad: (dice) =>
    dice.roll(2) === 0
      ? notToBeWritten(dice) + dice.pick(['', ...extensions])
      : dice.pick(['made', 'made.txt', 'made.tar.gz', `made${extensions[0]}/`, ...JUNK]),
  writes: true,
});

/** A folder to write. */
export const outputFolder: ValueKind = {
  good: (dice) => fresh(dice) + dice.pick(['', '/']),
  bad: notToBeWritten,
  writes: true,
};

/** Either, as the extension says. */
export const outputPath = (...extensions: readonly string[]): ValueKind => ({
  good: (dice) => (dice.roll(2) === 0 ? outputFolder : outputFile(...extensions)).good(dice),
  bad: (dice) => (dice.roll(2) === 0 ? outputFolder : outputFile(...extensions)).bad(dice),
  writes: true,
});

const UNREADABLE: readonly string[] = [
  'notes.txt',
  'config.json',
  'pictures',
  'pictures/holiday.png',
  'empty',
  'dangling',
  'locked',
  'none',
  'runs/none',
  '.',
  '..',
  '/',
  '/dev/null',
  '/proc/self/mem',
  '/proc/self',
];

/** More parameters take longer than a line is worth. */
const MAX_PARAMETERS = 300_000;
const small = networks.filter((network) => resolveNetwork(network).parameterCount <= MAX_PARAMETERS);
const autoencoders = small.filter(({ kind }) => kind === 'autoencoder').map(({ id }) => id);
const trainable = small
  .filter((network) => network.kind === 'classifier' || network.frozenEncoder === undefined)
  .map(({ id }) => id);

const NO_NETWORKS: readonly string[] = ['dense', 'Dense-1', 'cnn-9', 'convdense-2-tuned', 'zoo', 'runs/first'];
const OWN_RUNS: readonly string[] = ['runs/first', 'runs/second', './runs/first/', `${WORK}/runs/second`];
const OWN_FILES: readonly string[] = [
  'models/one.keras',
  'models/onnx/autoencoder.onnx',
  'models/web/model.json',
  'models/web',
];
const NO_MODELS: readonly string[] = ['classifier', 'runs/half', 'sweeps/done', 'digits', ...UNREADABLE];
const DATA: readonly string[] = ['digits', './digits/', 'packed', `${WORK}/digits`];

export const networkId = words(trainable, NO_NETWORKS);
export const decoderId = words(autoencoders, ['classifier', ...NO_NETWORKS]);
/** Runs and files of ours; a network of the zoo would be measured on all images where no data are named. */
export const ownModel = inputs([...OWN_RUNS, ...OWN_FILES], NO_MODELS);
export const anyModel = inputs([...OWN_RUNS, ...OWN_FILES, ...autoencoders], NO_MODELS);
export const modelFile = inputs(OWN_FILES, ['runs/first', 'dense-1', ...NO_MODELS]);
export const ownRun = inputs(OWN_RUNS, NO_MODELS);
export const data = inputs(
  [...DATA, './mnist'],
  ['squares', 'broken', 'fashion-mnist', 'runs/first', ...UNREADABLE.filter((path) => path !== '/proc/self/mem')],
);
/** Files and folders alone. */
export const imageFiles = inputs(DATA, ['broken', 'fashion-mnist', ...UNREADABLE]);
/** For verbs that look at data and no more. */
export const anyData = inputs([...DATA, './mnist', 'squares', 'mnist'], ['broken', ...UNREADABLE]);
/** As many images as a line is worth. */
export const packable = inputs([...DATA, 'squares'], ['broken', ...UNREADABLE]);
export const textFile = (...good: readonly string[]): ValueKind => inputs(good, UNREADABLE);
