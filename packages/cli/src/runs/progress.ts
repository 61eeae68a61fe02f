/**
 * How far a training has come, on standard error: a bar with rate and time left where a person looks on, now and then
 * a plain line where nobody does.
 */
import { SingleBar } from 'cli-progress';
import type { EpochRecord } from 'latent-plane';
import { type Output, wantsColour } from '../console.ts';
import type { RunObserver } from './execute-run.ts';

const PLAIN_EVERY_MS = 5000;
const RATE_OVER_MS = 5000;
const REDRAW_MS = 100;

/** `45 s`, `4 min 10 s`, `2 h 3 min`. */
export const formatDuration = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
};

const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');

/**
 * Images a second over the last five seconds or so, since a rate over hours tells nothing of now; in a log since its last line,
 * with all that an epoch ends with.
 */
const createRate = (now: () => number) => {
  let begin = { ms: now(), images: 0 };
  let middle = begin;
  let line = begin;
  let images = 0;
  const since = (from: typeof begin): number => {
    const ms = now() - from.ms;
    return ms > 0 ? (1000 * (images - from.images)) / ms : 0;
  };
  return {
    add: (count: number): void => {
      images += count;
      const ms = now();
      if (ms - middle.ms < RATE_OVER_MS) return;
      begin = middle;
      middle = { ms, images };
    },
    read: (): number => since(begin),
    readLine: (): number => {
      const rate = since(line);
      line = { ms: now(), images };
      return rate;
    },
  };
};

const lossWords = ({ loss, valLoss }: EpochRecord): string =>
  `loss ${loss.toFixed(5)}${valLoss === undefined ? '' : `, validation ${valLoss.toFixed(5)}`}`;

/**
 * A watcher of a run for a terminal or a log.
 *
 * @param now - a clock in milliseconds.
 */
export const trainingProgress = (
  stream: NodeJS.WriteStream & Output = process.stderr,
  now: () => number = () => performance.now(),
): RunObserver => {
  let bar: SingleBar | null = null;
  let rate = createRate(now);
  let run = { epochs: 0, images: 0, batches: 0, epoch: 0, batch: 0 };
  let done = 0;
  let latest = '';
  let lastDrawnMs = Number.NEGATIVE_INFINITY;

  const left = (perSecond = rate.read()): string => {
    if (perSecond === 0) return '';
    const remaining = (run.epochs - done / run.batches) * run.images;
    return `${grouped(perSecond)} images/s, ${formatDuration(remaining / perSecond)} left`;
  };
  return {
    begin: (begun) => {
      run = begun;
      done = run.epoch * run.batches + run.batch;
      rate = createRate(now);
      if (!stream.isTTY) return;
      const filled = wantsColour(stream) ? '\u001b[36m{bar}\u001b[0m' : '{bar}';
      bar = new SingleBar({
        stream,
        format: `epoch {epoch}/${run.epochs} ${filled} {figures}`,
        barsize: 24,
        barCompleteChar: '\u2588',
        barIncompleteChar: '\u2591',
        fps: 1000 / REDRAW_MS,
        hideCursor: null,
        // The command handles Ctrl-C itself: it saves first.
        gracefulExit: false,
      });
      bar.start(run.epochs * run.batches, done, { epoch: Math.min(run.epoch + 1, run.epochs), figures: '' });
    },
    batch: ({ epoch, batch, loss }) => {
      done = (epoch - 1) * run.batches + batch;
      rate.add(run.images / run.batches);
      if (bar === null || now() - lastDrawnMs < REDRAW_MS) return;
      lastDrawnMs = now();
      bar.update(done, {
        epoch,
        figures: [latest === '' ? `loss ${loss.toFixed(5)}` : latest, left()].filter((part) => part !== '').join(', '),
      });
    },
    epoch: (record) => {
      latest = lossWords(record);
      if (bar !== null) return;
      const isLast = record.epoch === run.epochs;
      if (!isLast && now() - lastDrawnMs < PLAIN_EVERY_MS) return;
      lastDrawnMs = now();
      const perSecond = rate.readLine();
      const rest = isLast ? `${grouped(perSecond)} images/s` : left(perSecond);
      stream.write(`epoch ${record.epoch}/${run.epochs}: ${latest}, ${rest}\n`);
    },
    end: () => {
      bar?.update(done, latest === '' ? {} : { figures: latest });
      bar?.stop();
      bar = null;
    },
  };
};
