/**
 * A job of a server's queue while one worker has it.
 *
 * In: the message that brought the job, a folder. Out: a lease that is kept alive while the job runs. The run's
 * checkpoint goes to the server now and then, so that another worker continues from it; the outcome is written once.
 */
import { rm } from 'node:fs/promises';
import type { JsMsg } from '@nats-io/jetstream';
import type { JobOutcome } from 'latent-plane/internal';
import { readMetrics } from '../runs/folder.ts';
import { type Attempts, parseAttempts, type SweepJob } from './layout.ts';
import { writeObject } from './nats-objects.ts';
import { leftOnServer } from './nats-runs.ts';
import { keys, type StoredOutcome, type SweepServer, valueAt } from './nats-server.ts';
import { packRun } from './pack.ts';
import type { RunLease } from './perform.ts';
import { persist } from './persist.ts';

const PROGRESS_EVERY_MS = 1000;
const CHECKPOINT_EVERY_MS = 10_000;
/** The first goes early, so that workers which die young still move a job on. */
const FIRST_CHECKPOINT_MS = 500;

/** Counts an attempt; those before the run's last progress do not count. */
export const countAttempt = async (server: SweepServer, { id }: SweepJob, folder: string): Promise<Attempts> => {
  const before = parseAttempts(await valueAt(server, keys.attempts(id))) ?? { count: 0, epoch: 0 };
  const epoch = (await readMetrics(folder).catch(() => null))?.epochs ?? 0;
  const attempts = { count: epoch > before.epoch ? 1 : before.count + 1, epoch };
  await server.table.put(keys.attempts(id), JSON.stringify(attempts));
  return attempts;
};

/** Writes the outcome if none is there. @returns whether ours is the one that stands. */
const settle = async (server: SweepServer, id: string, stored: StoredOutcome): Promise<boolean> => {
  const text = JSON.stringify(stored);
  try {
    await server.table.create(keys.outcome(id), text);
    return true;
  } catch (error) {
    const there = await valueAt(server, keys.outcome(id));
    if (!there) throw error;
    // An answer that was lost on the way: it was ours.
    return new TextDecoder().decode(there) === text;
  }
};

/** A job that is given back in order has cost no worker. */
const uncountAttempt = async (server: SweepServer, { id }: SweepJob): Promise<void> => {
  const attempts = parseAttempts(await valueAt(server, keys.attempts(id)));
  if (attempts === null) return;
  const { count, epoch } = attempts;
  await server.table.put(keys.attempts(id), JSON.stringify({ count: Math.max(0, count - 1), epoch }));
};

/** A lease of this queue before its job has begun: it can be let go without a word. */
export interface NatsLease extends RunLease {
  abandon(): Promise<void>;
}

/** Tells the server that a job is worked on, and notices when the server cannot hear it any more. */
const startBeating = (message: JsMsg, { connection, leaseMs }: SweepServer) => {
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
    if (performance.now() - answeredMs > leaseMs || connection.isClosed()) lost.abort();
  }, leaseMs / 4);
  return { lost: lost.signal, stop: (): void => clearInterval(beat) };
};

/** Tells the server how far a job is, and saves its state there: both no more often than anybody gains by. */
const startReporting = (server: SweepServer, job: SweepJob, folder: string, lost: AbortSignal) => {
  let toldMs = Number.NEGATIVE_INFINITY;
  let sentMs = performance.now() - CHECKPOINT_EVERY_MS + FIRST_CHECKPOINT_MS;
  let sentEpoch = 0;
  let sending: Promise<void> = Promise.resolve();
  const send = async (): Promise<void> => writeObject(server, keys.checkpoint(job.id), await packRun(folder));
  const progress: RunLease['progress'] = async (now) => {
    const nowMs = performance.now();
    const tell = nowMs - toldMs >= PROGRESS_EVERY_MS;
    const save = now.epoch > sentEpoch && nowMs - sentMs >= CHECKPOINT_EVERY_MS;
    if (lost.aborted || !(tell || save)) return;
    if (tell) toldMs = nowMs;
    if (save) [sentMs, sentEpoch] = [nowMs, now.epoch];
    // A server that is away misses a checkpoint; the next one makes up for it.
    sending = sending
      .then(async () => {
        if (tell) await server.table.put(keys.progress(job.id), JSON.stringify(now));
        if (save) await send();
      })
      .catch(() => undefined);
    await sending;
  };
  return { send, progress, sent: (): Promise<void> => sending };
};

export const leaseOf = (
  server: SweepServer,
  message: JsMsg,
  job: SweepJob,
  folder: string,
  onNote: (text: string) => void,
): NatsLease => {
  const { connection, store } = server;
  const { lost, stop } = startBeating(message, server);
  const { send, progress, sent } = startReporting(server, job, folder, lost);
  const end = async (): Promise<void> => {
    stop();
    await rm(folder, { recursive: true, force: true });
  };
  const onTrouble = (reason: string): void =>
    onNote(`${job.name}: the server does not take the result now (${reason}); asking again until it does`);
  const until = { signal: lost, hopeless: server.hopeless, onTrouble };
  return {
    job,
    folder,
    lost,
    predecessor: () => persist(() => leftOnServer(server, job.after?.job ?? job.id), until),
    progress,
    finish: async (outcome: JobOutcome) => {
      await sent();
      try {
        const packed = outcome.state === 'done' ? await packRun(folder) : null;
        // Named by its content: a twin with other bytes never writes over it.
        const object = packed && `run.${job.id}.${packed.sha256.slice(0, 16)}`;
        if (packed && object) await persist(() => writeObject(server, object, packed), until);
        const stored = { outcome, object, sha256: packed?.sha256 ?? null };
        const ours = await persist(() => settle(server, job.id, stored), until);
        await persist(() => message.ackAck(), until);
        await store.delete(keys.checkpoint(job.id)).catch(() => undefined);
        return ours;
      } catch (error) {
        if (!lost.aborted) throw error;
        return false;
      } finally {
        await end();
      }
    },
    release: async () => {
      await sent();
      if (!lost.aborted) {
        await send().catch(() => undefined);
        await uncountAttempt(server, job).catch(() => undefined);
        message.nak();
        await connection.flush().catch(() => undefined);
      }
      await end();
    },
    abandon: end,
  };
};
