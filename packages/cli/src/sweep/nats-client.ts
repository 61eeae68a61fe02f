/**
 * The side of a distributed sweep that gives jobs and watches them.
 *
 * In: a plan, a server. Out: the same folder that a sweep of one machine makes. What comes from the server is checked
 * on its way (`import-run.ts`).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { JetStreamApiError } from '@nats-io/jetstream';
import type { JobProgress } from 'latent-plane/internal';
import { bringJob } from './collect.ts';
import { parseProgress, type SweepJob, type SweepPlan } from './layout.ts';
import { parseStored, serverSource } from './nats-runs.ts';
import { keys, keysOf, type SweepServer, valueAt } from './nats-server.ts';
import { mayPass, persist } from './persist.ts';
import type { SweepProgress } from './progress.ts';
import { type JobStatus, readStatuses, totalsOf } from './states.ts';

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

/** Lets what had failed be run again. */
export const clearFailuresOnServer = async (server: SweepServer, jobs: readonly SweepJob[]): Promise<void> => {
  const clear = async ({ id }: SweepJob): Promise<void> => {
    const stored = await valueAt(server, keys.outcome(id));
    if (!stored || parseStored(stored, id).outcome.state !== 'failed') return;
    await server.table.purge(keys.attempts(id));
    await server.table.purge(keys.outcome(id));
  };
  for (const job of jobs) await persist(() => clear(job), server);
};

/** When a job's worker was last heard of, by this machine's clock. */
interface Heard {
  readonly progress: JobProgress;
  readonly revision: number;
  readonly ms: number;
}

/** What the server says of jobs that have not ended. */
const listen = async ({ table }: SweepServer, ids: readonly string[], heard: Map<string, Heard>): Promise<void> => {
  for (const id of ids) {
    const entry = await table.get(keys.progress(id));
    if (entry?.operation !== 'PUT' || entry.revision === heard.get(id)?.revision) continue;
    const progress = parseProgress(entry.value, `progress of job ${id}`);
    heard.set(id, { progress, revision: entry.revision, ms: performance.now() });
  }
};

const idsOf = (found: readonly string[], jobs: ReadonlyMap<string, unknown>): string[] =>
  found.map((key) => key.slice(key.indexOf('.') + 1)).filter((id) => jobs.has(id));

/**
 * Watches a sweep on a server to its end, or until the signal, and collects what has ended.
 *
 * The server is asked again and again rather than told to tell: a cluster loses who waits with the server that dies.
 */
export const followServer = async (
  server: SweepServer,
  out: string,
  plan: SweepPlan,
  progress: SweepProgress,
  signal: AbortSignal,
): Promise<readonly JobStatus[]> => {
  const heard = new Map<string, Heard>();
  const source = serverSource(server, (question) => question());
  const states = new Map((await readStatuses(out, plan)).map((status) => [status.job.id, status]));
  /** Ended on the server; their runs are on their way. */
  let incoming: ReadonlySet<string> = new Set();
  const open = (): ReadonlyMap<string, JobStatus> => new Map([...states].filter(([, { outcome }]) => outcome === null));
  const show = (): void => {
    for (const [id, status] of open()) {
      const last = heard.get(id);
      const { epochs } = status.job.config.recipe;
      if (incoming.has(id))
        states.set(id, { ...status, state: 'done', progress: { epoch: epochs, epochs, imagesPerSecond: 0 } });
      if (incoming.has(id) || !last) continue;
      const state = performance.now() - last.ms < SILENT_MS ? 'running' : 'waiting';
      states.set(id, { ...status, state, progress: last.progress });
    }
    progress.update(totalsOf([...states.values()]));
  };
  const look = async (): Promise<void> => {
    incoming = new Set(idsOf(await keysOf(server, keys.outcome('*')), open()));
    await listen(server, idsOf(await keysOf(server, keys.progress('*')), open()), heard);
    show();
    for (const id of incoming) {
      const status = open().get(id);
      const outcome = status && (await source.outcome(status.job));
      // Cleared, to be run again.
      if (!outcome || signal.aborted) continue;
      await bringJob(source, out, status.job, outcome);
      states.set(id, { ...status, state: outcome.state, outcome, progress: null });
      show();
    }
  };
  try {
    for (;;) {
      const begin = performance.now();
      await look().catch((error: unknown) => {
        // A server that is away now is asked again at the next look.
        if (!mayPass(error)) throw error;
      });
      const end = server.hopeless();
      if (end !== null) throw end;
      if (open().size === 0 || signal.aborted) return [...states.values()];
      // The more there is to look at, the more seldom.
      const pauseMs = Math.max(POLL_MS, 4 * (performance.now() - begin));
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    progress.end();
  }
};
