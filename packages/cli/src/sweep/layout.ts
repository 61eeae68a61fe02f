/**
 * The folder of a sweep on the disk: what it asked for, its run folders, what became of each job.
 *
 * `sweep.json` (the plan), `runs/<name>/` (a run folder each), `jobs/<id>/` (`outcome.json`, `progress.json`, the lock
 * of the worker that has it), `workers/<n>/` (the lock of each worker), `workers.log`. Every file is whole or not there.
 */

import { join } from 'node:path';
import { parseRunConfig, type RunConfig, type SweepChoice } from 'latent-plane';
import {
  inputError,
  type JobOutcome,
  type JobProgress,
  parseJsonAs,
  sweepChoiceSchema,
  tryJsonAs,
} from 'latent-plane/internal';
import * as v from 'valibot';
import { shellWord } from '../console.ts';
import { diskFiles, makeFolder, writeAtomic } from '../files/file-system.ts';

export const SWEEP_FORMAT = 1;

/** Another job of the same sweep, and what its weights are to the one that comes after it. */
export interface Predecessor {
  /** `init`: what all parameters begin with; `encoder`: a frozen encoder. */
  readonly as: 'init' | 'encoder';
  /** Id of the job. */
  readonly job: string;
}

/** The weights that a job left. */
export interface LeftWeights {
  /** Safetensors. */
  readonly bytes: Uint8Array;
  /** Where they lie, as a run records it. */
  readonly model: string;
}

/** One training of a sweep: all that a worker needs, and only data. */
export interface SweepJob {
  readonly id: string;
  /** Name of its run folder. */
  readonly name: string;
  /** What the sweep asked for; names its cell in tables. */
  readonly choice: SweepChoice;
  readonly config: RunConfig;
  /** With whose weights it begins; it waits for that job. */
  readonly after?: Predecessor;
}

export interface SweepPlan {
  /** Twelve digits that the jobs determine. */
  readonly sweep: string;
  readonly jobs: readonly SweepJob[];
}

export const sweepPaths = (out: string) => ({
  plan: join(out, 'sweep.json'),
  log: join(out, 'workers.log'),
  runs: join(out, 'runs'),
  run: (name: string) => join(out, 'runs', name),
  job: (id: string) => join(out, 'jobs', id),
  outcome: (id: string) => join(out, 'jobs', id, 'outcome.json'),
  progress: (id: string) => join(out, 'jobs', id, 'progress.json'),
  attempts: (id: string) => join(out, 'jobs', id, 'attempts.json'),
  worker: (index: number) => join(out, 'workers', String(index)),
});

const number = v.number();
const count = v.pipe(number, v.integer(), v.minValue(0));
const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{20}$/));
/** Becomes a path: letters, digits and hyphens alone. */
const name = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,150}$/));

const jobSchema = v.object({
  id,
  name,
  choice: sweepChoiceSchema,
  config: v.unknown(),
  after: v.exactOptional(v.object({ as: v.picklist(['init', 'encoder']), job: id })),
});
const planSchema = v.object({
  format: v.literal(SWEEP_FORMAT),
  sweep: v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/)),
  jobs: v.array(jobSchema),
});

const outcomeSchema = v.variant('state', [
  v.object({
    state: v.literal('done'),
    mse: v.nullable(v.object({ train: number, test: number, all: number })),
    epochs: count,
    seconds: number,
    imagesPerSecond: number,
    weightsSha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  }),
  v.object({ state: v.literal('failed'), code: v.string(), message: v.string() }),
]);

const progressSchema = v.object({ epoch: count, epochs: count, imagesPerSecond: number });

const encoder = new TextEncoder();

const refusal = (path: string) => ({
  code: 'invalid-sweep',
  at: { file: path },
  hint: 'a sweep did not write it; plan the sweep in another folder',
});

const attemptsSchema = v.object({ count: v.number(), epoch: v.number() });

/** How often a job was begun since it last moved on, and the epoch that it had reached then. */
export type Attempts = v.InferOutput<typeof attemptsSchema>;

/** Null where nobody counted, or what is there is no count. */
export const parseAttempts = (bytes: Uint8Array | null): Attempts | null => bytes && tryJsonAs(bytes, attemptsSchema);

/** Checks a job that comes from a file or a server. @throws LatentError (input) `invalid-sweep`, `invalid-run`. */
export const parseJob = (bytes: Uint8Array, path: string): SweepJob =>
  withConfig(parseJsonAs(bytes, jobSchema, refusal(path)), path);

const withConfig = (job: v.InferOutput<typeof jobSchema>, path: string): SweepJob => ({
  ...job,
  config: parseRunConfig(encoder.encode(JSON.stringify(job.config)), `${path}, job ${job.id}`),
});

/** @throws LatentError (input) `invalid-sweep`. */
export const parseOutcome = (bytes: Uint8Array, path: string): JobOutcome =>
  parseJsonAs(bytes, outcomeSchema, refusal(path));

/** @throws LatentError (input) `invalid-sweep`. */
export const parseProgress = (bytes: Uint8Array, path: string): JobProgress =>
  parseJsonAs(bytes, progressSchema, refusal(path));

/** Checks a plan that comes from a file or a server. @throws LatentError (input) `invalid-sweep`, `invalid-run`. */
export const parsePlan = (bytes: Uint8Array, path: string): SweepPlan => {
  const { sweep, jobs } = parseJsonAs(bytes, planSchema, refusal(path));
  return { sweep, jobs: jobs.map((job) => withConfig(job, path)) };
};

export const formatPlan = ({ sweep, jobs }: SweepPlan): string =>
  `${JSON.stringify({ format: SWEEP_FORMAT, sweep, jobs })}\n`;

/** Null where the folder holds no sweep. @throws LatentError (input) `invalid-sweep`, `invalid-run`. */
export const readPlan = async (out: string): Promise<SweepPlan | null> => {
  const { plan } = sweepPaths(out);
  const bytes = await diskFiles.read(plan);
  return bytes && parsePlan(bytes, plan);
};

/** @throws LatentError (input) `no-sweep`, `invalid-sweep`. */
export const requirePlan = async (out: string): Promise<SweepPlan> => {
  const plan = await readPlan(out);
  if (plan) return plan;
  throw inputError('no-sweep', {
    at: { file: out },
    expected: 'the folder of a sweep with sweep.json',
    got: 'none',
    hint: `begin one: npx latent sweep FILE.yaml --out ${shellWord(out)}`,
  });
};

export const writePlan = async (out: string, plan: SweepPlan): Promise<void> => {
  await makeFolder(diskFiles, out);
  await writeAtomic(diskFiles, sweepPaths(out).plan, formatPlan(plan));
};

/** Null while the job has not ended. */
export const readOutcome = async (out: string, job: string): Promise<JobOutcome | null> => {
  const path = sweepPaths(out).outcome(job);
  const bytes = await diskFiles.read(path);
  return bytes && parseOutcome(bytes, path);
};

export const writeOutcome = async (out: string, job: string, outcome: JobOutcome): Promise<void> => {
  await makeFolder(diskFiles, sweepPaths(out).job(job));
  await writeAtomic(diskFiles, sweepPaths(out).outcome(job), `${JSON.stringify(outcome)}\n`);
};
