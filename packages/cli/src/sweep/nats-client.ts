/**
 * The side of a distributed sweep that gives jobs and watches them.
 *
 * In: a plan, a server. Out: the same folder that a sweep of one machine makes. What comes from the server is checked
 * on its way (`arrive.ts`).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { JetStreamApiError } from '@nats-io/jetstream';
import { type JobProgress, LatentError } from 'latent-plane';
import { bringJob } from './collect.ts';
import { parseProgress, type SweepJob, type SweepPlan } from './layout.ts';
import { packedRun, parseStored } from './nats-runs.ts';
import { keys, type SweepServer, valueAt } from './nats-server.ts';
import { persist } from './persist.ts';
import type { SweepProgress } from './progress.ts';
import { type JobStanding, readStandings, totalsOf } from './states.ts';

const POLL_MS = 500;
/** A job of which nothing was heard for so long is shown as waiting. */
const SILENT_MS = 60_000;
/** JetStream's code for "maximum messages per subject exceeded": the job waits there already. */
const QUEUED_ALREADY = 10_077;

const encoder = new TextEncoder();

/** Queues the jobs that have no outcome, each at most once. */
export const publishJobs = async (server: SweepServer, jobs: readonly SweepJob[]): Promise<void> => {
  const { js } = server;
  const publish = async (job: SweepJob): Promise<void> => {
    if (await valueAt(server, keys.outcome(job.id))) return;
    try {
      await js.publish(keys.subject(job.id), encoder.encode(JSON.stringify(job)));
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || error.code !== QUEUED_ALREADY) throw error;
    }
  };
  for (const job of jobs) await persist(() => publish(job), server);
};

/** Lets what had failed be carried out again. */
export const forgetFailuresOnServer = async (server: SweepServer, jobs: readonly SweepJob[]): Promise<void> => {
  const forget = async ({ id }: SweepJob): Promise<void> => {
    const stored = await valueAt(server, keys.outcome(id));
    if (!stored || parseStored(stored, id).outcome.state !== 'failed') return;
    await server.table.purge(keys.attempts(id));
    await server.table.purge(keys.outcome(id));
  };
  for (const job of jobs) await persist(() => forget(job), server);
};

/** Brings the run folder and the outcome of an ended job. */
const collect = async (server: SweepServer, out: string, job: SweepJob, bytes: Uint8Array): Promise<void> => {
  const stored = parseStored(bytes, job.id);
  const source = {
    outcome: () => Promise.resolve(stored.outcome),
    run: () => packedRun(server, stored),
  };
  await bringJob(source, out, job, stored.outcome);
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
      if (!jobs.has(id)) continue;
      // Another command lets it be carried out again.
      if (kind === 'outcome' && operation !== 'PUT') ended.delete(id);
      if (operation !== 'PUT') continue;
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
            if (error instanceof LatentError) throw error;
          });
      }
      standings = (await readStandings(out, plan, standings)).map((standing): JobStanding => {
        const last = heard.get(standing.job.id);
        if (standing.outcome !== null || !last) return standing;
        const state = performance.now() - last.ms < SILENT_MS ? 'running' : 'waiting';
        return { ...standing, state, progress: last.progress };
      });
      const end = failure ?? server.hopeless();
      if (end !== null) throw end;
      progress.update(totalsOf(standings));
      if (standings.every(({ outcome }) => outcome !== null) || signal.aborted) return standings;
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    watcher.stop();
    progress.end();
  }
};
