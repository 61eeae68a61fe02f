/**
 * Seconds, rate and time left of a run. Its clock stands while it is paused: what is measured is the training.
 */
import type { RunConfig, RunMetrics, TrainingState } from 'latent-plane';
import { createMeter, keptEpoch, metricsOf } from 'latent-plane/internal';
import type { Progress } from '../protocol.ts';
import { createRate } from './rate.ts';
import type { RunPosition } from './run-types.ts';

export interface FiguresOptions {
  readonly config: RunConfig;
  /** Images that are trained on. */
  readonly images: number;
  /** Figures of what was trained before. */
  readonly before: RunMetrics | null;
  /** Milliseconds, from anywhere. */
  readonly now: () => number;
}

export interface RunFigures {
  /** Batches of an epoch. */
  readonly batches: number;
  /** @param batch - done just now, from 1. */
  addBatch(batch: number): void;
  metrics(state: TrainingState, stopped: RunPosition['stopped']): RunMetrics;
  progress(latest: NonNullable<RunPosition['latest']>): Progress;
  /** The clock stands from now on. */
  pause(): void;
  resume(): void;
}

export const createRunFigures = ({ config, images, before, now }: FiguresOptions): RunFigures => {
  const { batchSize, epochs } = config.recipe;
  const batches = Math.ceil(images / batchSize);
  let pausedAt: number | null = null;
  let pausedMs = 0;
  const clock = (): number => (pausedAt ?? now()) - pausedMs;
  const meter = createMeter(clock, before);
  const rate = createRate(clock);
  return {
    batches,
    addBatch: (batch) => {
      const count = batch === batches ? images - (batches - 1) * batchSize : batchSize;
      meter.add(count);
      rate.add(count);
    },
    metrics: (state, stopped) =>
      metricsOf(config, { history: state.history, bestEpoch: keptEpoch(state), ...meter.read(), stopped }),
    progress: (latest) => {
      const step = (latest.epoch - 1) * batches + latest.batch;
      const imagesPerSecond = rate.read();
      const secondsLeft = imagesPerSecond === null ? null : ((epochs - step / batches) * images) / imagesPerSecond;
      return { ...latest, epochs, batches, step, imagesPerSecond, secondsLeft };
    },
    pause: () => {
      pausedAt ??= now();
    },
    resume: () => {
      if (pausedAt === null) return;
      pausedMs += now() - pausedAt;
      pausedAt = null;
      rate.restart();
    },
  };
};
