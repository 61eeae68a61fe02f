/**
 * How far the fetching of a data set, or the reading of many pictures, has come, in words on standard error.
 *
 * In: progress of `loadDataset`. Out: one line that is written over where a person watches; every quarter a plain
 * line where nobody does (a log, a pipe).
 */
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

/** How much of something countable is done: a line that is written over, or one each quarter; nothing of a small total. */
const countReporter = (
  words: (done: number, total: number) => string,
  smallest: number,
  stream: ProgressStream,
  now: () => number,
): ((done: number, total: number) => void) => {
  let lastDrawnMs = Number.NEGATIVE_INFINITY;
  let lastQuarter = 0;
  return (done, total) => {
    if (total < smallest) return;
    const isLast = done === total;
    const quarter = Math.floor((4 * done) / total);
    if (!isLast && !(stream.isTTY ? now() - lastDrawnMs >= REDRAW_MS : quarter > lastQuarter)) return;
    lastDrawnMs = now();
    lastQuarter = quarter;
    const line = words(done, total);
    stream.write(stream.isTTY ? `\r${line.padEnd(72)}${isLast ? '\n' : ''}` : `${line}\n`);
  };
};

/** Fewer files are read before anybody wonders. */
const MANY_FILES = 2000;

/**
 * @param now - a clock in milliseconds.
 * @returns a callback for `onReading`.
 */
export const readingProgressReporter = (
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): ((done: number, total: number) => void) =>
  countReporter((done, total) => `reading: ${done} of ${total} files`, MANY_FILES, stream, now);

/** Fewer images are written before anybody wonders. */
const MANY_IMAGES = 50_000;

/** The same of images that are packed. */
export const packingProgressReporter = (
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): ((done: number, total: number) => void) =>
  countReporter((done, total) => `packing: ${done} of ${total} images`, MANY_IMAGES, stream, now);
