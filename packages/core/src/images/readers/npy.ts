/** `.npy` and `.npz`: arrays that NumPy saved, each in a file or all in an archive. */
import { inputError } from '../../errors.ts';
import { listArchive } from '../../files/archive.ts';
import { isNpyHead, NPY_HEAD_BYTES, readNpyHead, readNpyNumbers } from '../../files/npy-numbers.ts';
import { isNpyWords, readNpyWords, type WordArray } from '../../files/npy-words.ts';
import { isLabels, type NamedArray, type OpenArray, openArrays, readArrays } from './arrays.ts';
import type { Container, Content, ReadContext, StoredContent } from './container.ts';
import { baseName, contentOf, MAX_FILE_BYTES, packingHint, plainName, type SourceFile } from './source.ts';
import { wrongContent } from './wrong-content.ts';

const MAX_ARRAYS = 1000;

/** A plain file is packed piece by piece. */
const UNPACK_HINT = 'gunzip it, and pack the .npy on the command line: npx latent data pack IMAGES.npy --out PACK';

const arrayName = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.npy(\.gz)?$/i, '');

/** Arrays of Python objects say something about the images to Python alone; they are left out. */
const isObjects = (bytes: Uint8Array): boolean => {
  const header = String.fromCharCode(...bytes.subarray(0, 128));
  return /'descr'\s*:\s*('\|O'|\[)/.test(header);
};

/** An array of words, with its name. */
interface NamedWords extends WordArray {
  readonly name: string;
  readonly file: string;
}

/** What files hold, as far as it can be read. */
interface Arrays {
  readonly numbers: NamedArray[];
  readonly words: NamedWords[];
  /** Names of arrays of objects. */
  readonly objects: string[];
}

const addArray = ({ numbers, words, objects }: Arrays, bytes: Uint8Array, name: string, file: string): void => {
  if (isObjects(bytes)) objects.push(name);
  else if (isNpyWords(bytes)) words.push({ ...readNpyWords(bytes, file), name, file });
  else numbers.push({ ...readNpyNumbers(bytes, file), name, file });
};

/** Words that are labels become their places among all words; others are left out, which is said. */
const withWords = ({ numbers, words, objects }: Arrays) => {
  const labels = words.filter(({ name }) => isLabels(name));
  const classNames = [...new Set(labels.flatMap((array) => array.words))].sort();
  const places = new Map(classNames.map((name, i) => [name, i]));
  const placed = labels.map(({ words: own, ...array }): NamedArray => {
    return { ...array, values: Uint32Array.from(own, (word) => places.get(word) ?? 0) };
  });
  const left = [
    ...words.filter((array) => !labels.includes(array)).map(({ name }) => `${name} (text)`),
    ...objects.map((name) => `${name} (Python objects)`),
  ];
  return {
    arrays: [...numbers, ...placed],
    ...(labels.length === 0 ? {} : { classNames }),
    notes: left.length === 0 ? [] : [`left out, no numbers: ${left.slice(0, 8).join(', ')}`],
  };
};

const readNpz = async (file: SourceFile, into: Arrays, onProgress: ReadContext['onProgress']): Promise<void> => {
  const head = await file.read(0, 200);
  const wrong = head[0] === 0x50 && head[1] === 0x4b ? null : wrongContent(head);
  if (wrong)
    throw inputError('not-data', {
      at: { file: file.name },
      expected: 'arrays of NumPy (.npz)',
      got: wrong.what,
      hint: wrong.hint,
    });
  for (const entry of await listArchive(file, MAX_ARRAYS)) {
    if (!/\.npy$/i.test(entry.path)) continue;
    const bytes = await entry.bytes(MAX_FILE_BYTES, (done) => onProgress?.(done, entry.size, 'bytes'));
    const name = arrayName(entry.path);
    addArray(into, bytes, name, `${file.name}: ${name}`);
  }
};

const readNpy = async (file: SourceFile, into: Arrays, onProgress: ReadContext['onProgress']): Promise<void> => {
  const hint = /\.gz$/i.test(file.path) ? UNPACK_HINT : packingHint(file.name);
  const bytes = await contentOf(file, { hint, onProgress });
  const wrong = isNpyHead(bytes) ? null : wrongContent(bytes);
  if (wrong)
    throw inputError('not-data', {
      at: { file: file.name },
      expected: 'an array of NumPy (.npy)',
      got: wrong.what,
      hint: wrong.hint,
    });
  addArray(into, bytes, arrayName(baseName(file)), file.name);
};

const readFiles = async ({ files, source, options, onProgress }: ReadContext): Promise<Content> => {
  const archives = files.filter((file) => /\.npz$/.test(plainName(file)));
  if (archives.length > 1)
    throw inputError('several-data-sets', {
      at: { file: source },
      expected: 'one .npz',
      got: archives
        .map(({ path }) => path)
        .slice(0, 8)
        .join(', '),
      hint: 'name one of them, or #only=NAME',
    });
  const read: Arrays = { numbers: [], words: [], objects: [] };
  if (archives.length === 1) await readNpz(archives[0], read, onProgress);
  else for (const file of files) await readNpy(file, read, onProgress);
  const { arrays, classNames, notes } = withWords(read);
  const content = readArrays(arrays, archives.length === 1 ? archives[0].name : source, options);
  return {
    ...content,
    notes: [...content.notes, ...notes],
    // Labels that nobody took are no classes.
    ...(content.parts.some(({ labels }) => labels !== null) && classNames ? { classNames } : {}),
  };
};

/** An array whose values are read as they are asked for; null of one that is packed. */
const openNpy = async (file: SourceFile): Promise<OpenArray | null> => {
  const head = await file.read(0, Math.min(file.size, NPY_HEAD_BYTES));
  if (!isNpyHead(head)) return null;
  const { dims, isColumnMajor, count, bytesEach, start, decode } = readNpyHead(head, file.size, file.name);
  return {
    ...{ name: arrayName(baseName(file)), file: file.name, dims, isColumnMajor, count },
    read: async (from, to) => decode(await file.read(start + from * bytesEach, start + to * bytesEach)),
  };
};

const openFiles = async ({ files, source, options }: ReadContext): Promise<StoredContent | null> => {
  if (files.some((file) => !/\.npy$/.test(plainName(file)))) return null;
  const arrays: OpenArray[] = [];
  for (const file of files) {
    const head = await file.read(0, Math.min(file.size, 128));
    if (isNpyWords(head)) return null;
    if (isObjects(head)) continue;
    const array = await openNpy(file);
    if (array === null) return null;
    arrays.push(array);
  }
  return openArrays(arrays, source, options);
};

/** Arrays of NumPy. */
export const npy: Container = {
  id: 'npy',
  label: 'NumPy (.npy, .npz)',
  doc: 'arrays of NumPy: a file for each, or an archive of all',
  cases: [
    [
      '`x_train`, `y_train`, `x_test`, `y_test` (Keras’ mnist.npz)',
      'told by their names, as are `Xtest`, `images`, `labels`, `data`, `target`',
    ],
    [
      '`train_images`, `val_images`, `test_images`, `train_labels` (MedMNIST)',
      'images for validation join those for training',
    ],
    ['one array', 'images without labels; a seeded share is held out (`test`, `seed`)'],
    ['`[n, h, w]`, `[n, h, w, 1]`, `[n, h, w, 3]`, `[n, 3, h, w]`', 'told by their sizes (`axes`)'],
    ['`[n, k]`', 'square images, else the size has to be said (`size`, `order`, `colours`)'],
    ['uint8; float or other numbers of 0 to 1, -1 to 1, 0 to 16, 0 to 65535; bool', 'taken as 0 to 255 (`range`)'],
    [
      'labels `[n]`, `[n, 1]`, one-hot `[n, k]`',
      'told by their sizes; several labels an image are refused (`label=none`)',
    ],
    ['labels that are words (`U`, `S`)', 'the words are the classes, in the order of the alphabet'],
    ['C or Fortran order, either byte order', 'as the header says'],
    ['arrays of Python objects, other text', 'named and left out'],
  ],
  options: ['axes', 'size', 'order', 'colours', 'range', 'label', 'ten'],
  names: /\.np[yz]$/,
  begins: isNpyHead,
  read: readFiles,
  open: openFiles,
};
