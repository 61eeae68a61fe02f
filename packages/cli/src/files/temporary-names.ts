/**
 * Names of what is written beside its place before it is renamed into it.
 *
 * A name says for which target it is, and which process of which machine writes it: so what a killed process left is
 * known, and what another one is writing is left alone.
 */
import { hostname } from 'node:os';
import { sha256Of } from './sha256.ts';
import { systemCode } from './system-code.ts';

/** A file; a folder being made; a folder that is being replaced. */
export type Stage = 'tmp' | 'making' | 'old';

const prefixOf = (target: string): string =>
  `.latent-plane-${sha256Of(target).slice(0, 8)}-${sha256Of(hostname()).slice(0, 6)}-`;

const NAME = /^\.latent-plane-[0-9a-f]{8}-[0-9a-f]{6}-\d+\.(tmp|making|old)$/;

/** Names in use by this very process; in a container every process may have the same id. */
const inUse = new Set<string>();

/** @param target - the last part of the path that is to be written. */
export const temporaryName = (target: string, stage: Stage): string => `${prefixOf(target)}${process.pid}.${stage}`;

/** Whether a name is one of these, whoever's. */
export const isTemporaryName = (name: string): boolean => NAME.test(name);

/** Runs `action` while `name` counts as being in use. */
export const whileInUse = async <T>(name: string, action: () => Promise<T>): Promise<T> => {
  inUse.add(name);
  try {
    return await action();
  } finally {
    inUse.delete(name);
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM'; // runs under another user
  }
};

/** Those of `names` that processes of this machine left for a target when they were killed. */
export const leftoversOf = (names: readonly string[], target: string, stage: Stage): readonly string[] => {
  const prefix = prefixOf(target);
  return names.filter((name) => {
    if (!name.startsWith(prefix) || !name.endsWith(`.${stage}`) || inUse.has(name)) return false;
    const pid = Number(name.slice(prefix.length, -stage.length - 1));
    return Number.isInteger(pid) && (pid === process.pid || !isAlive(pid));
  });
};
