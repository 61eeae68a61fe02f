/** CIFAR-10: small photographs in colour. */
import type { ArchiveDatasetEntry } from './definition.ts';

/**
 * CIFAR-10 in its binary version. Length and MD5 as its page states them, and as independent projects pin them; the files
 * themselves were not at hand.
 */
export const CIFAR_10: ArchiveDatasetEntry = {
  kind: 'archive',
  name: 'cifar-10',
  folder: 'cifar-10',
  title: 'CIFAR-10 small photographs',
  licence: 'not stated (by Alex Krizhevsky, Vinod Nair, Geoffrey Hinton)',
  source: 'Krizhevsky, Learning Multiple Layers of Features, 2009',
  classNames: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
  classifier: null,
  trainCount: 50_000,
  testCount: 10_000,
  height: 32,
  width: 32,
  channels: 3,
  mirrors: [
    'https://www.cs.toronto.edu/~kriz/',
    'https://cave.cs.toronto.edu/kriz/',
    'https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/',
  ],
  file: {
    name: 'cifar-10-binary.tar.gz',
    bytes: 170_052_171,
    checksum: { type: 'md5', hex: 'c32a1d4ab5d03f1284b67883e8d87530' },
  },
  options: 'container=cifar',
  sums: null,
};
