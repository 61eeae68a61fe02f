/** IDX files of a folder: images and labels of training and test, one pair, or images alone. */
import { inputError, type LatentError } from '../../errors.ts';
import { requireOneShape } from '../assemble.ts';
import type { DatasetRole } from '../datasets/definition.ts';
import type { Container, Content, Part, ReadContext, Split } from './container.ts';
import { emnistClasses, isEmnist, transposed } from './emnist.ts';
import { IDX_MAX_FILE_BYTES, isIdxHead, isIdxLabelsHead, parseIdxImages, parseIdxLabels } from './idx.ts';
import { IDX_NAMES, type IdxName, readIdxName, usualNames } from './idx-names.ts';
import { contentOf, headOf, type SourceFile } from './source.ts';

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

const read = (file: SourceFile, onProgress: ReadContext['onProgress']): Promise<Uint8Array> =>
  contentOf(file, { limit: IDX_MAX_FILE_BYTES, code: 'idx-oversized', onProgress });

const readPart = async (
  split: Split,
  images: SourceFile,
  labels: SourceFile | undefined,
  { classCount, onProgress }: { readonly classCount: number | undefined } & Pick<ReadContext, 'onProgress'>,
): Promise<Part> => {
  const found = parseIdxImages(await read(images, onProgress), images.name);
  if (labels === undefined) return { ...found, name: images.name, split, labels: null };
  const classes = parseIdxLabels(await read(labels, onProgress), labels.name, classCount);
  if (classes.length !== found.count)
    throw inputError('idx-count-mismatch', {
      problem: `${images.name} holds ${found.count} images, ${labels.name} ${classes.length} labels`,
      hint: 'take both from one data set',
    });
  return { ...found, name: images.name, split, labels: classes };
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

const readFiles = async ({ files, source, options, classNames, onProgress }: ReadContext): Promise<Content> => {
  const named: IdxFile[] = [];
  for (const file of files) named.push(await nameFile(file));
  const { prefix, pairs } = pairUp(preferRaw(named), source);
  const own = isEmnist(prefix) ? emnistClasses(prefix) : undefined;
  const parts: Part[] = [];
  const classCount = (classNames ?? own)?.length;
  for (const { split, images, labels } of pairs)
    parts.push(await readPart(split, images, labels, { classCount, onProgress }));
  for (const part of parts.slice(1)) requireOneShape(parts[0], part, parts[0].name, part.name);
  const turned = options.upright === 'yes' || (options.upright === undefined && isEmnist(prefix));
  return {
    parts: turned ? parts.map(transposed) : parts,
    classNames: own,
    notes: turned ? ['the pictures are stored transposed, as EMNIST’s are, and were turned upright (#upright=no)'] : [],
  };
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
};
