// A program that ends with this one: what asks this process to stop is passed on to it, and waited for.
import { spawn } from 'node:child_process';
import { whenRunnerEnds } from './runner.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Exit code of what was interrupted. */
const INTERRUPTED = 130;

/**
 * Runs a program with its output shown.
 *
 * @returns its exit code, 130 where a signal ended it, and whether this process was asked to stop meanwhile.
 */
export const runWhileAlive = (command, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    let stopped = false;
    const pass = (signal) => {
      stopped = true;
      child.kill(signal);
    };
    for (const signal of SIGNALS) process.on(signal, pass);
    const release = whenRunnerEnds(() => pass('SIGTERM'));
    const end = (code) => {
      release();
      for (const signal of SIGNALS) process.off(signal, pass);
      resolve({ code, stopped });
    };
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      end(1);
    });
    child.on('close', (code, signal) => end(signal === null ? (code ?? 1) : INTERRUPTED));
  });
