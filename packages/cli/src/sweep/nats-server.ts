/**
 * What a sweep keeps on a NATS server: a work queue, a table of states, a store of run folders.
 *
 * In: an address. Out: handles on the three, made where they are not there. Who takes jobs is `nats-queue.ts`, who gives
 * them and collects is `nats-client.ts`.
 */
import {
  AckPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamClient,
  JetStreamError,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { type ObjectStore, Objm } from '@nats-io/obj';
import { errors, millis, type NatsConnection, nanos } from '@nats-io/transport-node';
import { inputError, type JobOutcome, reasonOf, workError } from 'latent-plane/internal';
import { type ConnectOptions, closedError, connectTo, shownUrl } from './nats-connect.ts';
import { persist } from './persist.ts';

export const DEFAULT_SERVER = 'nats://127.0.0.1:4222';
export const STREAM = 'LATENT_JOBS';
export const CONSUMER = 'workers';
export const TABLE = 'latent_jobs';
export const STORE = 'latent_runs';
/** Values kept of a key: enough to see that an outcome was written once. */
const HISTORY = 5;
/** A job whose worker has said nothing for so long is given to another. */
export const LEASE_MS = 30_000;

/** Servers of a cluster that start together need so long until they have a leader. */
const PATIENCE_MS = 15_000;

export interface ServerOptions extends ConnectOptions {
  /** Copies of every stream, in a cluster of at least as many servers. */
  readonly replicas?: number;
  /** Where the server has no queue yet; else the queue's own holds. */
  readonly leaseMs?: number;
}

export interface SweepServer {
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly table: KV;
  readonly store: ObjectStore;
  readonly leaseMs: number;
  /** The error of a connection that will not come back; null while it may. */
  hopeless(): Error | null;
  close(): Promise<void>;
}

/** What the table says of an ended job. */
export interface StoredOutcome {
  readonly outcome: JobOutcome;
  /** Name of the packed run in the store; null where there is none. */
  readonly object: string | null;
  readonly sha256: string | null;
}

export const keys = {
  outcome: (id: string) => `outcome.${id}`,
  progress: (id: string) => `progress.${id}`,
  attempts: (id: string) => `attempts.${id}`,
  checkpoint: (id: string) => `checkpoint.${id}`,
  plan: (sweep: string) => `sweep.${sweep}`,
  subject: (id: string) => `latent.jobs.${id}`,
} as const;

/** Whether an error is the server's or the connection's: it may pass. */
export const isServerError = (error: unknown): boolean =>
  error instanceof JetStreamError ||
  error instanceof JetStreamApiError ||
  Object.values(errors).some((type) => error instanceof type);

const NOT_FOUND = 404;

/** Others may make it at the same time, and make the same. */
const orMade = async <T>(found: Promise<T>, make: () => Promise<T>): Promise<T> => {
  try {
    return await found;
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.status !== NOT_FOUND) throw error;
    return make();
  }
};

/** JetStream's codes of a cluster that has not come together yet: no leader, not enough servers, none of the last. */
const NOT_YET = new Set([10_008, 10_005, 10_023]);

/** Whether a cluster that has just been started may answer better in a moment. */
const isNotYet = (error: unknown): boolean =>
  error instanceof JetStreamApiError
    ? NOT_YET.has(error.code) || error.status === 503
    : error instanceof errors.TimeoutError || error instanceof errors.NoRespondersError;

const makeQueue = async (connection: NatsConnection, { replicas = 1, leaseMs = LEASE_MS }: ServerOptions) => {
  const manager = await jetstreamManager(connection);
  const stream = await orMade(manager.streams.info(STREAM), () =>
    manager.streams.add({
      name: STREAM,
      subjects: ['latent.jobs.*'],
      retention: RetentionPolicy.Workqueue,
      storage: StorageType.File,
      num_replicas: replicas,
      // A job that waits already is not queued twice.
      max_msgs_per_subject: 1,
      discard: DiscardPolicy.New,
      discard_new_per_subject: true,
    }),
  );
  const consumer = await orMade(manager.consumers.info(STREAM, CONSUMER), () =>
    manager.consumers.add(STREAM, {
      durable_name: CONSUMER,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(leaseMs),
      max_ack_pending: 10_000,
    }),
  );
  const copies = stream.config.num_replicas;
  const table = await new Kvm(connection).create(TABLE, {
    history: HISTORY,
    replicas: copies,
    // The leader answers: another copy may not know yet that an outcome is there, or was purged.
    allow_direct: false,
  });
  const store = await new Objm(connection).create(STORE, { replicas: copies, storage: StorageType.File });
  return { manager, table, store, copies, leaseMs: millis(consumer.config.ack_wait ?? nanos(leaseMs)) };
};

/** @throws LatentError (work) `no-server`, `no-jetstream`; (input) `other-queue`, and what `connectTo` throws. */
export const openServer = async (options: ServerOptions): Promise<SweepServer> => {
  const connection = await connectTo(options);
  const url = shownUrl(options.url);
  try {
    const until = performance.now() + PATIENCE_MS;
    const { manager, table, store, copies, leaseMs } = await persist(async () => {
      try {
        return await makeQueue(connection, options);
      } catch (error) {
        if (isNotYet(error) && performance.now() < until) throw error;
        const reason = reasonOf(error);
        throw workError(
          'no-jetstream',
          {
            at: { file: url },
            expected: `JetStream with room for the sweep, got: ${reason}`,
            hint: 'start the server with -js, or see docs/sweeps.md',
          },
          { cause: error },
        );
      }
    });
    if (options.replicas !== undefined && options.replicas !== copies)
      throw inputError('other-queue', {
        at: { file: url },
        problem: `--replicas: the queue there was made with ${copies}, got ${options.replicas}`,
        hint: 'leave the option away, or begin with empty servers',
      });
    return {
      connection,
      js: jetstream(connection),
      manager,
      table,
      store,
      leaseMs,
      hopeless: () => closedError(connection, url),
      // What has not been sent by now waits for a server that may be away for long.
      close: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
};

/** What the table says; null where it says nothing, or its entry was cleared. */
export const valueAt = async ({ table }: SweepServer, key: string): Promise<Uint8Array | null> => {
  const entry = await table.get(key);
  return entry?.operation === 'PUT' ? entry.value : null;
};

/** The keys that the table has, such as all of `outcome.*`. */
export const keysOf = async ({ manager }: SweepServer, pattern: string): Promise<string[]> => {
  const prefix = `$KV.${TABLE}.`;
  const { state } = await manager.streams.info(`KV_${TABLE}`, { subjects_filter: `${prefix}${pattern}` });
  return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length));
};
