/**
 * What a run folder tells of a training, for people.
 *
 * In: what its files say. Out: `ExplorerAbout`. Nothing is computed here: what a run does not know is null.
 */
import * as v from 'valibot';
import { type Finding, findingSchema } from '../diagnosis/index.ts';
import type { ExplorerAbout } from '../formats/index.ts';
import type { DataIdentity } from '../images/index.ts';
import type { EpochRecord } from '../training/index.ts';
import { commandOf, type RunConfig } from './config.ts';
import { type RunMetrics, scoresOn } from './metrics.ts';

const diagnosisSchema = v.object({ findings: v.array(findingSchema) });

const findingsOf = (run: Pick<RunFacts, 'config' | 'metrics'>, data: DataIdentity | null): Finding[] | null => {
  const parsed = v.safeParse(diagnosisSchema, scoresOn(run, 'diagnose', data));
  return parsed.success ? parsed.output.findings : null;
};

const versionsOf = ({ versions, threads }: RunConfig): string =>
  [
    `Latent Plane ${versions.latentPlane}`,
    `ONNX Runtime ${versions.onnxruntime}`,
    versions.browser ?? `Node ${versions.node}`,
    versions.platform,
    `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
  ].join(', ');

/** What a run folder says of itself. */
export interface RunFacts {
  /** Null where it was not trained here. */
  readonly config: RunConfig | null;
  /** Null where the folder has none. */
  readonly metrics: RunMetrics | null;
  /** Finished epochs, in order. */
  readonly history: readonly EpochRecord[];
  /** The model card. */
  readonly card: string | null;
}

/**
 * What the explorer tells of a run: recipe, command, losses, findings, card.
 *
 * @param data - on show: findings of other images are none.
 * @param metadata - strings that travel in exported files.
 */
export const aboutOfRun = (
  { config, metrics, history, card }: RunFacts,
  data: DataIdentity | null,
  metadata: Readonly<Record<string, string>>,
): ExplorerAbout => ({
  recipe: config?.recipe ?? null,
  command: config && commandOf(config),
  versions: config && versionsOf(config),
  card,
  // A loss that is no number cannot be drawn; that the run diverged is told apart.
  history: history.filter(({ loss, valLoss = 0 }) => Number.isFinite(loss) && Number.isFinite(valLoss)),
  bestEpoch: metrics?.bestEpoch ?? null,
  stopped: metrics?.stopped ?? null,
  findings: findingsOf({ config, metrics }, data),
  metadata,
});
