/**
 * What a server knows of sweeps: their plans, the outcomes of their jobs, the packed runs.
 *
 * In: a server. Out: plain data, checked; for `--collect`, and for who watches. Nothing is written to the disk.
 */
import { inputError, parseJsonAs } from 'latent-plane/internal';
import * as v from 'valibot';
import { sha256Of } from '../files/sha256.ts';
import type { RunSource } from './collect.ts';
import { formatPlan, type LeftWeights, parseOutcome, parsePlan, type SweepPlan } from './layout.ts';
import { readObject, type StoredBytes, writeObject } from './nats-objects.ts';
import { keys, keysOf, type StoredOutcome, type SweepServer, valueAt } from './nats-server.ts';
import { type PackedRun, weightsIn } from './pack.ts';
import { persist } from './persist.ts';
import { missingWeights } from './predecessor.ts';

const encoder = new TextEncoder();
const storedSchema = v.object({ outcome: v.unknown(), object: v.nullable(v.string()), sha256: v.nullable(v.string()) });

/** @throws LatentError (input) `invalid-sweep`. */
export const parseStored = (bytes: Uint8Array, id: string): StoredOutcome => {
  const place = `outcome of job ${id}`;
  const refusal = { code: 'invalid-sweep', at: { subject: place }, hint: 'drop it' };
  const { outcome, object, sha256 } = parseJsonAs(bytes, storedSchema, refusal);
  return { outcome: parseOutcome(encoder.encode(JSON.stringify(outcome)), place), object, sha256 };
};

/** Null while the job has not ended. @throws LatentError (input) `invalid-sweep`. */
export const outcomeOnServer = async (server: SweepServer, id: string): Promise<StoredOutcome | null> => {
  const bytes = await valueAt(server, keys.outcome(id));
  return bytes && parseStored(bytes, id);
};

/** @throws Error where it does not come whole now; it may at the next attempt. */
const readWhole = async (server: SweepServer, name: string): Promise<StoredBytes | null> => {
  const stored = await readObject(server, name);
  if (stored === 'incomplete') throw new Error(`object ${name} came in part`);
  return stored;
};

/**
 * The packed run that an outcome names; null where the server has it no more.
 *
 * @throws Error where it does not come whole now.
 */
export const packedRun = async (server: SweepServer, { object, sha256 }: StoredOutcome): Promise<PackedRun | null> => {
  const stored = object === null ? null : await readWhole(server, object);
  return stored && sha256 !== null ? { bytes: stored.bytes, sha256 } : null;
};

/**
 * What a job left on the server.
 *
 * @throws LatentError (input) `invalid-run`, `checksum`. @throws Error where it does not come whole now.
 */
export const leftOnServer = async (server: SweepServer, id: string): Promise<LeftWeights> => {
  const stored = await outcomeOnServer(server, id);
  const packed = stored && (await packedRun(server, stored));
  return (packed && weightsIn(packed, id)) ?? missingWeights(id);
};

/** A server as a source of runs. @param ask - how often and how long it is asked. */
export const serverSource = (
  server: SweepServer,
  ask: <T>(question: () => Promise<T>) => Promise<T> = (question) => persist(question, server),
): RunSource => ({
  outcome: async ({ id }) => (await ask(() => outcomeOnServer(server, id)))?.outcome ?? null,
  run: async ({ id }) => {
    const stored = await ask(() => outcomeOnServer(server, id));
    return stored && ask(() => packedRun(server, stored));
  },
});

/** Leaves a sweep's plan on the server, so that it can be collected where its folder is not. */
export const publishPlan = async (server: SweepServer, plan: SweepPlan): Promise<void> => {
  const bytes = encoder.encode(formatPlan(plan));
  const name = keys.plan(plan.sweep);
  if (await persist(() => valueAt(server, name), server)) return;
  await persist(() => writeObject(server, name, { bytes, sha256: sha256Of(bytes) }), server);
  await persist(() => server.table.put(name, JSON.stringify({ jobs: plan.jobs.length })), server);
};

/** The names of the sweeps on a server. */
export const sweepsOf = async (server: SweepServer): Promise<string[]> =>
  (await keysOf(server, keys.plan('*'))).map((key) => key.slice(keys.plan('').length)).sort();

/**
 * The plan of a sweep on the server.
 *
 * @param sweep - its name; undefined for the only one.
 * @throws LatentError (input) `no-sweep` where there is none, or several to choose from; `checksum`.
 */
export const planOnServer = async (server: SweepServer, sweep: string | undefined): Promise<SweepPlan> => {
  const names = await persist(() => sweepsOf(server), server);
  const name = sweep ?? (names.length === 1 ? names[0] : undefined);
  const stored =
    name !== undefined && names.includes(name) ? await persist(() => readWhole(server, keys.plan(name)), server) : null;
  if (name === undefined || !stored)
    throw inputError('no-sweep', {
      problem:
        names.length === 0
          ? 'expected a sweep on the server, got none; begin one: npx latent sweep FILE.yaml --nats URL'
          : `expected one of the sweeps on the server, got ${sweep ?? 'none'}; name one: --sweep ${names.join(', ')}`,
    });
  if (sha256Of(stored.bytes) !== stored.sha256)
    throw inputError('checksum', {
      at: { subject: `plan of sweep ${name}` },
      expected: `SHA-256 ${stored.sha256}`,
      got: 'another',
      hint: 'plan it again',
    });
  return parsePlan(stored.bytes, `plan of sweep ${name}`);
};
