/** Whether a data set has the labels that a network needs: a classifier, or one that a label enters beside the image. */
import { inputError } from '../errors.ts';
import { type Dataset, highestLabel, isLabelled } from '../images/index.ts';
import { elementCount } from '../tensor/index.ts';
import { partOf, type ResolvedNetwork } from './network.ts';

/** Classes that a network tells apart or takes; null of one that needs no labels. */
const classesOf = (network: ResolvedNetwork): number | null => {
  const { spec } = network;
  if (spec.kind === 'classifier') return elementCount(partOf(network, 'classifier').outputShape);
  return spec.label?.classes ?? null;
};

/**
 * Refuses labels of classes that a network does not have.
 *
 * @throws LatentError (input) `unknown-label`.
 */
export const requireKnownLabels = (network: ResolvedNetwork, ...sets: readonly ArrayLike<number>[]): void => {
  const classes = classesOf(network);
  const highest = highestLabel(...sets);
  if (classes === null || highest < classes) return;
  const { id, kind } = network.spec;
  throw inputError('unknown-label', {
    at: { network: id, ...(kind === 'classifier' ? {} : { field: 'label' }) },
    expected: `labels of ${classes} classes, 0 to ${classes - 1}`,
    got: String(highest),
    hint: `give ${kind === 'classifier' ? 'its last layer more units' : '"label" more classes'}, or choose another data set`,
  });
};

/**
 * Refuses a data set without the labels that a network needs.
 *
 * @throws LatentError (input) `no-labels`; `unknown-label`.
 */
export const requireLabels = (network: ResolvedNetwork, dataset: Dataset): void => {
  if (classesOf(network) === null) return;
  if (!isLabelled(dataset))
    throw inputError('no-labels', {
      at: { network: network.spec.id },
      expected: `images with labels, which ${network.spec.kind === 'classifier' ? 'it predicts' : 'enter beside the image'}`,
      got: `${dataset.name}, which has none`,
      hint: 'choose another data set or network',
    });
  requireKnownLabels(network, dataset.train.labels, dataset.test.labels);
};
