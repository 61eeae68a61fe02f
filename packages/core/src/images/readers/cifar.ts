/**
 * The binary files of CIFAR-10 and CIFAR-100: a label, or a coarse and a fine one, then three planes of an image, and again.
 *
 * Source: Krizhevsky, The CIFAR-10 dataset, https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
 */
import { inputError } from '../../errors.ts';
import type { Labels } from '../types.ts';
import type { Container, Content, Part, ReadContext } from './container.ts';
import { baseName, contentOf, plainName, type SourceFile, textOf } from './source.ts';
import { wrongContent } from './wrong-content.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const IMAGE = 3 * PLANE;

/** Labels of an image: one, or a coarse and a fine one. */
const labelsOf = (length: number, file: SourceFile): 1 | 2 => {
  const isTwo = length % (IMAGE + 2) === 0;
  const isOne = length % (IMAGE + 1) === 0;
  if (length > 0 && isOne && (!isTwo || /batch/.test(baseName(file)))) return 1;
  if (length > 0 && isTwo) return 2;
  throw inputError('cifar-length', {
    at: { file: file.name },
    expected: `a multiple of ${IMAGE + 1} bytes, an image with its label, or of ${IMAGE + 2}, with two`,
    got: `${length}`,
    hint: 'fetch the file again; it is the binary version that is read',
  });
};

const readPart = async (
  file: SourceFile,
  which: 'fine' | 'coarse',
  onProgress: ReadContext['onProgress'],
): Promise<Part & { readonly perImage: 1 | 2 }> => {
  const bytes = await contentOf(file, { onProgress });
  const wrong = wrongContent(bytes.subarray(0, 200));
  if (wrong && bytes.length < IMAGE)
    throw inputError('not-data', {
      at: { file: file.name },
      expected: 'a binary file of CIFAR',
      got: wrong.what,
      hint: wrong.hint,
    });
  const perImage = labelsOf(bytes.length, file);
  const count = bytes.length / (IMAGE + perImage);
  const labels: Labels = new Uint8Array(count);
  const pixels = new Uint8Array(count * IMAGE);
  let to = 0;
  for (let image = 0; image < count; image++) {
    const record = image * (IMAGE + perImage);
    labels[image] = bytes[record + (which === 'fine' ? perImage - 1 : 0)];
    for (let pixel = 0; pixel < PLANE; pixel++)
      for (let channel = 0; channel < 3; channel++) pixels[to++] = bytes[record + perImage + channel * PLANE + pixel];
  }
  const split = /^test/.test(plainName(file)) ? 'test' : 'train';
  return { name: file.name, split, pixels, labels, count, height: SIDE, width: SIDE, channels: 3, perImage };
};

const readNames = async (beside: readonly SourceFile[], name: RegExp): Promise<readonly string[] | undefined> => {
  const file = beside.find((other) => name.test(plainName(other)));
  if (file === undefined) return undefined;
  const names = (await textOf(file))
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return names.length === 0 ? undefined : names;
};

const readFiles = async ({ files, beside, options, onProgress }: ReadContext): Promise<Content> => {
  const which = options.labels ?? 'fine';
  const parts: (Part & { readonly perImage: 1 | 2 })[] = [];
  for (const file of files) parts.push(await readPart(file, which, onProgress));
  const hasTwo = parts.some(({ perImage }) => perImage === 2);
  const names = hasTwo ? new RegExp(`^${which}_label_names\\.txt$`) : /^batches\.meta\.txt$/;
  return {
    parts,
    classNames: await readNames(beside, names),
    notes: hasTwo && options.labels === undefined ? ['of two labels the fine one counts (#labels=coarse)'] : [],
  };
};

/** The binary version of CIFAR-10 and CIFAR-100. */
export const cifar: Container = {
  id: 'cifar',
  label: 'CIFAR (binary)',
  doc: 'the binary version of CIFAR-10 and CIFAR-100',
  cases: [
    ['`data_batch_1.bin` to `data_batch_5.bin`, `test_batch.bin`', 'joined, test apart'],
    ['`batches.meta.txt`', 'names the classes'],
    [
      'CIFAR-100’s `train.bin`, `test.bin`',
      'the fine label counts (`labels=coarse`); names out of `fine_label_names.txt`',
    ],
  ],
  options: ['labels'],
  names: /^(data_batch_\d+|test_batch|train|test)\.bin$/,
  read: readFiles,
};
