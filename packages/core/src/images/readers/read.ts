/**
 * A listing of files into images: which container they are, what it read, which images are for training and which for test.
 *
 * The same in Node and in the page: all bytes come through `SourceFile`.
 */
import { inputError, type LatentError } from '../../errors.ts';
import { countShared, sharedWords } from '../duplicates.ts';
import { highestLabel, MAX_CLASSES, narrowLabels, numberedClasses } from '../labels.ts';
import type { Codecs } from '../pictures/decoder.ts';
import { imageSize } from '../shape.ts';
import { takeImages } from '../split.ts';
import { asStored, mapStored, readAll, sampleOf, takeStored } from '../stored.ts';
import type { Dataset, ImageSet, StoredSets } from '../types.ts';
import { withoutArchives } from './archives.ts';
import { withClasses } from './class-choice.ts';
import type {
  Container,
  Content,
  EachContent,
  NamedImage,
  Part,
  PictureDefaults,
  ReadContext,
  StoredContent,
  StoredPart,
} from './container.ts';
import { type JoinedParts, joinParts, joinStoredParts, type Surroundings } from './join.ts';
import { CONTAINERS } from './list.ts';
import type { ReadOptions } from './options.ts';
import { inverted, withPolarity } from './polarity.ts';
import { filesWords, headOf, plainName, type ReadProgress, type Source, type SourceFile, textOf } from './source.ts';
import { isModelFile, wrongContent } from './wrong-content.ts';

/** What was read. */
export interface ReadImages extends Pick<Dataset, 'classNames' | 'train' | 'test' | 'names'> {
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
  const named = classesPath(files);
  const file = files.find(({ path }) => path === named);
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
  { train, test, isLabelled }: JoinedParts<Pick<ImageSet, 'labels'>>,
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

interface Prepared {
  readonly container: Container;
  readonly context: ReadContext;
  readonly surroundings: Surroundings;
  /** Sentences on files that are left out. */
  readonly notes: readonly string[];
}

/** Which container reads which files. */
const prepared = async (source: Source, options: ReadOptions, tools: ReadTools): Promise<Prepared> => {
  const { codecs, onProgress, pictureDefaults } = tools;
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
  const taken = new Set(own);
  return {
    container,
    context: {
      source: source.name,
      files: own,
      beside: files,
      options,
      ...(classNames === undefined ? {} : { classNames }),
      ...(codecs === undefined ? {} : { codecs }),
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(pictureDefaults === undefined ? {} : { pictureDefaults }),
    },
    surroundings: { source: source.name, beside: files.filter((file) => !taken.has(file)) },
    notes: [...unpacked.notes, ...leftOutNotes(choice)],
  };
};

const isInMemory = (content: Content | StoredContent): content is Content =>
  content.parts.every((part) => 'pixels' in part);

const readParts = async (
  { parts }: StoredContent,
  options: ReadOptions,
  surroundings: Surroundings,
): Promise<JoinedParts> => {
  const { train, test, ...rest } = joinStoredParts(parts, options, surroundings);
  // The smaller set first: with the larger one what was decoded can go, piece by piece.
  const smaller = await readAll(test);
  return { ...rest, train: await readAll(train), test: smaller };
};

const readPrepared = async (
  { container, context, surroundings, notes: chosenNotes }: Prepared,
  options: ReadOptions,
): Promise<ReadImages> => {
  const content = await container.read(context);
  const joined = isInMemory(content)
    ? joinParts(content.parts, options, surroundings)
    : await readParts(content, options, surroundings);
  const classNames = namesOf(joined, context.classNames ?? content.classNames, surroundings.source);
  const taken = withClasses(joined, classNames, options, takeImages);
  const { train, test, notes } = withPolarity(taken, options);
  return {
    container: container.id,
    classNames,
    train,
    test,
    ...(taken.names && { names: taken.names }),
    notes: [...chosenNotes, ...content.notes, ...notes, ...joined.notes, ...taken.notes],
  };
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
  tools: ReadTools = {},
): Promise<ReadImages> => {
  const read = await readPrepared(await prepared(source, options, tools), options);
  const shared = countShared(read.train, read.test);
  return shared === 0 ? read : { ...read, notes: [...read.notes, sharedWords(shared, read.test)] };
};

/** Images that were opened, and are read as they are asked for. */
export interface OpenedImages extends Omit<ReadImages, 'train' | 'test'>, Pick<StoredSets, 'train' | 'test'> {}

/**
 * Opens images of any container without having all of them in memory, where the container can do that; else as `readImages`.
 * The images are the same, number by number; those that stand in both sets are not counted.
 *
 * @throws LatentError (input) as `readImages`, from the `read` of the sets too.
 */
export const openImages = async (
  source: Source,
  options: ReadOptions = {},
  tools: ReadTools = {},
): Promise<OpenedImages> => {
  const choice = await prepared(source, options, tools);
  const { container, context, surroundings, notes: chosenNotes } = choice;
  const opened = await container.open?.(context);
  if (!opened) {
    const { train, test, ...rest } = await readPrepared(choice, options);
    return { ...rest, train: asStored(train), test: asStored(test) };
  }
  const joined = joinStoredParts(opened.parts, options, surroundings);
  const classNames = namesOf(joined, context.classNames ?? opened.classNames, source.name);
  const taken = withClasses(joined, classNames, options, takeStored);
  const turns = options.polarity === 'invert';
  const { notes } = turns ? { notes: [] } : withPolarity(await lookedAt(taken), options);
  return {
    container: container.id,
    classNames,
    train: turns ? mapStored(taken.train, inverted) : taken.train,
    test: turns ? mapStored(taken.test, inverted) : taken.test,
    ...(taken.names && { names: taken.names }),
    notes: [...chosenNotes, ...opened.notes, ...notes, ...joined.notes, ...taken.notes],
  };
};

/** Images of each set that the ground is told by where they are not in memory. */
const LOOKED_AT = 2000;

const lookedAt = async ({ train, test }: Pick<StoredSets, 'train' | 'test'>) => ({
  train: await sampleOf(train, LOOKED_AT),
  test: await sampleOf(test, LOOKED_AT),
});

/** The images of a part by their numbers. */
const numbered = (parts: readonly Part[]): readonly NamedImage[] => {
  const counts = new Map<Part['split'], number>();
  for (const { split, count } of parts) counts.set(split, (counts.get(split) ?? 0) + count);
  const next = new Map<Part['split'], number>();
  return parts.flatMap(({ split, count, height, width, channels, pixels, labels }) => {
    const size = imageSize({ height, width, channels });
    const first = next.get(split) ?? 0;
    next.set(split, first + count);
    const digits = String((counts.get(split) ?? 1) - 1).length;
    return Array.from({ length: count }, (_, i): NamedImage => {
      const number = String(first + i).padStart(digits, '0');
      return {
        name: split === 'all' ? number : `${split}/${number}`,
        image: {
          pixels: pixels.subarray(i * size, (i + 1) * size),
          labels: labels === null ? new Uint8Array(1) : narrowLabels(labels.slice(i, i + 1)),
          count: 1,
          height,
          width,
          channels,
        },
      };
    });
  });
};

const wholePart = async (part: Part | StoredPart): Promise<Part> =>
  'pixels' in part
    ? part
    : { ...part, ...(await readAll({ ...part, labels: new Uint8Array(part.count) })), labels: part.labels };

const readWhole = async (container: Container, context: ReadContext): Promise<EachContent> => {
  const { parts, notes } = await container.read(context);
  const whole: Part[] = [];
  for (const part of parts) whole.push(await wholePart(part));
  return { images: numbered(whole), isLabelled: parts.every(({ labels }) => labels !== null), notes };
};

/** Images that were read one by one. */
export interface EachImages extends EachContent {
  /** Whether the options `size` and `fit` bring them to another size. */
  readonly isResized: boolean;
}

/**
 * Reads images one by one, each with its name and of its own size; no test images are held out.
 *
 * @returns pictures by their paths, images of other containers by their numbers within their split: `train/00012`.
 * @throws LatentError (input) as `readImages`, but not of pictures of several sizes.
 */
export const readEachImage = async (
  source: Source,
  options: ReadOptions = {},
  tools: ReadTools = {},
): Promise<EachImages> => {
  const chosenBy = options.classes ? 'classes' : options.without ? 'without' : null;
  if (chosenBy !== null)
    throw inputError('data-option', {
      at: { subject: `the data's option "${chosenBy}"` },
      expected: 'images that are read as one data set',
      got: 'images that are read one by one',
      hint: 'leave it out, and name the folder of the class',
    });
  const { container, context, notes } = await prepared(source, options, tools);
  const each = await (container.readEach?.(context) ?? readWhole(container, context));
  const images =
    options.polarity === 'invert'
      ? each.images.map(({ name, image }) => ({ name, image: inverted(image) }))
      : each.images;
  return { ...each, images, notes: [...notes, ...each.notes], isResized: container.options.includes('fit') };
};
