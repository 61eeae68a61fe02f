/**
 * A listing of files into images: which container they are, what it read, which images are for training and which for test.
 *
 * The same in Node and in the page: all bytes come through `SourceFile`.
 */
import { inputError, type LatentError } from '../../errors.ts';
import { countShared, sharedWords } from '../duplicates.ts';
import { highestLabel, MAX_CLASSES, numberedClasses } from '../labels.ts';
import type { Codecs } from '../pictures/decoder.ts';
import type { Dataset } from '../types.ts';
import { withoutArchives } from './archives.ts';
import type { Container, PictureDefaults } from './container.ts';
import { type JoinedParts, joinParts } from './join.ts';
import { CONTAINERS } from './list.ts';
import type { ReadOptions } from './options.ts';
import { withPolarity } from './polarity.ts';
import { filesWords, headOf, plainName, type ReadProgress, type Source, type SourceFile, textOf } from './source.ts';
import { isModelFile, wrongContent } from './wrong-content.ts';

/** What was read. */
export interface ReadImages extends Pick<Dataset, 'classNames' | 'train' | 'test'> {
  /** Id of the container. */
  readonly container: string;
  /** What was guessed or left out, a sentence each. */
  readonly notes: readonly string[];
}

/** What reading needs beside the bytes. */
export interface ReadTools {
  /** Decoders of pictures that are WebAssembly; without them such pictures are left out. */
  readonly codecs?: Codecs;
  /** Told how far reading has come. */
  readonly onProgress?: ReadProgress;
  /** The shape that pictures are brought to where no option says another; all of one size as they are when absent. */
  readonly pictureDefaults?: PictureDefaults;
}

/** A line for each class, that of label 0 first; beside any data. */
export const CLASSES_FILE = 'classes.txt';

/** Where the names of classes may lie: beside the files, or in the one folder that an archive has around them. */
const classesPath = (files: readonly SourceFile[]): string => {
  const tops = new Set(files.map(({ path }) => (path.includes('/') ? path.slice(0, path.indexOf('/') + 1) : '')));
  const [top] = tops;
  return tops.size === 1 && top !== undefined ? `${top}${CLASSES_FILE}` : CLASSES_FILE;
};

/** Files whose names no container knows are opened, to be told by their first bytes; no more of them than this. */
const MAX_HEADS = 64;

/** What systems leave in folders and archives. */
const isHidden = ({ path }: SourceFile): boolean =>
  path.split('/').some((part) => /^\.|^__MACOSX$|^Thumbs\.db$|^desktop\.ini$/i.test(part));

interface Claim {
  readonly container: Container;
  readonly files: readonly SourceFile[];
}

const bytesOf = (files: readonly SourceFile[]): number => files.reduce((sum, { size }) => sum + size, 0);

/** Which files are whose, those with the most bytes first. */
const claimFiles = async (files: readonly SourceFile[]): Promise<readonly Claim[]> => {
  const claims = new Map<Container, SourceFile[]>();
  const claim = (container: Container, file: SourceFile): void => {
    claims.set(container, [...(claims.get(container) ?? []), file]);
  };
  const unknown: SourceFile[] = [];
  const byName = new Map<Container, SourceFile[]>();
  for (const file of files) {
    const owner = CONTAINERS.find(({ names }) => names.test(plainName(file)));
    if (owner === undefined) unknown.push(file);
    else {
      const own = byName.get(owner);
      if (own) own.push(file);
      else byName.set(owner, [file]);
    }
  }
  for (const [container, own] of byName) claims.set(container, own);
  for (const file of unknown.slice(0, MAX_HEADS)) {
    const head = await headOf(file);
    const owner = CONTAINERS.find(({ begins }) => begins?.(head));
    if (owner !== undefined) claim(owner, file);
  }
  return CONTAINERS.flatMap((container) => {
    const own = claims.get(container);
    return own === undefined ? [] : [{ container, files: own }];
  }).sort((a, b) => bytesOf(b.files) - bytesOf(a.files));
};

const nothingWords = ({ only }: ReadOptions): string =>
  only === undefined ? 'no file' : `no file whose path holds "${only.slice(0, 60)}"`;

/** Nothing that any container knows: what lies there instead. */
const nothingKnown = async (
  source: Source,
  files: readonly SourceFile[],
  options: ReadOptions,
): Promise<LatentError> => {
  const expected = CONTAINERS.map(({ label }) => label).join(', ');
  const model = files.find(({ path }) => isModelFile(path));
  if (model)
    return inputError('not-data', {
      at: { file: model.name },
      expected,
      got: 'a model, or a part of one',
      hint: 'give it where a MODEL is asked for, and the images as DATASET',
    });
  for (const file of files.slice(0, MAX_HEADS)) {
    const wrong = wrongContent(await headOf(file));
    if (wrong) return inputError('not-data', { at: { file: file.name }, expected, got: wrong.what, hint: wrong.hint });
  }
  const got = files.length === 0 ? nothingWords(options) : filesWords(files, 'other ');
  return inputError('dataset-file-missing', {
    at: { file: source.name },
    expected: `files of images (${expected})`,
    got,
    hint: 'docs/images.md tells what is read',
  });
};

/** What is read, and what is not. */
interface Chosen extends Claim {
  /** Files that other containers know. */
  readonly others: readonly Claim[];
  /** Files that none knows. */
  readonly unknown: readonly SourceFile[];
}

const chosen = async (source: Source, files: readonly SourceFile[], options: ReadOptions): Promise<Chosen> => {
  const { container: id } = options;
  if (id !== undefined) {
    const container = CONTAINERS.find((known) => known.id === id);
    if (container === undefined)
      throw inputError('data-option', {
        at: { subject: 'the data\'s option "container"' },
        expected: `one of ${CONTAINERS.map((known) => known.id).join(', ')}`,
        got: `"${id.slice(0, 60)}"`,
      });
    const named = files.filter((file) => container.names.test(plainName(file)));
    return { container, files: named.length > 0 ? named : files, others: [], unknown: [] };
  }
  const claims = await claimFiles(files);
  if (claims.length === 0) throw await nothingKnown(source, files, options);
  const known = new Set(claims.flatMap((claim) => claim.files));
  return { ...claims[0], others: claims.slice(1), unknown: files.filter((file) => !known.has(file)) };
};

/** A readme and a licence beside images say nothing; as many files as this do. */
const MANY_UNKNOWN = 10;

/** Which of several containers was taken, and what else lies there. */
const leftOutNotes = ({ container, files, others, unknown }: Chosen): readonly string[] => {
  const which = files.length === 1 ? `: ${files[0].path}` : '';
  const left = others.map((claim) => `${claim.files.length} of ${claim.container.label}`).join(', ');
  const ways = others.map((claim) => `#container=${claim.container.id}`).join(', ');
  return [
    ...(others.length === 0
      ? []
      : [`read as ${container.label}${which}; files of other kinds left out: ${left} (${ways}, #only=TEXT)`]),
    ...(unknown.length > Math.max(MANY_UNKNOWN, files.length)
      ? [`${filesWords(unknown, 'other ')}, which are no images, were left out`]
      : []),
  ];
};

/** Names of classes out of `classes.txt`; undefined where there is none. @throws LatentError (input) `classes`. */
const readClasses = async (files: readonly SourceFile[]): Promise<readonly string[] | undefined> => {
  const file = files.find(({ path }) => path === classesPath(files));
  if (file === undefined) return undefined;
  const names = (await textOf(file)).split(/\r?\n/).filter((name) => name !== '');
  if (names.length > 0 && names.length <= MAX_CLASSES) return names;
  throw inputError('classes', {
    at: { file: file.name },
    expected: `1 to ${MAX_CLASSES} names, one a line`,
    got: `${names.length}`,
  });
};

const namesOf = (
  { train, test, isLabelled }: JoinedParts,
  own: readonly string[] | undefined,
  source: string,
): readonly string[] => {
  if (!isLabelled) return [];
  if (own === undefined) return numberedClasses(train.labels, test.labels);
  const highest = highestLabel(train.labels, test.labels);
  if (highest < own.length) return own;
  throw inputError('label-range', {
    at: { file: source, subject: `label ${highest}` },
    expected: `0 to ${own.length - 1} for ${own.length} classes`,
    hint: `where classes have names each needs one: give ${CLASSES_FILE} ${highest + 1} lines, that of label 0 first, or leave it out`,
  });
};

/**
 * Reads images of any container.
 *
 * @param source - a folder's files, an archive's, or one file.
 * @param options - what a person says instead of having it guessed.
 * @param tools - codecs, and who is told of progress.
 * @throws LatentError (input) that names the file, what was found and what to do.
 */
export const readImages = async (
  source: Source,
  options: ReadOptions = {},
  { codecs, onProgress, pictureDefaults }: ReadTools = {},
): Promise<ReadImages> => {
  const unpacked = await withoutArchives(source, onProgress);
  const seen = unpacked.files.filter((file) => !isHidden(file));
  const classNames = await readClasses(seen);
  const { only } = options;
  const named = classesPath(seen);
  const files = seen
    .filter(({ path }) => path !== named && (only === undefined || path.includes(only)))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const choice = await chosen(source, files, options);
  const { container, files: own } = choice;
  const content = await container.read({
    source: source.name,
    files: own,
    beside: files,
    options,
    ...(classNames === undefined ? {} : { classNames }),
    ...(codecs === undefined ? {} : { codecs }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(pictureDefaults === undefined ? {} : { pictureDefaults }),
  });
  const taken = new Set(own);
  const beside = files.filter((file) => !taken.has(file));
  const joined = joinParts(content.parts, options, { source: source.name, beside });
  const shared = countShared(joined.train, joined.test);
  const { train, test, notes } = withPolarity(joined, options);
  return {
    container: container.id,
    classNames: namesOf(joined, classNames ?? content.classNames, source.name),
    train,
    test,
    notes: [
      ...unpacked.notes,
      ...leftOutNotes(choice),
      ...content.notes,
      ...notes,
      ...joined.notes,
      ...(shared === 0 ? [] : [sharedWords(shared, test)]),
    ],
  };
};
