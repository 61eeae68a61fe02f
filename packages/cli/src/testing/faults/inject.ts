/**
 * Preloaded into the real program: makes calls to the disk go wrong as a plan says, by standing in for the functions of
 * `node:fs` and `node:fs/promises`. It imports nothing of the project, since it is loaded as a file of its own.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FaultPlan, FaultRecord, Operation } from './plan.ts';

type Call = (...args: unknown[]) => unknown;
type Functions = Record<string, unknown>;

const plan: FaultPlan | null = process.env.LATENT_TEST_FAULT ? JSON.parse(process.env.LATENT_TEST_FAULT) : null;
const counts: Record<Operation, number> = { read: 0, write: 0, rename: 0, remove: 0 };
const injected: string[] = [];
const original = { ...fs };
const DESCRIPTIONS = { ENOSPC: 'no space left on device', EACCES: 'permission denied', EIO: 'i/o error' } as const;
const NUMBERS = { ENOSPC: -28, EACCES: -13, EIO: -5 } as const;
const YEAR_MS = 365 * 24 * 3600 * 1000;

const pathOf = (value: unknown): string | null => {
  if (typeof value === 'string') return resolve(value);
  if (value instanceof URL && value.protocol === 'file:') return fileURLToPath(value);
  return value instanceof Uint8Array ? resolve(new TextDecoder().decode(value)) : null;
};

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);

/** Files that are open, by descriptor. */
const openFiles = new Map<number, string>();

const log = (): void => {
  if (!plan) return;
  const record: FaultRecord = { pid: process.pid, words: process.argv.slice(2), counts, injected };
  original.appendFileSync(plan.log, `${JSON.stringify(record)}\n`);
};

let clockIsBack = false;
const turnClockBack = (): void => {
  if (clockIsBack) return;
  clockIsBack = true;
  const RealDate = Date;
  const now = (): number => RealDate.now() - YEAR_MS;
  class LateDate extends RealDate {
    constructor(...args: []) {
      super(...(args.length === 0 ? ([now()] as unknown as []) : args));
    }
    static override now = now;
  }
  globalThis.Date = LateDate as DateConstructor;
};

/** What was written has the time of the clock. */
const setTime = (path: string): void => {
  if (!clockIsBack) return;
  try {
    original.utimesSync(path, new Date(), new Date());
  } catch {
    // It is not there any more, or never was.
  }
};

const systemError = (code: keyof typeof NUMBERS, syscall: string, path: string): Error =>
  Object.assign(new Error(`${code}: ${DESCRIPTIONS[code]}, ${syscall} '${path}'`), {
    errno: NUMBERS[code],
    code,
    syscall,
    path,
  });

/** @returns the error that the call is to fail with; null where it continues. */
const meet = (operation: Operation, name: string, path: string, half: () => void): Error | null => {
  if (!plan || !isBelow(path, plan.below)) return null;
  counts[operation] += 1;
  const { fault, at } = plan;
  const isMeant = plan.operation ? operation === plan.operation : operation !== 'read';
  const counted = plan.operation ? counts[plan.operation] : counts.write + counts.rename + counts.remove;
  const lasts = fault.type === 'error' && fault.lasts;
  if (at === 0 || !isMeant || !(counted === at || (lasts && counted > at))) return null;
  injected.push(`${name} ${path}`);
  switch (fault.type) {
    case 'kill':
      half();
      log();
      process.kill(process.pid, 'SIGKILL');
      // The signal comes while this thread waits for it, never later than the call.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
      return null;
    case 'remove-folder':
      original.rmSync(fault.folder, { recursive: true, force: true });
      return null;
    case 'clock-back':
      turnClockBack();
      return null;
    case 'error':
      if (fault.code !== 'EACCES') half();
      return systemError(fault.code, name, path);
  }
};

const nothing = (): void => undefined;

const bytesOf = (content: unknown): Uint8Array | null =>
  typeof content === 'string'
    ? new TextEncoder().encode(content)
    : ArrayBuffer.isView(content)
      ? viewBytes(content)
      : null;

const viewBytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const writeHalf = (path: string, content: unknown) => (): void => {
  const bytes = bytesOf(content);
  try {
    if (bytes) original.writeFileSync(path, bytes.subarray(0, bytes.length >> 1));
  } catch {
    // Then nothing is there.
  }
};

const flagsWrite = (flags: unknown): boolean =>
  typeof flags === 'number' ? (flags & 3) !== 0 : typeof flags === 'string' && /[wa+]/.test(flags);

interface Seen {
  readonly operation: Operation;
  readonly path: string;
  readonly half?: () => void;
}

const named = (operation: Operation, names: string): [string, Operation][] =>
  names.split(' ').map((name) => [name, operation]);

/** What functions do, by their names without `Sync`; others count for nothing. */
const DOES: ReadonlyMap<string, Operation> = new Map([
  ...named('write', 'writeFile appendFile write writev fsync ftruncate mkdir mkdtemp truncate utimes chmod symlink'),
  ...named('write', 'copyFile cp'),
  ...named('rename', 'rename link'),
  ...named('remove', 'rm rmdir unlink'),
  ...named('read', 'read readFile readdir opendir readlink stat lstat access realpath'),
]);
/** Of these the second path changes. */
const HAS_TARGET = new Set(['copyFile', 'cp', 'rename', 'link']);

/** What a call by its name and arguments does; null where it counts for nothing. */
const seenOf = (name: string, args: readonly unknown[]): Seen | null => {
  const base = name.replace(/Sync$/, '');
  const [first, second] = args;
  const path = typeof first === 'number' ? openFiles.get(first) : pathOf(HAS_TARGET.has(base) ? second : first);
  if (path === undefined || path === null) return null;
  if (base === 'open') return { operation: flagsWrite(second) ? 'write' : 'read', path };
  const operation = DOES.get(base);
  if (operation === undefined) return null;
  return {
    operation,
    path,
    half: base === 'writeFile' && typeof first !== 'number' ? writeHalf(path, second) : nothing,
  };
};

const failureOf = (name: string, args: readonly unknown[]): Error | null => {
  const seen = seenOf(name, args);
  return seen && meet(seen.operation, name, seen.path, seen.half ?? nothing);
};

const after = (name: string, args: readonly unknown[]): void => {
  const seen = clockIsBack ? seenOf(name, args) : null;
  if (seen && seen.operation !== 'read') setTime(seen.path);
};

const patchSync = (functions: Functions, name: string, call: Call): void => {
  functions[name] = function patched(this: unknown, ...args: unknown[]): unknown {
    // Whether a file is there is asked, not read.
    const failure = name === 'existsSync' ? null : failureOf(name, args);
    if (failure) throw failure;
    const result = call.apply(this, args);
    after(name, args);
    if (name === 'openSync' && typeof result === 'number') openFiles.set(result, pathOf(args[0]) ?? '');
    return result;
  };
};

const patchCallback = (functions: Functions, name: string, call: Call): void => {
  functions[name] = function patched(this: unknown, ...args: unknown[]): unknown {
    const done = args.at(-1);
    const failure = failureOf(name, args);
    if (typeof done !== 'function') return call.apply(this, args);
    if (failure) return process.nextTick(done, failure);
    const path = pathOf(args[0]);
    const told = (error: unknown, ...results: unknown[]): void => {
      const [descriptor] = results;
      if (name === 'open' && typeof descriptor === 'number' && path !== null) openFiles.set(descriptor, path);
      after(name, args);
      done(error, ...results);
    };
    return call.apply(this, [...args.slice(0, -1), told]);
  };
};

/** An open file of `node:fs/promises`: its own calls go wrong as the others. */
const patchHandle = (handle: object, path: string): void => {
  const own = handle as unknown as Functions;
  for (const [name, operation] of [
    ['writeFile', 'write'],
    ['appendFile', 'write'],
    ['write', 'write'],
    ['sync', 'write'],
    ['datasync', 'write'],
    ['truncate', 'write'],
    ['readFile', 'read'],
    ['read', 'read'],
  ] as const) {
    const call = own[name];
    if (typeof call !== 'function') continue;
    own[name] = async (...args: unknown[]): Promise<unknown> => {
      const failure = meet(operation, name, path, writeHalf(path, args[0]));
      if (failure) throw failure;
      const result: unknown = await call.apply(handle, args);
      if (operation === 'write') setTime(path);
      return result;
    };
  }
};

const patchPromise = (functions: Functions, name: string, call: Call): void => {
  functions[name] = async function patched(this: unknown, ...args: unknown[]): Promise<unknown> {
    const failure = failureOf(name, args);
    if (failure) throw failure;
    const result = await call.apply(this, args);
    after(name, args);
    const path = pathOf(args[0]);
    if (name === 'open' && typeof result === 'object' && result !== null && path !== null) patchHandle(result, path);
    return result;
  };
};

const patchAll = (
  functions: Functions,
  patch: (functions: Functions, name: string, call: Call) => void,
  sync?: boolean,
): void => {
  for (const [name, call] of Object.entries(functions)) {
    if (typeof call !== 'function' || /^[A-Z_]|^create|^promises|[wW]atch/.test(name)) continue;
    if (sync !== undefined && name.endsWith('Sync') !== sync) continue;
    patch(functions, name, call as Call);
    // `realpath` has a function of its own on it.
    Object.assign(functions[name] ?? {}, call);
  }
};

if (plan) {
  const all = fs as unknown as Functions;
  patchAll(fs.promises as unknown as Functions, patchPromise);
  patchAll(all, patchSync, true);
  patchAll(all, patchCallback, false);
  syncBuiltinESMExports();
  process.on('exit', log);
}
