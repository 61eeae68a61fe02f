/**
 * How far the fetching of a data set, or the reading of images, has come, in words on standard error.
 *
 * In: progress of `loadDataset`. Out: one line that is written over where a person watches; every quarter a plain
 * line where nobody does (a log, a pipe).
 */
import type { ReadProgress, ReadUnit } from 'latent-plane/internal';
import type { FetchProgress } from './fetch-files.ts';

/** The part of `process.stderr` that is used. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const MEGA = 1e6;
const REDRAW_MS = 100;

/** `12.3 MB`. */
export const megabytes = (bytes: number): string => `${(bytes / MEGA).toFixed(1)} MB`;

/**
 * @param now - a clock in milliseconds.
 * @returns a callback for `onProgress`.
 */
export function fetchProgressReporter(
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): (progress: FetchProgress) => void {
  let begin: { readonly ms: number; readonly bytes: number } | undefined;
  let lastDrawnMs = Number.NEGATIVE_INFINITY;
  let lastQuarter = -1;
  let finished = false;
  return ({ dataset, receivedBytes, totalBytes }) => {
    if (finished) return;
    begin ??= { ms: now(), bytes: receivedBytes };
    const done = receivedBytes === totalBytes;
    const quarter = Math.floor((4 * receivedBytes) / totalBytes);
    const due = stream.isTTY ? now() - lastDrawnMs >= REDRAW_MS : quarter > lastQuarter;
    if (!done && !due) return;
    finished = done;
    lastDrawnMs = now();
    lastQuarter = quarter;
    const seconds = (now() - begin.ms) / 1000;
    const bytesPerSecond = seconds > 0 ? (receivedBytes - begin.bytes) / seconds : 0;
    const share = `${Math.floor((100 * receivedBytes) / totalBytes)} % of ${megabytes(totalBytes)}`;
    const rate = bytesPerSecond > 0 ? `, ${megabytes(bytesPerSecond)}/s` : '';
    const secondsLeft = Math.ceil((totalBytes - receivedBytes) / bytesPerSecond);
    const left = bytesPerSecond > 0 && !done ? `, ${secondsLeft} s left` : '';
    const line = `fetching ${dataset}: ${share}${rate}${left}`;
    stream.write(stream.isTTY ? `\r${line.padEnd(72)}${done ? '\n' : ''}` : `${line}\n`);
  };
}

/** Nobody wonders before. */
const PATIENCE_MS = 1000;

const countWords = (done: number, total: number, unit: ReadUnit | 'images'): string =>
  unit === 'bytes' ? `${(done / MEGA).toFixed(1)} of ${megabytes(total)}` : `${done} of ${total} ${unit}`;

/** Says nothing of what is done within a second. */
const progressLines = (
  what: string,
  stream: ProgressStream,
  now: () => number,
): ((done: number, total: number, unit: ReadUnit | 'images') => void) => {
  let beganMs: number | null = null;
  let lastDrawnMs = Number.NEGATIVE_INFINITY;
  /** Another count begins where this one differs: of files after the bytes of the archive that they are in. */
  let counted = '';
  let lastQuarter = 0;
  /** A line is begun that has to be ended. */
  let isOpen = false;
  return (done, total, unit) => {
    beganMs ??= now();
    if (counted !== `${total} ${unit}`) {
      if (isOpen) stream.write('\n');
      [counted, lastQuarter, isOpen] = [`${total} ${unit}`, 0, false];
    }
    const isLast = done === total;
    const quarter = Math.floor((4 * done) / total);
    if (now() - beganMs < PATIENCE_MS) return;
    const isDue = stream.isTTY ? (isOpen && isLast) || now() - lastDrawnMs >= REDRAW_MS : quarter > lastQuarter;
    if (!isDue) return;
    lastDrawnMs = now();
    lastQuarter = quarter;
    isOpen = stream.isTTY === true && !isLast;
    const line = `${what}: ${countWords(done, total, unit)}`;
    stream.write(stream.isTTY ? `\r${line.padEnd(72)}${isLast ? '\n' : ''}` : `${line}\n`);
  };
};

/**
 * @param now - a clock in milliseconds.
 * @returns a callback for `onReading`.
 */
export const readingProgressReporter = (
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): ReadProgress => progressLines('reading', stream, now);

/** The same of images that are packed. */
export const packingProgressReporter = (
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): ((done: number, total: number) => void) => {
  const report = progressLines('packing', stream, now);
  return (done, total) => report(done, total, 'images');
};
