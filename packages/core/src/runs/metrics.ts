/**
 * `metrics.json` of a run folder, and the report of `latent train --json`, which is the same and the folder's path.
 *
 * In: a training's state and its time. Out: figures. Times are here alone, so that the history of a run that was
 * killed and went on is that of one that was not.
 */
import * as v from 'valibot';
import { type DataIdentity, type DatasetSums, sameData, sameSums } from '../images/index.ts';
import { parseJsonAs } from '../registry/parse-json.ts';
import type { EpochRecord, Stopped } from '../training/index.ts';
import type { RunConfig } from './config.ts';

const stopped = v.picklist(['finished', 'early', 'interrupted', 'diverged']);
const number = v.number();

const metricsSchema = v.object({
  id: v.string(),
  dataset: v.string(),
  recipe: v.string(),
  seed: number,
  epochs: number,
  bestEpoch: number,
  loss: v.nullable(number),
  valLoss: v.nullable(number),
  seconds: number,
  imagesPerSecond: number,
  stopped: v.nullable(stopped),
  scores: v.record(v.string(), v.unknown()),
});

/**
 * The figures of a run: what its `metrics.json` holds. Durations in seconds.
 *
 * @property id - Id of the network.
 * @property dataset - Name of the data set.
 * @property recipe - Name of the recipe.
 * @property seed - Of all that is drawn at random.
 * @property epochs - Finished epochs.
 * @property bestEpoch - The epoch whose weights are kept; 0 before the first.
 * @property loss - Training loss of that epoch.
 * @property valLoss - Its loss on the held-out images; null where none are held out.
 * @property seconds - Time spent training, validating and saving, over all executions of the run.
 * @property imagesPerSecond - Training images passed in that time.
 * @property stopped - Null while it trains, and after it was killed.
 * @property scores - Scores by the command that found them, `evaluate` and the like.
 * @interface
 */
export type RunMetrics = v.InferOutput<typeof metricsSchema>;

/** The JSON of `latent train`. */
export type TrainReport = { readonly run: string } & Omit<RunMetrics, 'scores'>;

/** What the figures are made of. */
export interface RunProgress {
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
  readonly stopped: Stopped | null;
}

/** The figures of a run so far; losses are those of the epoch whose weights are kept. Scores begin empty. */
export const metricsOf = (
  { network, dataset, recipe }: RunConfig,
  { history, bestEpoch, seconds, imagesPerSecond, stopped: how }: RunProgress,
): RunMetrics => {
  const kept = history.find(({ epoch }) => epoch === bestEpoch);
  return {
    id: network.id,
    dataset: dataset.name,
    recipe: recipe.name,
    seed: recipe.seed,
    epochs: history.length,
    bestEpoch,
    loss: kept?.loss ?? null,
    valLoss: kept?.valLoss ?? null,
    seconds: Math.round(seconds * 1000) / 1000,
    imagesPerSecond: Math.round(imagesPerSecond),
    stopped: how,
    scores: {},
  };
};

/** What `train --json` prints. */
export const reportOf = (run: string, { scores: _, ...figures }: RunMetrics): TrainReport => ({ run, ...figures });

/**
 * Reads a `metrics.json`.
 *
 * @throws LatentError (input) `invalid-run`.
 */
export const parseMetrics = (bytes: Uint8Array, path: string): RunMetrics =>
  parseJsonAs(bytes, metricsSchema, {
    code: 'invalid-run',
    at: { file: path },
    hint: 'remove the file, or take another run folder',
  });

/** What a command found of a model, and of which images. */
export type KeptScores = { readonly dataset: string; readonly sha256: DatasetSums } & Readonly<Record<string, unknown>>;

const keptSchema = v.object({
  sha256: v.object({
    trainImages: v.string(),
    trainLabels: v.string(),
    testImages: v.string(),
    testLabels: v.string(),
  }),
});

/**
 * What a command found of a run on the images that it was trained on, and kept with it; undefined where there is nothing.
 *
 * Scores name their images by sums. Those of the first edition name none; only scores of the run's own were kept then.
 */
export const ownScores = (
  { config, metrics }: { readonly config: RunConfig | null; readonly metrics: RunMetrics | null },
  command: string,
): unknown => {
  const scores = metrics?.scores[command];
  if (config === null || scores === undefined) return undefined;
  const stated = v.safeParse(keptSchema, scores);
  return !stated.success || sameSums(stated.output.sha256, config.dataset.sha256) ? scores : undefined;
};

/** What a command found of a run on these images, and kept with it; undefined where they are others than the run's. */
export const scoresOn = (run: Parameters<typeof ownScores>[0], command: string, data: DataIdentity | null): unknown =>
  sameData(run.config?.dataset, data) ? ownScores(run, command) : undefined;

/** The text of a `metrics.json`. */
export const formatMetrics = (metrics: RunMetrics): string => `${JSON.stringify(metrics, null, 2)}\n`;
