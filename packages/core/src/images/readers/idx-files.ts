/** IDX files of a folder: images and labels of training and test, one pair, or images alone. */
import { inputError, type LatentError } from '../../errors.ts';
import { requireOneShape } from '../assemble.ts';
import type { DatasetRole } from '../datasets/definition.ts';
import { imageSize } from '../shape.ts';
import { readInRuns } from '../stored.ts';
import type { Labels } from '../types.ts';
import type { Container, Content, Part, ReadContext, Split, StoredContent, StoredPart } from './container.ts';
import { emnistClasses, isEmnist, transposed } from './emnist.ts';
import { isGzip } from './gzip.ts';
import {
  IDX_HEAD_BYTES,
  IDX_MAX_FILE_BYTES,
  isIdxHead,
  isIdxLabelsHead,
  parseIdxHead,
  parseIdxImages,
  parseIdxLabels,
} from './idx.ts';
import { IDX_NAMES, type IdxName, readIdxName, usualNames } from './idx-names.ts';
import { contentOf, headOf, packingHint, type SourceFile } from './source.ts';

interface IdxFile extends IdxName {
  readonly kind: 'images' | 'labels';
  readonly file: SourceFile;
}

/** What a name does not say, the first bytes do. */
const nameFile = async (file: SourceFile): Promise<IdxFile> => {
  const name = readIdxName(file);
  const kind = name.kind ?? (isIdxLabelsHead(await headOf(file)) ? 'labels' : 'images');
  // A name that says nothing belongs to whatever lies beside it.
  return { ...name, prefix: name.kind === null ? '' : name.prefix, kind, file };
};

/** Of a file that lies there raw and gzipped the one that loads faster. */
const preferRaw = (files: readonly IdxFile[]): readonly IdxFile[] => {
  const sorted = [...files].sort(
    ({ file: a }, { file: b }) => Number(/\.gz$/i.test(a.path)) - Number(/\.gz$/i.test(b.path)),
  );
  const seen = new Map<string, IdxFile>();
  for (const item of sorted) {
    const key = item.file.path.toLowerCase().replace(/\.gz$/, '');
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()];
};

const missing = (source: string, role: DatasetRole): LatentError =>
  inputError('dataset-file-missing', { at: { file: source }, expected: usualNames(role), hint: 'got neither' });

const several = (source: string, names: readonly string[]): LatentError =>
  inputError('several-data-sets', {
    at: { file: source },
    expected: 'the files of one data set',
    got: names.slice(0, 8).join(', '),
    hint: 'take one of them: #only=NAME, with a part of the name that the others lack',
  });

const roleOf = (split: Split, kind: 'images' | 'labels'): DatasetRole =>
  `${split === 'test' ? 'test' : 'train'}${kind === 'images' ? 'Images' : 'Labels'}`;

const read = (file: SourceFile, onProgress: ReadContext['onProgress']): Promise<Uint8Array> => {
  const hint = /\.gz$/i.test(file.path)
    ? 'gunzip it, and pack it on the command line: npx latent data pack IMAGES --out PACK'
    : packingHint(file.name);
  return contentOf(file, { limit: IDX_MAX_FILE_BYTES, code: 'idx-oversized', hint, onProgress });
};

/** The files of each split. @throws LatentError (input) `dataset-file-missing`, `several-data-sets`. */
const pairUp = (files: readonly IdxFile[], source: string) => {
  const prefixes = [...new Set(files.map(({ prefix }) => prefix))];
  if (prefixes.length > 1)
    throw several(
      source,
      prefixes.map((prefix) => prefix || '(no prefix)'),
    );
  const splits = [...new Set(files.map(({ split }) => split))];
  const isLabelled = files.some(({ kind }) => kind === 'labels');
  const pairs = splits.map((split) => {
    const of = (kind: 'images' | 'labels'): readonly IdxFile[] =>
      files.filter((file) => file.split === split && file.kind === kind);
    const [images, labels] = [of('images'), of('labels')];
    for (const same of [images, labels])
      if (same.length > 1)
        throw several(
          source,
          same.map(({ file }) => file.path),
        );
    if (images.length === 0) throw missing(source, roleOf(split, 'images'));
    if (isLabelled && labels.length === 0) throw missing(source, roleOf(split, 'labels'));
    return { split, images: images[0].file, labels: labels[0]?.file };
  });
  const order: readonly Split[] = ['train', 'all', 'validation', 'test'];
  return { prefix: prefixes[0], pairs: pairs.sort((a, b) => order.indexOf(a.split) - order.indexOf(b.split)) };
};

const readLabels = async (
  images: SourceFile,
  count: number,
  labels: SourceFile | undefined,
  { classCount, onProgress }: PartOptions,
): Promise<Labels | null> => {
  if (labels === undefined) return null;
  const classes = parseIdxLabels(await read(labels, onProgress), labels.name, classCount);
  if (classes.length === count) return classes;
  throw inputError('idx-count-mismatch', {
    problem: `${images.name} holds ${count} images, ${labels.name} ${classes.length} labels`,
    hint: 'take both from one data set',
  });
};

const readPart: PartReader<Part> = async (split, images, labels, options) => {
  const found = parseIdxImages(await read(images, options.onProgress), images.name);
  return { ...found, name: images.name, split, labels: await readLabels(images, found.count, labels, options) };
};

/** Of a file that lies there as it is; null of one that is packed. */
const openPart: PartReader<StoredPart | null> = async (split, images, labels, options) => {
  const head = await images.read(0, IDX_HEAD_BYTES);
  if (isGzip(head)) return null;
  const { start, ...found } = parseIdxHead(head, images.size, images.name);
  const size = imageSize(found);
  return {
    ...found,
    ...{ name: images.name, split, labels: await readLabels(images, found.count, labels, options) },
    read: readInRuns((from, to) => images.read(start + from * size, start + to * size), size),
  };
};

interface PartOptions extends Pick<ReadContext, 'onProgress'> {
  readonly classCount: number | undefined;
}

type PartReader<P> = (
  split: Split,
  images: SourceFile,
  labels: SourceFile | undefined,
  options: PartOptions,
) => Promise<P>;

/** The parts, and whether their pictures are to be turned. */
const partsBy = async <P extends Omit<Part, 'pixels'> | null>(
  { files, source, options, classNames, onProgress }: ReadContext,
  reader: PartReader<P>,
) => {
  const named: IdxFile[] = [];
  for (const file of files) named.push(await nameFile(file));
  const { prefix, pairs } = pairUp(preferRaw(named), source);
  const own = isEmnist(prefix) ? emnistClasses(prefix) : undefined;
  const parts: P[] = [];
  const classCount = (classNames ?? own)?.length;
  for (const { split, images, labels } of pairs)
    parts.push(await reader(split, images, labels, { classCount, onProgress }));
  const [first] = parts;
  for (const part of parts.slice(1)) if (first && part) requireOneShape(first, part, first.name, part.name);
  const turned = options.upright === 'yes' || (options.upright === undefined && isEmnist(prefix));
  const notes = turned
    ? ['the pictures are stored transposed, as EMNIST’s are, and were turned upright (#upright=no)']
    : [];
  return { parts, turned, facts: { classNames: own, notes } };
};

const readFiles = async (context: ReadContext): Promise<Content> => {
  const { parts, turned, facts } = await partsBy(context, readPart);
  return { ...facts, parts: turned ? parts.map(transposed) : parts };
};

const openFiles = async (context: ReadContext): Promise<StoredContent | null> => {
  const { parts, turned, facts } = await partsBy(context, openPart);
  const open = parts.flatMap((part) => (part === null ? [] : [part]));
  return open.length < parts.length || turned ? null : { ...facts, parts: open };
};

/** IDX, the files of MNIST. */
export const idx: Container = {
  id: 'idx',
  label: 'IDX',
  doc: 'the files of MNIST and its relatives: unsigned bytes behind a big-endian header',
  cases: [
    ['raw, gzipped, gzipped under a raw name', 'told by content'],
    ['any size; three dimensions, or four with 1 or 3 channels', 'as the header says'],
    ['labels of one, two or four bytes, above 9 too', 'classes are numbered unless `classes.txt` names them'],
    ['one pair, no test set', 'a seeded share of each class is held out (`test`, `seed`)'],
    ['images without labels', 'taken as they are; what needs labels is left out'],
    [
      'EMNIST’s names (`emnist-letters-train-images-idx3-ubyte`)',
      'classes named, labels from 1 kept, pictures turned upright (`upright`)',
    ],
    ['several data sets in one folder', 'refused; `only` takes one'],
    ['Git LFS pointer, HTML page, float or little-endian numbers, swapped files', 'refused, named as what they are'],
  ],
  options: ['upright'],
  names: IDX_NAMES,
  begins: isIdxHead,
  read: readFiles,
  open: openFiles,
};
