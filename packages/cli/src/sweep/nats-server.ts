/**
 * What a sweep keeps on a NATS server: a work queue, a table of states, a store of run folders.
 *
 * In: an address. Out: handles on the three, made where they are not there. Who takes jobs is `nats-queue.ts`, who gives
 * them and collects is `nats-client.ts`.
 */
import { readFile } from 'node:fs/promises';
import {
  AckPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamClient,
  JetStreamError,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { type ObjectStore, Objm } from '@nats-io/obj';
import {
  connect,
  credsAuthenticator,
  errors,
  millis,
  type NatsConnection,
  nanos,
  tokenAuthenticator,
} from '@nats-io/transport-node';
import { type JobOutcome, workError } from 'latent-plane';

export const DEFAULT_SERVER = 'nats://127.0.0.1:4222';
export const STREAM = 'LATENT_JOBS';
export const CONSUMER = 'workers';
const TABLE = 'latent_jobs';
const STORE = 'latent_runs';
/** Values kept of a key: enough to see that an outcome was written once. */
const HISTORY = 5;
/** A job whose worker has said nothing for so long is given to another. */
export const LEASE_MS = 30_000;

export interface ServerOptions {
  readonly url: string;
  /** Credentials file. */
  readonly creds?: string;
  /** PEM file of the authority that signed the server's certificate. */
  readonly ca?: string;
  readonly token?: string;
  /** Copies of every stream, in a cluster of at least as many servers. */
  readonly replicas?: number;
  /** Where the server has no queue yet; else the queue's own holds. */
  readonly leaseMs?: number;
}

export interface SweepServer {
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly table: KV;
  readonly store: ObjectStore;
  readonly leaseMs: number;
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

/** @throws LatentError (work) `no-server`, `no-jetstream`. */
export const openServer = async ({
  url,
  creds,
  ca,
  token,
  replicas = 1,
  leaseMs = LEASE_MS,
}: ServerOptions): Promise<SweepServer> => {
  const seed = creds === undefined ? undefined : await readFile(creds);
  const connection = await connect({
    servers: url.split(','),
    // A server that is away for an hour ends nothing.
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    ...(seed ? { authenticator: credsAuthenticator(seed) } : token ? { authenticator: tokenAuthenticator(token) } : {}),
    ...(ca === undefined ? {} : { tls: { caFile: ca } }),
  }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw workError(
      'no-server',
      `${url}: expected a NATS server with JetStream, got none (${reason}); start one: nats-server -js -a 127.0.0.1`,
      { cause },
    );
  });
  try {
    const manager = await jetstreamManager(connection);
    await orMade(manager.streams.info(STREAM), () =>
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
    const table = await new Kvm(connection).create(TABLE, { history: HISTORY, replicas });
    const store = await new Objm(connection).create(STORE, { replicas, storage: StorageType.File });
    return {
      connection,
      js: jetstream(connection),
      table,
      store,
      leaseMs: millis(consumer.config.ack_wait ?? nanos(leaseMs)),
      // What has not been sent by now waits for a server that may be away for long.
      close: () => connection.close(),
    };
  } catch (cause) {
    await connection.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw workError(
      'no-jetstream',
      `${url}: expected JetStream with room for the sweep, got: ${reason}; start the server with -js, or see docs/sweeps.md`,
      { cause },
    );
  }
};
