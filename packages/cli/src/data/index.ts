/** Data sets on the side of the disk and the network. */
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
export { fetchProgressReporter } from './progress.ts';
