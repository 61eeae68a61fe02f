/** Figures on record of the zoo's networks, which their author reported of one data set: they say nothing of another. */
import { type DataIdentity, identityOfEntry, MNIST, sameData } from '../../images/index.ts';
import type { NetworkSpec } from '../types.ts';

/** How people call the data set that the figures on record are of. */
export const RECORD_DATA = MNIST.title.split(' ')[0];

/** Whether the figures on record are of these images. */
export const isOnRecord = (data: DataIdentity | null | undefined): boolean => sameData(identityOfEntry(MNIST), data);

/** The published error of a network, per pixel over all images, pixels 0..1; null for other data than it is of. */
export const publishedError = (spec: NetworkSpec, data: DataIdentity | null | undefined): number | null =>
  spec.kind === 'autoencoder' && isOnRecord(data) ? spec.published : null;
