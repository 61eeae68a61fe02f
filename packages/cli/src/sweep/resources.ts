/** What the jobs of a worker use in common: the engine, the clock, and the data set of the last job. */
import type { Dataset } from 'latent-plane';
import { loadDataset } from '../data/index.ts';
import type { JobResources } from './perform.ts';

/** The data set of the last job. */
export interface DatasetCache {
  load(argument: string): Promise<Dataset>;
  /** The next job reads anew: what was found is not what it should be, and may be mended by then. */
  clear(): void;
}

/** Reads a data set once for jobs in a row that share it; one is kept, since each takes tens of megabytes. */
export const cachedDatasets = (signal?: AbortSignal): DatasetCache => {
  let kept: { readonly argument: string; readonly dataset: Promise<Dataset> } | null = null;
  return {
    load: (argument) => {
      if (kept?.argument !== argument) {
        const dataset = loadDataset(argument, { signal });
        const entry = { argument, dataset };
        kept = entry;
        // What failed is tried again for the next job.
        dataset.catch(() => {
          if (kept === entry) kept = null;
        });
      }
      return kept.dataset;
    },
    clear: () => {
      kept = null;
    },
  };
};

export const jobResources = async (signal: AbortSignal): Promise<JobResources> => {
  const { nodeRuntime } = await import('latent-plane/node');
  const { load, clear } = cachedDatasets(signal);
  return { runtime: nodeRuntime, now: () => performance.now(), loadDataset: load, clearDataset: clear };
};
