/**
 * What is known of the trained zoo: the scores in the run folders below `models/`.
 *
 * In: a models folder. Out: for each network and recipe the figures that its run's `metrics.json` holds. Nothing is
 * computed; a network that was not evaluated has no error here.
 */
import { join } from 'node:path';
import { currentFindingCode, type ErrorByPart, LatentError, type RunMetrics } from 'latent-plane';
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
  readonly score: ZooScore;
}

const byPart = v.object({ train: v.number(), test: v.number(), all: v.number() });
const scoresSchema = v.object({
  evaluate: v.optional(
    v.object({
      mse: v.optional(byPart),
      accuracy: v.optional(byPart),
      knnAccuracy: v.optional(v.object({ value: v.number() })),
      recognisable: v.optional(v.number()),
    }),
  ),
  diagnose: v.optional(v.object({ findings: v.array(v.object({ code: v.string() })) })),
});

const scoreOf = ({ seed, epochs, seconds, scores }: RunMetrics): ZooScore => {
  const parsed = v.safeParse(scoresSchema, scores);
  const { evaluate = {}, diagnose } = parsed.success ? parsed.output : {};
  const { knnAccuracy, ...figures } = evaluate;
  return {
    seed,
    epochs,
    seconds,
    ...figures,
    ...(knnAccuracy === undefined ? {} : { knnAccuracy: knnAccuracy.value }),
    ...(diagnose === undefined ? {} : { findings: diagnose.findings.map(({ code }) => currentFindingCode(code)) }),
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
      found.push({ id: config.network.id, recipe: config.recipe.name, folder, score: scoreOf(metrics) });
    } catch (error) {
      if (error instanceof LatentError) onFault(error.message);
      // Files beside the run folders are none of ours.
      else if (!(error instanceof Error && 'code' in error && error.code === 'ENOTDIR')) throw error;
    }
  }
  return found;
};
