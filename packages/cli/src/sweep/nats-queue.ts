/**
 * The queue of many machines: jobs that wait on a NATS server.
 *
 * In: a server, a scratch folder. Out: leases (`nats-lease.ts`) on jobs that are what their names say, with the last
 * checkpoint of each in its place.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsMsg } from '@nats-io/jetstream';
import { LatentError } from 'latent-plane';
import { inputError, type Queue } from 'latent-plane/internal';
import { readConfig } from '../runs/folder.ts';
import { parseJob, type SweepJob } from './layout.ts';
import { countAttempt, leaseOf } from './nats-lease.ts';
import { readObject, type StoredBytes } from './nats-objects.ts';
import { outcomeOnServer } from './nats-runs.ts';
import { CONSUMER, keys, STREAM, type SweepServer, valueAt } from './nats-server.ts';
import { unpackRun } from './pack.ts';
import { givenBack, isWorkersOwn, type RunLease } from './perform.ts';
import { mayPass, persist, RETRY_MS } from './persist.ts';
import { configId } from './plan.ts';
import { inVain, readinessFrom } from './predecessor.ts';

/** The server answers at least so often, or the worker may be asked to stop. */
const POLL_MS = 2000;
/** A job that ends its worker so often without finishing an epoch would end every worker. */
const MAX_ATTEMPTS = 5;
/** A job whose predecessor has not ended comes again after so long. */
const WAIT_MS = 1000;
/** Looks at a checkpoint that does not come whole. */
const MAX_LOOKS = 2;

/** Null where it cannot be had: another worker may have been cut off while it wrote it. */
const readCheckpoint = async (server: SweepServer, job: SweepJob): Promise<StoredBytes | null> => {
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const stored = await readObject(server, keys.checkpoint(job.id));
    if (stored !== 'incomplete') return stored;
  }
  return null;
};

const restoreCheckpoint = async (server: SweepServer, job: SweepJob, folder: string): Promise<void> => {
  const stored = await readCheckpoint(server, job);
  if (!stored) return;
  try {
    await unpackRun(stored.bytes, stored.sha256, folder, `checkpoint of job ${job.id}`);
    const config = await readConfig(folder);
    if (!config || (await configId(config, job.after)) !== job.id)
      throw inputError('invalid-run', {
        at: { subject: `checkpoint of job ${job.id}` },
        problem: "it is another job's",
      });
  } catch (error) {
    if (!(error instanceof LatentError) || error.kind !== 'input') throw error;
    // A checkpoint that cannot be trusted costs the work since the start, not the job.
    await rm(folder, { recursive: true, force: true });
  }
};

/** @throws LatentError (input) where what the server sent is no job, or not the one that its name says. */
const jobIn = async (message: JsMsg): Promise<SweepJob> => {
  const job = parseJob(message.data, message.subject);
  if (keys.subject(job.id) !== message.subject || (await configId(job.config, job.after)) !== job.id)
    throw inputError('checksum', {
      at: { subject: message.subject },
      expected: 'a job with the id of its content',
      got: job.id,
    });
  return job;
};

/** A lease on the job that a message brings; null where there is nothing to run. */
const accept = async (
  server: SweepServer,
  message: JsMsg,
  scratch: string,
  onNote: (text: string) => void,
): Promise<RunLease | null> => {
  let job: SweepJob;
  try {
    job = await jobIn(message);
  } catch (error) {
    if (!(error instanceof LatentError)) throw error;
    onNote(`refused: ${error.message}`);
    message.term(error.code);
    return null;
  }
  if (await valueAt(server, keys.outcome(job.id))) {
    await message.ackAck();
    return null;
  }
  const before = job.after && (await outcomeOnServer(server, job.after.job));
  const readiness = job.after ? readinessFrom(before?.outcome ?? null) : 'ready';
  if (readiness === 'waits') {
    message.nak(WAIT_MS);
    return null;
  }
  const folder = join(scratch, job.name);
  await rm(folder, { recursive: true, force: true });
  const lease = leaseOf(server, message, job, folder, onNote);
  if (readiness === 'in-vain') {
    await lease.finish(inVain(job));
    return null;
  }
  try {
    await restoreCheckpoint(server, job, folder);
    if ((await countAttempt(server, job, folder)).count <= MAX_ATTEMPTS) return lease;
  } catch (error) {
    message.nak();
    await lease.abandon();
    throw isWorkersOwn(error) ? givenBack(job, error) : error;
  }
  await lease.finish({
    state: 'failed',
    code: 'workers-lost',
    message: `${MAX_ATTEMPTS} workers ended within this job before it finished an epoch`,
  });
  return null;
};

/**
 * @param scratch - folder for the runs under way.
 * @param onNote - told of what was refused, and of what takes longer.
 */
export const createNatsQueue = async (
  server: SweepServer,
  scratch: string,
  onNote: (text: string) => void,
): Promise<Queue<SweepJob, RunLease>> => {
  const consumer = await persist(() => server.js.consumers.get(STREAM, CONSUMER), server);
  return {
    take: async (signal) => {
      while (!signal.aborted) {
        try {
          const message = await consumer.next({ expires: POLL_MS });
          const lease = message && (await accept(server, message, scratch, onNote));
          if (lease) return lease;
        } catch (error) {
          // What the server sent is refused; what is this worker's own fault ends it.
          const isRefused = error instanceof LatentError && error.kind === 'input';
          if (!isRefused && !mayPass(error)) throw error;
          const end = server.hopeless();
          if (end) throw end;
          // The server is away; the job that it had sent, if any, comes again.
          if (!signal.aborted) await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
        }
      }
      return null;
    },
  };
};
