/**
 * The side of a distributed sweep that gives jobs and collects run folders.
 *
 * In: a plan, a server. Out: the same folder that a sweep of one machine makes. What comes from the server is held
 * against its hash, the run folder's schema and the job's id before it takes its place.
 */
import { rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { JetStreamApiError } from '@nats-io/jetstream';
import { inputError, type JobProgress } from 'latent-plane';
import { diskFiles, makeFolder } from '../files/file-system.ts';
import { readConfig, readMetrics, runPaths } from '../runs/folder.ts';
import { parseOutcome, parseProgress, type SweepJob, type SweepPlan, sweepPaths, writeOutcome } from './layout.ts';
import { isServerError, keys, type SweepServer } from './nats-server.ts';
import { sha256Of, unpackRun } from './pack.ts';
import { configId } from './plan.ts';
import type { SweepProgress } from './progress.ts';
import { type JobStanding, readStandings, totalsOf } from './states.ts';

const POLL_MS = 500;
/** A job of which nothing was heard for so long is shown as waiting. */
const SILENT_MS = 60_000;
/** JetStream's code for "maximum messages per subject exceeded": the job waits there already. */
const QUEUED_ALREADY = 10_077;

const encoder = new TextEncoder();

/** Queues the jobs that have no outcome, each at most once. */
export const publishJobs = async ({ js, table }: SweepServer, jobs: readonly SweepJob[]): Promise<void> => {
  for (const job of jobs) {
    if (await table.get(keys.outcome(job.id))) continue;
    try {
      await js.publish(keys.subject(job.id), encoder.encode(JSON.stringify(job)));
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || error.code !== QUEUED_ALREADY) throw error;
    }
  }
};

/** Lets what had failed be carried out again. */
export const forgetFailuresOnServer = async ({ table }: SweepServer, jobs: readonly SweepJob[]): Promise<void> => {
  for (const { id } of jobs) {
    const entry = await table.get(keys.outcome(id));
    if (!entry || storedOf(entry.value, id).outcome.state !== 'failed') continue;
    await table.purge(keys.attempts(id));
    await table.purge(keys.outcome(id));
  }
};

const storedOf = (bytes: Uint8Array, id: string) => {
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (typeof value !== 'object' || value === null || !('outcome' in value))
    throw inputError('invalid-sweep', `outcome of job ${id}: expected an object with an outcome, got another`);
  const text = (field: unknown): string | null => (typeof field === 'string' ? field : null);
  return {
    outcome: parseOutcome(encoder.encode(JSON.stringify(value.outcome)), `outcome of job ${id}`),
    object: 'object' in value ? text(value.object) : null,
    sha256: 'sha256' in value ? text(value.sha256) : null,
  };
};

/** Brings the run folder and the outcome of an ended job. */
const collect = async ({ store }: SweepServer, out: string, job: SweepJob, bytes: Uint8Array): Promise<void> => {
  const { outcome, object, sha256 } = storedOf(bytes, job.id);
  if (outcome.state === 'done') {
    const packed = object === null ? null : await store.getBlob(object);
    if (!packed || sha256 === null)
      throw inputError('invalid-run', `job ${job.id}: expected its run folder on the server, found none`);
    const folder = sweepPaths(out).run(job.name);
    const arriving = `${folder}.arriving`;
    await rm(arriving, { recursive: true, force: true });
    await makeFolder(diskFiles, arriving);
    await unpackRun(packed, sha256, arriving, `run of job ${job.id}`);
    const config = await readConfig(arriving);
    const weights = await diskFiles.read(runPaths(arriving).weights);
    const isWhole = config !== null && weights !== null && (await readMetrics(arriving)) !== null;
    if (!isWhole || (await configId(config)) !== job.id || sha256Of(weights) !== outcome.weightsSha256)
      throw inputError('invalid-run', `run of job ${job.id}: expected that job's run folder, got another`);
    await rm(folder, { recursive: true, force: true });
    await rename(arriving, folder);
  }
  await writeOutcome(out, job.id, outcome);
};

/** Watches a sweep on a server to its end, or until the signal, and collects what has ended. */
export const followServer = async (
  server: SweepServer,
  out: string,
  plan: SweepPlan,
  progress: SweepProgress,
  signal: AbortSignal,
): Promise<readonly JobStanding[]> => {
  const jobs = new Map(plan.jobs.map((job) => [job.id, job]));
  const heard = new Map<string, { readonly progress: JobProgress; readonly ms: number }>();
  const ended = new Map<string, Uint8Array>();
  // All keys: several filters need a server newer than Debian's.
  const watcher = await server.table.watch();
  const reading = (async () => {
    for await (const { key, value, operation } of watcher) {
      const [kind, id] = key.split('.');
      if (operation !== 'PUT' || !jobs.has(id)) continue;
      if (kind === 'outcome') ended.set(id, value);
      else if (kind === 'progress')
        heard.set(id, { progress: parseProgress(value, `progress of job ${id}`), ms: performance.now() });
    }
  })();
  let failure: unknown = null;
  reading.catch((error: unknown) => {
    failure = error;
  });
  let standings = await readStandings(out, plan);
  try {
    for (;;) {
      for (const { job, outcome } of standings) {
        const bytes = outcome === null ? ended.get(job.id) : undefined;
        if (bytes)
          await collect(server, out, job, bytes).catch((error: unknown) => {
            // A server that is away now is asked again at the next look.
            if (!isServerError(error)) throw error;
          });
      }
      standings = (await readStandings(out, plan, standings)).map((standing): JobStanding => {
        const last = heard.get(standing.job.id);
        if (standing.outcome !== null || !last) return standing;
        const state = performance.now() - last.ms < SILENT_MS ? 'running' : 'waiting';
        return { ...standing, state, progress: last.progress };
      });
      if (failure !== null) throw failure;
      progress.update(totalsOf(standings));
      if (standings.every(({ outcome }) => outcome !== null) || signal.aborted) return standings;
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    watcher.stop();
    progress.end();
  }
};
