/** EMNIST: letters and digits in the manner of MNIST, six choices of them in one archive. */
import { emnistClasses } from '../readers/emnist.ts';
import type { ArchiveDatasetEntry, DatasetFile } from './definition.ts';

/** Length and MD5 as independent projects pin them; the archive itself was not at hand. */
const ARCHIVE: DatasetFile = {
  name: 'gzip.zip',
  bytes: 561_753_746,
  checksum: { type: 'md5', hex: '58c8d27c78d21e728a6bc7b3cc06412e' },
};

/** What the paper calls it, in words, and how many images are in its files. */
const variant = (
  id: string,
  words: string,
  [trainCount, testCount]: readonly [train: number, test: number],
): ArchiveDatasetEntry => ({
  kind: 'archive',
  name: `emnist-${id}`,
  folder: 'emnist',
  title: `EMNIST ${words}`,
  licence: 'not stated (published by NIST)',
  source: 'Cohen et al., EMNIST: an extension of MNIST, arXiv 1702.05373, 2017',
  classNames: emnistClasses(`emnist-${id}`) ?? [],
  classifier: null,
  trainCount,
  testCount,
  height: 28,
  width: 28,
  channels: 1,
  mirrors: ['https://biometrics.nist.gov/cs_links/EMNIST/', 'https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/'],
  file: ARCHIVE,
  options: `only=emnist-${id}-`,
  sums: null,
});

/** The six choices that the paper makes. */
export const EMNIST: readonly ArchiveDatasetEntry[] = [
  variant('balanced', 'letters and digits, as many of each class', [112_800, 18_800]),
  variant('byclass', 'digits, capital and small letters', [697_932, 116_323]),
  variant('bymerge', 'letters and digits, letters of one form joined', [697_932, 116_323]),
  variant('digits', 'digits', [240_000, 40_000]),
  variant('letters', 'letters, capital and small joined', [124_800, 20_800]),
  variant('mnist', 'digits in the numbers of MNIST', [60_000, 10_000]),
];
