/**
 * From what a sweep asks for to its jobs.
 *
 * In: a checked specification, data sets, the engine. Out: jobs with whole configs and ids. Nothing is written.
 */
import { createHash } from 'node:crypto';
import {
  type Dataset,
  expandSweep,
  jobId,
  type RunConfig,
  type RunDataset,
  type Runtime,
  type SweepChoice,
  type SweepSpec,
} from 'latent-plane';
import { describeDataset } from '../runs/data.ts';
import { DEFAULT_DATASET, planRun, portableDataset, trainableNetwork } from '../runs/plan.ts';
import type { SweepJob, SweepPlan } from './layout.ts';

/**
 * Threads of one job where a sweep names none. Not the machine's number: threads decide the order of sums, and a job
 * is to be the same job, with the same bytes, on every machine. Many jobs fill the cores better than many threads.
 */
export const SWEEP_THREADS = 1;

/** The id of the result that a config leads to. */
export const configId = ({
  network,
  recipe,
  dataset,
  threads,
  checkpointEvery,
  versions,
}: RunConfig): Promise<string> =>
  jobId({ network, recipe, dataSha256: dataset.sha256, threads, checkpointEvery, engine: versions.onnxruntime });

const jobOf = async (choice: SweepChoice, dataset: RunDataset, runtime: Runtime): Promise<SweepJob> => {
  const { network: id, dataset: _, ...options } = choice;
  const network = trainableNetwork(id);
  const config = planRun({ command: 'train', network }, { threads: SWEEP_THREADS, ...options }, dataset, runtime);
  const digits = await configId(config);
  const { name, seed } = config.recipe;
  return { id: digits, name: `${id}-${name}-seed${seed}-${digits.slice(0, 8)}`, choice, config };
};

/** The name of a set of jobs. */
export const planOf = (jobs: readonly SweepJob[]): SweepPlan => {
  const ids = jobs.map(({ id }) => id).sort();
  return { sweep: createHash('sha256').update(ids.join()).digest('hex').slice(0, 12), jobs };
};

/**
 * The jobs of a sweep, each once: two choices that come to the same training are one job.
 *
 * @throws LatentError (input) what `expandSweep` and the loading of a data set throw.
 */
export const planSweep = async (
  spec: SweepSpec,
  runtime: Runtime,
  loadDataset: (argument: string) => Promise<Dataset>,
): Promise<SweepPlan> => {
  const described = new Map<string, RunDataset>();
  const jobs = new Map<string, SweepJob>();
  for (const choice of expandSweep(spec)) {
    const argument = portableDataset(choice.dataset ?? DEFAULT_DATASET);
    const dataset = described.get(argument) ?? describeDataset(argument, await loadDataset(argument));
    described.set(argument, dataset);
    const job = await jobOf(choice, dataset, runtime);
    if (!jobs.has(job.id)) jobs.set(job.id, job);
  }
  return planOf([...jobs.values()]);
};
