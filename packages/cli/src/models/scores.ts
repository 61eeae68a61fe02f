/**
 * What is known of the trained zoo: the scores in the run folders below `models/`.
 *
 * In: a models folder. Out: for each network and recipe the figures that its run's `metrics.json` holds. Nothing is
 * computed; a network that was not evaluated has no error here.
 */
import { join } from 'node:path';
import { type DataIdentity, type ErrorByPart, LatentError, type RunConfig, type RunMetrics } from 'latent-plane';
import { currentFindingCode, ownScores } from 'latent-plane/internal';
import * as v from 'valibot';
import { diskFiles } from '../files/file-system.ts';
import { modelsFolder } from '../places.ts';
import { readConfig, readMetrics } from '../runs/folder.ts';

/** Figures of one training of one network; what was not computed is absent. */
export interface ZooScore {
  readonly seed: number;
  /** Finished. */
  readonly epochs: number;
  readonly seconds: number;
  readonly mse?: ErrorByPart;
  /** Of a classifier. */
  readonly accuracy?: ErrorByPart;
  readonly knnAccuracy?: number;
  readonly recognisable?: number;
  /** Codes of the findings. */
  readonly findings?: readonly string[];
}

export interface TrainedRun {
  readonly id: string;
  readonly recipe: 'documented' | 'best' | 'custom';
  /** Name of the run folder. */
  readonly folder: string;
  /** What it was trained on, and its figures are of. */
  readonly data: DataIdentity;
  readonly score: ZooScore;
}

const byPart = v.object({ train: v.number(), test: v.number(), all: v.number() });
const evaluationSchema = v.object({
  mse: v.optional(byPart),
  accuracy: v.optional(byPart),
  knnAccuracy: v.nullish(v.object({ value: v.number() })),
  recognisable: v.nullish(v.number()),
});
const diagnosisSchema = v.object({ findings: v.array(v.object({ code: v.string() })) });

const scoreOf = (config: RunConfig, metrics: RunMetrics): ZooScore => {
  const evaluation = v.safeParse(evaluationSchema, ownScores({ config, metrics }, 'evaluate'));
  const diagnosis = v.safeParse(diagnosisSchema, ownScores({ config, metrics }, 'diagnose'));
  const { knnAccuracy, recognisable, ...figures } = evaluation.success ? evaluation.output : {};
  const { seed, epochs, seconds } = metrics;
  return {
    seed,
    epochs,
    seconds,
    ...figures,
    ...(typeof recognisable === 'number' ? { recognisable } : {}),
    ...(knnAccuracy ? { knnAccuracy: knnAccuracy.value } : {}),
    ...(diagnosis.success ? { findings: diagnosis.output.findings.map(({ code }) => currentFindingCode(code)) } : {}),
  };
};

/**
 * Reads the figures of every run folder below `models`, in the order of their names.
 *
 * @param onFault - told of folders that cannot be read; they are left out.
 */
export const trainedRuns = async (
  onFault: (message: string) => void,
  models: string = modelsFolder,
): Promise<TrainedRun[]> => {
  const found: TrainedRun[] = [];
  for (const folder of [...(await diskFiles.list(models))].sort()) {
    try {
      const config = await readConfig(join(models, folder));
      const metrics = config && (await readMetrics(join(models, folder)));
      if (!config || !metrics) continue;
      found.push({
        id: config.network.id,
        recipe: config.recipe.name,
        folder,
        data: config.dataset,
        score: scoreOf(config, metrics),
      });
    } catch (error) {
      if (error instanceof LatentError) onFault(error.message);
      // Files beside the run folders are none of ours.
      else if (!(error instanceof Error && 'code' in error && error.code === 'ENOTDIR')) throw error;
    }
  }
  return found;
};
