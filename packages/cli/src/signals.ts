/**
 * Being asked to stop: by Ctrl-C, by `kill`, by a terminal that closes. All three mean the same everywhere.
 */
import { closeSync, fstatSync } from 'node:fs';
import { EXIT, note } from './console.ts';

/** What asks a process to stop and leaves it time to do so. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `npx` and the terminal each deliver the same Ctrl-C. */
const SAME_REQUEST_MS = 500;

type Listener = () => void;

const listeners: Listener[] = [];
let askedMs: number | null = null;
let wasAsked = false;

/** Node restores a terminal's settings as it ends, and aborts where the terminal is gone; what is closed it leaves alone. */
const leaveTerminal = (): void => {
  // A terminal that is gone is none any more to `isatty`.
  for (const fd of [0, 1, 2]) if (fstatSync(fd).isCharacterDevice()) closeSync(fd);
};

const tell = (signal: NodeJS.Signals): void => {
  // A shell that ends hangs up twice, and nobody is left who could mean the second differently.
  const isRepeat = askedMs !== null && (signal === 'SIGHUP' || performance.now() - askedMs < SAME_REQUEST_MS);
  if (isRepeat) return;
  if (signal === 'SIGHUP') process.once('exit', leaveTerminal);
  askedMs = performance.now();
  wasAsked = true;
  listeners.at(-1)?.();
};

/** Whether this process was ever asked to stop. */
export const wasAskedToStop = (): boolean => wasAsked;

/**
 * Hears of every request to stop until the returned function is called. Of several listeners the latest alone is told:
 * a training saves where the program around it would just end.
 */
export const onStop = (listener: Listener): (() => void) => {
  if (listeners.length === 0) for (const signal of STOP_SIGNALS) process.on(signal, tell);
  listeners.push(listener);
  return () => {
    const at = listeners.lastIndexOf(listener);
    if (at >= 0) listeners.splice(at, 1);
    if (listeners.length > 0) return;
    for (const signal of STOP_SIGNALS) process.off(signal, tell);
    askedMs = null;
  };
};

/**
 * Runs `action` with a signal that the first request to stop sets. A second one ends the process at once, exit code 130.
 *
 * @param said - told to the person at the first request; nothing where it is null.
 */
export const withInterruption = async <T>(
  action: (signal: AbortSignal) => Promise<T>,
  said: string | null = '\nstopping after this batch and saving; once more to stop at once',
): Promise<T> => {
  const controller = new AbortController();
  const release = onStop(() => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    if (said !== null) note(said);
  });
  try {
    return await action(controller.signal);
  } finally {
    release();
  }
};

/** Resolves at the first request to stop, for what runs until then: being stopped is its good end. */
export const stopAsked = (): Promise<void> =>
  new Promise((resolve) => {
    const release = onStop(() => {
      release();
      resolve();
    });
  });
