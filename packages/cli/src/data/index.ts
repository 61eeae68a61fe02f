/** Data sets on the side of the disk and the network. */
import { DATASETS } from 'latent-plane';

export { defaultCacheFolder } from './cache.ts';
export type { FetchProgress } from './fetch-files.ts';
export {
  type DatasetStatus,
  datasetStatus,
  type LoadDatasetOptions,
  type LoadedDataset,
  loadDataset,
  openDataset,
} from './load-dataset.ts';
export { openEachImage, openForPacking } from './own-images.ts';
export { fetchProgressReporter, packingProgressReporter, readingProgressReporter } from './progress.ts';
export { type PackContent, writePack } from './write-pack.ts';

/** As help texts list the data sets that have names: `a, b, c`. */
export const DATASET_NAMES = DATASETS.map(({ name }) => name).join(', ');
