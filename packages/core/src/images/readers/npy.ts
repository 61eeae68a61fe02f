/** `.npy` and `.npz`: arrays that NumPy saved, each in a file or all in an archive. */
import { inputError } from '../../errors.ts';
import { listArchive } from '../../files/archive.ts';
import { isNpyHead, NPY_HEAD_BYTES, readNpyHead, readNpyNumbers } from '../../files/npy-numbers.ts';
import { type NamedArray, type OpenArray, openArrays, readArrays } from './arrays.ts';
import type { Container, Content, ReadContext, StoredContent } from './container.ts';
import { baseName, contentOf, MAX_FILE_BYTES, plainName, type SourceFile } from './source.ts';
import { wrongContent } from './wrong-content.ts';

const MAX_ARRAYS = 1000;

const arrayName = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.npy(\.gz)?$/i, '');

/** Arrays of Python objects say something about the images to Python alone; they are left out. */
const isObjects = (bytes: Uint8Array): boolean => {
  const header = String.fromCharCode(...bytes.subarray(0, 128));
  return /'descr'\s*:\s*('\|O'|'[<>|]?[US]\d|\[)/.test(header);
};

const readNpz = async (file: SourceFile, onProgress: ReadContext['onProgress']): Promise<readonly NamedArray[]> => {
  const head = await file.read(0, 200);
  const wrong = head[0] === 0x50 && head[1] === 0x4b ? null : wrongContent(head);
  if (wrong)
    throw inputError('not-data', {
      at: { file: file.name },
      expected: 'arrays of NumPy (.npz)',
      got: wrong.what,
      hint: wrong.hint,
    });
  const arrays: NamedArray[] = [];
  for (const entry of await listArchive(file, MAX_ARRAYS)) {
    if (!/\.npy$/i.test(entry.path)) continue;
    const bytes = await entry.bytes(MAX_FILE_BYTES, (done) => onProgress?.(done, entry.size, 'bytes'));
    const name = arrayName(entry.path);
    const at = `${file.name}: ${name}`;
    if (!isObjects(bytes)) arrays.push({ ...readNpyNumbers(bytes, at), name, file: at });
  }
  return arrays;
};

const readNpy = async (file: SourceFile, onProgress: ReadContext['onProgress']): Promise<readonly NamedArray[]> => {
  const bytes = await contentOf(file, { onProgress });
  const wrong = isNpyHead(bytes) ? null : wrongContent(bytes);
  if (wrong)
    throw inputError('not-data', {
      at: { file: file.name },
      expected: 'an array of NumPy (.npy)',
      got: wrong.what,
      hint: wrong.hint,
    });
  if (isObjects(bytes)) return [];
  return [{ ...readNpyNumbers(bytes, file.name), name: arrayName(baseName(file)), file: file.name }];
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
  const arrays: NamedArray[] = [];
  if (archives.length === 1) arrays.push(...(await readNpz(archives[0], onProgress)));
  else for (const file of files) arrays.push(...(await readNpy(file, onProgress)));
  return readArrays(arrays, archives.length === 1 ? archives[0].name : source, options);
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
    if (isObjects(await file.read(0, Math.min(file.size, 128)))) continue;
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
    ['C or Fortran order, either byte order', 'as the header says'],
    ['arrays of Python objects', 'left out: they are programs'],
  ],
  options: ['axes', 'size', 'order', 'colours', 'range', 'label', 'ten'],
  names: /\.np[yz]$/,
  begins: isNpyHead,
  read: readFiles,
  open: openFiles,
};
