/** MATLAB's `.mat`: arrays with names in one file, or a file for training and one for test. */

import { inputError } from '../../errors.ts';
import { isMatHead, readMat } from '../../files/mat.ts';
import { type NamedArray, readArrays } from './arrays.ts';
import type { Container, Content, ReadContext } from './container.ts';
import { baseName, contentOf } from './source.ts';
import { wrongContent } from './wrong-content.ts';

const readFiles = async ({ files, source, options, onProgress }: ReadContext): Promise<Content> => {
  const arrays: NamedArray[] = [];
  const others: string[] = [];
  for (const file of files) {
    const bytes = await contentOf(file, { onProgress });
    const wrong = isMatHead(bytes) ? null : wrongContent(bytes.subarray(0, 200));
    if (wrong)
      throw inputError('not-data', {
        at: { file: file.name },
        expected: 'a .mat file',
        got: wrong.what,
        hint: wrong.hint,
      });
    const read = readMat(bytes, file.name);
    // `train_32x32.mat` and `test_32x32.mat` call their arrays alike: the file says which split they are.
    const stem = /train|test|val/i.exec(baseName(file))?.[0] ?? '';
    const prefix = files.length > 1 ? `${stem}_` : '';
    for (const array of read.arrays)
      arrays.push({ ...array, name: `${prefix}${array.name}`, file: `${file.name}: ${array.name}` });
    others.push(...read.others);
  }
  const content = readArrays(arrays, files.length === 1 ? files[0].name : source, options);
  const left = others.length === 0 ? [] : [`left out, no numbers: ${others.slice(0, 8).join(', ')}`];
  return { ...content, notes: [...content.notes, ...left] };
};

/** Arrays of MATLAB. */
export const mat: Container = {
  id: 'mat',
  label: 'MATLAB (.mat)',
  doc: 'arrays of MATLAB, version 5 to 7; 7.3 is another format and is refused',
  cases: [
    [
      '`X` `[h, w, 3, n]` and `y` (SVHN: `train_32x32.mat`, `test_32x32.mat`)',
      'told by their sizes (`axes`); label 10 is the digit 0 (`ten`)',
    ],
    ['`[h, w, n]`', 'the last axis counts images (`axes`)'],
    ['`[n, k]`, or with `size` `[k, n]`', 'square images, numbers running down columns (`size`, `order`, `colours`)'],
    ['`X`, `Xtest`, `Xvalid`, `y`, `ytest`, `yvalid`', 'told by their names'],
    ['uint8, double and all other numbers', 'taken as 0 to 255 (`range`)'],
    ['structures, cells, text, sparse arrays', 'named and left out'],
  ],
  options: ['axes', 'size', 'order', 'colours', 'range', 'label', 'ten'],
  names: /\.mat$/,
  begins: isMatHead,
  read: readFiles,
};
