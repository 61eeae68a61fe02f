/** Whether images have the labels that a network takes beside them. */
import type { AutoencoderSpec, ImageSet } from 'latent-plane';
import { highestLabel, inputError } from 'latent-plane/internal';
import type { TrainingData } from './dataset.ts';

/**
 * @throws LatentError (input) `no-labels` where a network takes the label of an image and these have none; `unknown-label`
 *   where theirs are of more classes than the network knows.
 */
export const requireLabels = (
  { id, label }: AutoencoderSpec,
  { facts: { name, classNames } }: Pick<TrainingData, 'facts'>,
  { labels }: Pick<ImageSet, 'labels'>,
): void => {
  if (label === undefined) return;
  const at = { network: id, field: 'label' };
  if (classNames.length < 2)
    throw inputError('no-labels', {
      at,
      problem: `the network takes the label of an image, and the images of "${name}" have none`,
      hint: 'choose images with labels: a folder for each class, or an IDX file of labels',
    });
  if (highestLabel(labels) < label.classes) return;
  throw inputError('unknown-label', {
    at,
    expected: `images of at most ${label.classes} classes`,
    got: `${classNames.length} classes in "${name}"`,
    hint: `give "label" ${classNames.length} classes, or choose other images`,
  });
};
