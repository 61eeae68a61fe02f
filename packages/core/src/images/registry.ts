/**
 * The data sets known by name. A new one is a file in `datasets/` and a line here.
 *
 * Nothing here fetches or reads a file. Where the checksums come from is said at each data set. What belongs to one data set
 * alone, its classifier among it, is said in its file and assumed nowhere.
 */
import { CIFAR_10 } from './datasets/cifar-10.ts';
import type { DatasetEntry } from './datasets/definition.ts';
import { EMNIST } from './datasets/emnist.ts';
import { FASHION_MNIST } from './datasets/fashion-mnist.ts';
import { KMNIST } from './datasets/kmnist.ts';
import { MNIST } from './datasets/mnist.ts';

export * from './datasets/definition.ts';
export { CIFAR_10, EMNIST, FASHION_MNIST, KMNIST, MNIST };

/** Every data set that can be had by its name. */
export const DATASETS: readonly DatasetEntry[] = [MNIST, FASHION_MNIST, KMNIST, CIFAR_10, ...EMNIST];

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
