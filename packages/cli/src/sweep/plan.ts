/**
 * From what a sweep asks for to its jobs.
 *
 * In: a checked specification, data sets, the engine. Out: jobs with whole configs and ids. Nothing is written.
 */
import {
  type Dataset,
  expandSweep,
  LatentError,
  type NetworkSpec,
  type RunConfig,
  type RunDataset,
  type Runtime,
  type SweepChoice,
  type SweepSpec,
} from 'latent-plane';
import { editedNetwork, inputError, jobId, withFacts } from 'latent-plane/internal';
import { sha256Of } from '../files/sha256.ts';
import { type FoundNetwork, findNetworkArgument, openedFor, requireRecipe } from '../networks/find.ts';
import { describeDataset } from '../runs/data.ts';
import {
  DEFAULT_DATASET,
  planRun,
  portableDataset,
  trainable,
  withFittingBatch,
  withLightImages,
} from '../runs/plan.ts';
import { tunedNetwork } from '../runs/tuned-network.ts';
import type { Predecessor, SweepJob, SweepPlan } from './layout.ts';

/**
 * Threads of one job where a sweep names none. Not the machine's number: threads decide the order of sums, and a job
 * is to be the same job, with the same bytes, on every machine. Many jobs fill the cores better than many threads.
 */
export const SWEEP_THREADS = 1;

/** The id of the result that a config leads to. */
export const configId = (
  { network, recipe, dataset, threads, checkpointEvery, versions }: RunConfig,
  after?: Predecessor,
): Promise<string> =>
  jobId({ network, recipe, dataSha256: dataset.sha256, threads, checkpointEvery, engine: versions.onnxruntime, after });

/** The job above that a row names: of the same recipe, data set and seed. @throws LatentError (input) `invalid-sweep`. */
const namedAbove = (row: SweepChoice, wanted: string, jobs: readonly SweepJob[]): SweepJob => {
  const found = jobs.filter(
    ({ choice, config }) =>
      [choice.name, config.network.id].includes(wanted) &&
      choice.recipe === row.recipe &&
      choice.dataset === row.dataset &&
      choice.seed === row.seed,
  );
  if (found.length === 1) return found[0];
  throw inputError('invalid-sweep', {
    at: { subject: row.name ?? row.network },
    expected: `one training above it that is called "${wanted}" and has the same recipe, data set and seed`,
    got: `${found.length}`,
    hint: 'name another, or tell them apart',
  });
};

/** What a choice trains: network, command, and the job whose weights it begins with. */
const trainedBy = async (choice: SweepChoice, base: NetworkSpec | null, jobs: readonly SweepJob[]) => {
  const { name, edit, tune, init } = choice;
  if (tune !== undefined) {
    const above = namedAbove(choice, tune.encoder, jobs);
    const network = tunedNetwork(above.config.network, (await findNetworkArgument(tune.decoder)).spec);
    const after: Predecessor = { as: 'encoder', job: above.id };
    return { run: { command: 'tune-decoder', network, decoder: tune.decoder } as const, after };
  }
  const network =
    edit === undefined && base !== null ? trainable(base) : editedNetwork(edit ?? {}, name, base ?? undefined);
  const after: Predecessor | undefined =
    init === undefined ? undefined : { as: 'init', job: namedAbove(choice, init, jobs).id };
  return { run: { command: 'train', network } as const, after };
};

/** A data set, and what runs record of it. */
interface Opened {
  readonly dataset: Dataset;
  readonly described: RunDataset;
}

interface JobContext {
  readonly runtime: Runtime;
  /** Told what was decided for a training where nobody said how. */
  readonly onNote?: (text: string) => void;
}

const jobOf = async (
  choice: SweepChoice,
  base: NetworkSpec | null,
  { dataset, described }: Opened,
  { runtime, onNote }: JobContext,
  jobs: readonly SweepJob[],
): Promise<SweepJob> => {
  const { dataset: _, edit: _edit, tune: _tune, init: _init, ...options } = choice;
  const { run, after } = await trainedBy(choice, base, jobs);
  const told = onNote && ((text: string) => onNote(`${run.network.id}: ${text}`));
  const fitting = withFittingBatch(run.network, { threads: SWEEP_THREADS, ...options }, described, told);
  const settings = after === undefined ? withLightImages(run.network, fitting, dataset, told) : fitting;
  const config = planRun(run, settings, described, runtime);
  const digits = await configId(config, after);
  const { name, seed } = config.recipe;
  const { id } = config.network;
  return {
    id: digits,
    name: `${id}-${name}-seed${seed}-${digits.slice(0, 8)}`,
    choice: { ...options, network: id, ...(choice.dataset === undefined ? {} : { dataset: choice.dataset }) },
    config,
    ...(after === undefined ? {} : { after }),
  };
};

/** The name of a set of jobs. */
export const planOf = (jobs: readonly SweepJob[]): SweepPlan => {
  const ids = jobs.map(({ id }) => id).sort();
  return { sweep: sha256Of(ids.join()).slice(0, 12), jobs };
};

/**
 * The jobs of rows or networks with these names, and those that they come after.
 *
 * @throws LatentError (input) `invalid-option` where a name is nobody's.
 */
export const onlyNamed = ({ jobs }: SweepPlan, names: readonly string[]): SweepPlan => {
  const isNamed = ({ choice }: SweepJob, name: string): boolean => choice.name === name || choice.network === name;
  const unknown = names.find((name) => !jobs.some((job) => isNamed(job, name)));
  if (unknown !== undefined) {
    const known = [...new Set(jobs.map(({ choice }) => choice.name ?? choice.network))];
    throw inputError('invalid-option', {
      at: { option: '--only' },
      expected: `one of ${known.join(', ')}`,
      got: `"${unknown}"`,
    });
  }
  const wanted = new Set<string>();
  // A job comes after the one that it waits for, so from the last to the first.
  for (const job of [...jobs].reverse())
    if (wanted.has(job.id) || names.some((name) => isNamed(job, name)))
      for (const id of [job.id, job.after?.job ?? job.id]) wanted.add(id);
  return planOf(jobs.filter(({ id }) => wanted.has(id)));
};

/**
 * The network of a choice, read once; null where the row does not say which.
 *
 * @throws LatentError (input) `invalid-sweep` for two networks of one id, which nothing would tell apart.
 */
const foundOnce = async (
  found: Map<string, FoundNetwork>,
  { network, edit }: SweepChoice,
): Promise<FoundNetwork | null> => {
  if (edit !== undefined && edit.from === undefined) return null;
  const known = found.get(network);
  if (known !== undefined) return known;
  const next = await findNetworkArgument(network);
  const twin = [...found].find(([, { spec }]) => spec.id === next.spec.id);
  if (twin !== undefined)
    throw inputError('invalid-sweep', {
      at: { subject: 'networks' },
      problem: `${twin[0]} and ${network} hold networks of one id, "${next.spec.id}"`,
      hint: 'give one of the files another `id`',
    });
  found.set(network, next);
  return next;
};

/** Opens the data set of a choice; where there is none, the field that names it is told: of the sweep, or of a network's file. */
const openedIn = async <T>(base: FoundNetwork | null, { dataset }: SweepChoice, open: () => Promise<T>): Promise<T> => {
  try {
    return await (base === null ? open() : openedFor(base, dataset === undefined, open));
  } catch (error) {
    if (dataset === undefined || !(error instanceof LatentError) || error.code !== 'dataset-unknown') throw error;
    throw withFacts(error, { at: { field: 'datasets' } });
  }
};

/**
 * The jobs of a sweep, each once: two choices that come to the same training are one job.
 *
 * @throws LatentError (input) what `expandSweep` and the loading of a data set throw.
 */
export const planSweep = async (
  spec: SweepSpec,
  loadDataset: (argument: string) => Promise<Dataset>,
  context: JobContext,
): Promise<SweepPlan> => {
  const opened = new Map<string, Opened>();
  const found = new Map<string, FoundNetwork>();
  const jobs = new Map<string, SweepJob>();
  for (const choice of expandSweep(spec)) {
    // The encoder of a tuned one is a row above.
    const base = choice.tune === undefined ? await foundOnce(found, choice) : null;
    if (base !== null) requireRecipe(base, choice.network, choice.recipe);
    const argument = portableDataset(choice.dataset ?? base?.data ?? DEFAULT_DATASET);
    const known = opened.get(argument);
    const dataset = known?.dataset ?? (await openedIn(base, choice, () => loadDataset(argument)));
    const images = known ?? { dataset, described: describeDataset(argument, dataset) };
    opened.set(argument, images);
    const job = await jobOf(choice, base?.spec ?? null, images, context, [...jobs.values()]);
    if (!jobs.has(job.id)) jobs.set(job.id, job);
  }
  return planOf([...jobs.values()]);
};
