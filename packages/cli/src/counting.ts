/**
 * How far a count has come, on standard error: a bar where a person looks on, now and then a line where nobody does.
 *
 * In: numbers done. Out: nothing at all for work that is over within a second.
 */
import { SingleBar } from 'cli-progress';
import { type Output, plainCell, wantsColour } from './console.ts';
import { formatDuration } from './runs/progress.ts';
import { grouped } from './tables.ts';

export interface Counting {
  readonly onProgress: (done: number, total: number) => void;
  end(): void;
}

const QUIET_MS = 1000;
const PLAIN_EVERY_MS = 5000;

/**
 * @param title - what is done, for example `encoding`.
 * @param unit - what is counted, for example `images`.
 * @param now - a clock in milliseconds.
 */
export const counting = (
  title: string,
  unit: string,
  stream: NodeJS.WriteStream & Output = process.stderr,
  now: () => number = () => performance.now(),
): Counting => {
  const name = plainCell(title);
  const begin = now();
  let bar: SingleBar | null = null;
  let isOver = false;
  let toldMs = begin + QUIET_MS - PLAIN_EVERY_MS;
  const rest = (done: number, total: number): string => {
    const perSecond = (1000 * done) / (now() - begin);
    return `${grouped(Math.round(perSecond))} ${unit}/s, ${formatDuration((total - done) / perSecond)} left`;
  };
  return {
    onProgress: (done, total) => {
      const ms = now();
      if (ms - begin < QUIET_MS || done === 0 || isOver) return;
      if (!stream.isTTY) {
        if (ms - toldMs < PLAIN_EVERY_MS) return;
        toldMs = ms;
        stream.write(`${name}: ${grouped(done)} of ${grouped(total)} ${unit}, ${rest(done, total)}\n`);
        return;
      }
      if (bar === null) {
        const filled = wantsColour(stream) ? '\u001b[36m{bar}\u001b[0m' : '{bar}';
        bar = new SingleBar({
          stream,
          format: `${name} ${filled} {figures}`,
          barsize: 24,
          barCompleteChar: '\u2588',
          barIncompleteChar: '\u2591',
          hideCursor: null,
          clearOnComplete: true,
          gracefulExit: false,
        });
        bar.start(total, done, { figures: '' });
      }
      bar.update(done, { figures: rest(done, total) });
      // Another count may follow on the same line.
      isOver = done >= total;
      if (isOver) bar.stop();
    },
    end: () => {
      if (!isOver) bar?.stop();
      bar = null;
    },
  };
};

/** Runs `action` with a counting that ends when it does. */
export const withCounting = async <T>(
  title: string,
  unit: string,
  action: (onProgress: Counting['onProgress']) => Promise<T>,
): Promise<T> => {
  const { onProgress, end } = counting(title, unit);
  try {
    return await action(onProgress);
  } finally {
    end();
  }
};
