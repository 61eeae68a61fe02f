/** Kuzushiji-MNIST: cursive Japanese. */
import type { IdxDatasetEntry } from './definition.ts';
import { idxFile, MNIST_SHAPE } from './idx-files.ts';

/**
 * Kuzushiji-MNIST. Lengths and SHA-256 sums as independent projects pin them (they agree with each other); the
 * files themselves were not at hand, so the unpacked sums are absent.
 */
export const KMNIST: IdxDatasetEntry = {
  name: 'kmnist',
  folder: 'kmnist',
  title: 'Kuzushiji-MNIST cursive Japanese',
  licence: 'CC BY-SA 4.0 (CODH; adapted from Kuzushiji Dataset by NIJL and others)',
  source: 'Clanuwat et al., Deep Learning for Classical Japanese Literature, 2018',
  classNames: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
  classifier: null,
  ...MNIST_SHAPE,
  mirrors: [
    'https://codh.rois.ac.jp/kmnist/dataset/kmnist/',
    'https://huggingface.co/datasets/tanganke/kmnist/resolve/main/raw/',
  ],
  files: {
    trainImages: idxFile(
      'trainImages',
      18_165_135,
      '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4',
      null,
    ),
    trainLabels: idxFile(
      'trainLabels',
      29_497,
      'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17',
      null,
    ),
    testImages: idxFile(
      'testImages',
      3_041_136,
      'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5',
      null,
    ),
    testLabels: idxFile('testLabels', 5_120, '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c', null),
  },
  sums: null,
};
