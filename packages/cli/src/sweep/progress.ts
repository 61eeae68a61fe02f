/**
 * How far a sweep has come, on standard error: a bar where a person looks on, now and then a plain line where nobody
 * does.
 */
import { SingleBar } from 'cli-progress';
import { counted, type Output } from '../console.ts';
import { formatDuration } from '../runs/progress.ts';
import type { SweepTotals } from './states.ts';

const PLAIN_EVERY_MS = 5000;

export interface SweepProgress {
  update(totals: SweepTotals): void;
  end(): void;
}

/** `3 done, 2 running, 7 waiting, 0 failed; 250,000 images/s, 4 min 2 s left`. */
export const totalsWords = ({ done, running, waiting, failed, imagesPerSecond, imagesLeft }: SweepTotals): string => {
  const rate =
    imagesPerSecond > 0
      ? `; ${imagesPerSecond.toLocaleString('en-US')} images/s, ${formatDuration(imagesLeft / imagesPerSecond)} left`
      : '';
  return `${done} done, ${running} running, ${waiting} waiting, ${failed} failed${rate}`;
};

/** @param now - a clock in milliseconds. */
export const sweepProgress = (
  jobs: number,
  stream: NodeJS.WriteStream & Output = process.stderr,
  now: () => number = () => performance.now(),
): SweepProgress => {
  let bar: SingleBar | null = null;
  let toldMs = Number.NEGATIVE_INFINITY;
  let told = '';
  let latest = '';
  if (stream.isTTY) {
    bar = new SingleBar({
      stream,
      format: `{bar} {figures}`,
      barsize: 16,
      barCompleteChar: '\u2588',
      barIncompleteChar: '\u2591',
      hideCursor: null,
      gracefulExit: false,
    });
    bar.start(jobs, 0, { figures: '' });
  }
  const line = (): void => {
    if (latest === told) return;
    told = latest;
    toldMs = now();
    stream.write(`${counted(jobs, 'job')}: ${latest}\n`);
  };
  return {
    update: (totals) => {
      latest = totalsWords(totals);
      bar?.update(totals.done + totals.failed, { figures: latest });
      if (!bar && now() - toldMs >= PLAIN_EVERY_MS) line();
    },
    end: () => {
      if (bar) bar.stop();
      else line();
      bar = null;
    },
  };
};
