/** What is half done is undone, whether it fails or the process is told to end. */
import { rmdirSync, rmSync } from 'node:fs';
import { EXIT } from '../console.ts';
import { onStop } from '../signals.ts';

/** A thread that is writing may put a file into a folder while it is being removed. */
const RETRIES = 5;

/** Removes a file or a folder that this process made under a temporary name. */
export const removeTemporary = (path: string): void =>
  rmSync(path, { recursive: true, force: true, maxRetries: RETRIES });

/** Removes folders that this process made, the last first, as far as nothing is in them. */
export const removeEmptyFolders = (made: readonly string[]): void => {
  for (const folder of [...made].reverse()) {
    try {
      rmdirSync(folder);
    } catch {
      // Something is in it by now, so it stays.
      return;
    }
  }
};

/** What is under way, the innermost last. */
const underWay: (() => void)[] = [];
let release: () => void = () => undefined;

const undoAll = (): void => {
  for (const undo of [...underWay].reverse()) {
    try {
      undo();
    } catch {
      // The others are undone all the same.
    }
  }
  process.exit(EXIT.interrupted);
};

const begin = (undo: () => void): void => {
  if (underWay.length === 0) release = onStop(undoAll);
  underWay.push(undo);
};

const end = (undo: () => void): void => {
  underWay.splice(underWay.indexOf(undo), 1);
  if (underWay.length === 0) release();
};

/**
 * Runs `action`; it may run another such within.
 *
 * @param undo - at once, without waiting for anything: a signal ends the process after it, with exit 130.
 */
export const withUndo = async <T>(undo: () => void, action: () => Promise<T>): Promise<T> => {
  begin(undo);
  try {
    return await action();
  } catch (error) {
    try {
      undo();
    } catch {
      // The first failure is the one to tell.
    }
    throw error;
  } finally {
    end(undo);
  }
};
