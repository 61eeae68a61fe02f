/** Fashion-MNIST: articles of clothing. */
import type { IdxDatasetEntry } from './definition.ts';
import { idxFile, MNIST_SHAPE } from './idx-files.ts';

/**
 * Fashion-MNIST. The publisher states MD5 sums; SHA-256 sums are pinned by others. Both were reproduced here from
 * Debian's package `dataset-fashion-mnist` (the same deflate streams with the file name and time taken out of the
 * gzip header) by putting names and times back; the unpacked sums were computed from the same files.
 */
export const FASHION_MNIST: IdxDatasetEntry = {
  name: 'fashion-mnist',
  folder: 'fashion-mnist',
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
  ...MNIST_SHAPE,
  mirrors: [
    'https://fashion-mnist.s3.eu-central-1.amazonaws.com/',
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
  ],
  files: {
    trainImages: idxFile(
      'trainImages',
      26_421_880,
      '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    ),
    trainLabels: idxFile(
      'trainLabels',
      29_515,
      'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    ),
    testImages: idxFile(
      'testImages',
      4_422_102,
      '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    ),
    testLabels: idxFile(
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
