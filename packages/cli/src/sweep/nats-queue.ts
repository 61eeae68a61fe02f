/**
 * The queue of many machines: jobs, states and run folders on a NATS server.
 *
 * In: a server, a scratch folder. Out: leases that are kept alive while the job runs. The run's checkpoint goes to the
 * server now and then, so that another worker continues from it; the outcome is written once.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsMsg } from '@nats-io/jetstream';
import { inputError, type JobOutcome, LatentError, type Queue } from 'latent-plane';
import * as v from 'valibot';
import { readConfig, readMetrics } from '../runs/folder.ts';
import { parseJob, type SweepJob } from './layout.ts';
import { CONSUMER, keys, STREAM, type StoredOutcome, type SweepServer } from './nats-server.ts';
import { packRun, sha256Of, unpackRun } from './pack.ts';
import type { RunLease } from './perform.ts';
import { configId } from './plan.ts';

/** The server answers at least so often, or the worker may be asked to stop. */
const POLL_MS = 2000;
const PROGRESS_EVERY_MS = 1000;
const CHECKPOINT_EVERY_MS = 10_000;
/** The first goes early, so that workers which die young still move a job on. */
const FIRST_CHECKPOINT_MS = 500;
const RETRY_MS = 1000;
const MAX_ATTEMPTS = 5;

const attemptsSchema = v.object({ count: v.number(), epoch: v.number() });

/** Repeats until the server has answered; a server that restarts costs time and nothing else. */
const persist = async <T>(action: () => Promise<T>, signal: AbortSignal): Promise<T> => {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (signal.aborted || error instanceof LatentError) throw error;
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
};

const restoreCheckpoint = async ({ store }: SweepServer, job: SweepJob, folder: string): Promise<void> => {
  const name = keys.checkpoint(job.id);
  const info = await store.info(name);
  const sha256 = info?.metadata?.sha256;
  const bytes = info && !info.deleted && sha256 ? await store.getBlob(name) : null;
  if (!bytes || !sha256) return;
  try {
    await unpackRun(bytes, sha256, folder, `checkpoint of job ${job.id}`);
    const config = await readConfig(folder);
    if (!config || (await configId(config)) !== job.id)
      throw inputError('invalid-run', `checkpoint of job ${job.id}: it is another job's`);
  } catch (error) {
    if (!(error instanceof LatentError) || error.kind !== 'input') throw error;
    // A checkpoint that cannot be trusted costs the work since the start, not the job.
    await rm(folder, { recursive: true, force: true });
  }
};

const countAttempt = async ({ table }: SweepServer, { id }: SweepJob, folder: string): Promise<number> => {
  const entry = await table.get(keys.attempts(id));
  const parsed = v.safeParse(attemptsSchema, entry?.json());
  const before = parsed.success ? parsed.output : { count: 0, epoch: 0 };
  const epoch = (await readMetrics(folder).catch(() => null))?.epochs ?? 0;
  const count = epoch > before.epoch ? 1 : before.count + 1;
  await table.put(keys.attempts(id), JSON.stringify({ count, epoch }));
  return count;
};

/** Writes the outcome if none is there. @returns whether ours is the one that stands. */
const settle = async ({ table }: SweepServer, id: string, stored: StoredOutcome): Promise<boolean> => {
  const text = JSON.stringify(stored);
  try {
    await table.create(keys.outcome(id), text);
    return true;
  } catch (error) {
    const there = await table.get(keys.outcome(id));
    if (!there) throw error;
    // An answer that was lost on the way: it was ours.
    return there.string() === text;
  }
};

/** A lease of this queue before its job has begun: it can be let go without a word. */
interface NatsLease extends RunLease {
  abandon(): Promise<void>;
}

const leaseOf = (server: SweepServer, message: JsMsg, job: SweepJob, folder: string): NatsLease => {
  const { connection, table, store, leaseMs } = server;
  const lost = new AbortController();
  let answeredMs = performance.now();
  const beat = setInterval(() => {
    message.working();
    connection
      .flush()
      .then(() => {
        answeredMs = performance.now();
      })
      .catch(() => undefined);
    if (performance.now() - answeredMs > leaseMs) lost.abort();
  }, leaseMs / 4);
  let toldMs = Number.NEGATIVE_INFINITY;
  let sentMs = performance.now() - CHECKPOINT_EVERY_MS + FIRST_CHECKPOINT_MS;
  let sending: Promise<void> = Promise.resolve();
  const send = async (): Promise<void> => {
    const bytes = await packRun(folder);
    await store.putBlob({ name: keys.checkpoint(job.id), metadata: { sha256: sha256Of(bytes) } }, bytes);
  };
  const end = async (): Promise<void> => {
    clearInterval(beat);
    await rm(folder, { recursive: true, force: true });
  };
  return {
    job,
    folder,
    lost: lost.signal,
    progress: async (progress) => {
      const now = performance.now();
      const tell = now - toldMs >= PROGRESS_EVERY_MS;
      const save = progress.epoch > 0 && now - sentMs >= CHECKPOINT_EVERY_MS;
      if (tell) toldMs = now;
      if (save) sentMs = now;
      if (!tell && !save) return;
      // A server that is away misses a checkpoint; the next one makes up for it.
      sending = sending
        .then(async () => {
          if (tell) await table.put(keys.progress(job.id), JSON.stringify(progress));
          if (save) await send();
        })
        .catch(() => undefined);
      await sending;
    },
    finish: async (outcome: JobOutcome) => {
      await sending;
      try {
        const packed = outcome.state === 'done' ? await packRun(folder) : null;
        const sha256 = packed && sha256Of(packed);
        // Named by its content: a twin with other bytes never writes over it.
        const object = sha256 && `run.${job.id}.${sha256.slice(0, 16)}`;
        if (packed && object) await persist(() => store.putBlob({ name: object }, packed), lost.signal);
        const ours = await persist(() => settle(server, job.id, { outcome, object, sha256 }), lost.signal);
        await persist(() => message.ackAck(), lost.signal);
        await store.delete(keys.checkpoint(job.id)).catch(() => undefined);
        return ours;
      } catch (error) {
        if (!lost.signal.aborted) throw error;
        return false;
      } finally {
        await end();
      }
    },
    release: async () => {
      await sending;
      if (!lost.signal.aborted) {
        await send().catch(() => undefined);
        message.nak();
        await connection.flush().catch(() => undefined);
      }
      await end();
    },
    abandon: end,
  };
};

/** @throws LatentError (input) where what the server sent is no job, or not the one that its name says. */
const jobIn = async (message: JsMsg): Promise<SweepJob> => {
  const job = parseJob(message.data, message.subject);
  if (keys.subject(job.id) !== message.subject || (await configId(job.config)) !== job.id)
    throw inputError('checksum', `${message.subject}: expected a job with the id of its content, got ${job.id}`);
  return job;
};

/**
 * @param scratch - folder for the runs under way.
 * @param onNote - told of what was refused.
 */
export const createNatsQueue = async (
  server: SweepServer,
  scratch: string,
  onNote: (text: string) => void,
): Promise<Queue<SweepJob, RunLease>> => {
  const consumer = await server.js.consumers.get(STREAM, CONSUMER);
  const accept = async (message: JsMsg): Promise<RunLease | null> => {
    let job: SweepJob;
    try {
      job = await jobIn(message);
    } catch (error) {
      if (!(error instanceof LatentError)) throw error;
      onNote(`refused: ${error.message}`);
      message.term(error.code);
      return null;
    }
    if (await server.table.get(keys.outcome(job.id))) {
      await message.ackAck();
      return null;
    }
    const folder = join(scratch, job.name);
    await rm(folder, { recursive: true, force: true });
    const lease = leaseOf(server, message, job, folder);
    try {
      await restoreCheckpoint(server, job, folder);
      if ((await countAttempt(server, job, folder)) <= MAX_ATTEMPTS) return lease;
    } catch (error) {
      await lease.abandon();
      throw error;
    }
    await lease.finish({
      state: 'failed',
      code: 'workers-lost',
      message: `${MAX_ATTEMPTS} workers ended within this job before it finished an epoch`,
    });
    return null;
  };
  return {
    take: async (signal) => {
      while (!signal.aborted) {
        try {
          const message = await consumer.next({ expires: POLL_MS });
          const lease = message && (await accept(message));
          if (lease) return lease;
        } catch (error) {
          if (error instanceof LatentError && error.kind === 'work') throw error;
          // The server is away; the job that it had sent, if any, comes again.
          if (!signal.aborted) await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
        }
      }
      return null;
    },
  };
};
