import type { SpawnSyncOptions } from 'node:child_process';

/** The project's folder, with a slash at its end. */
export declare const root: string;
/** Runs a command in the project's folder with its output shown; returns its exit code. */
export declare const run: (command: string, args: readonly string[], options?: SpawnSyncOptions) => number;
/** Checks Node's version and installs the packages of the lock file, once. */
export declare const setUp: () => void;
