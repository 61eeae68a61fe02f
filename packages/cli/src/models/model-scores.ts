/**
 * The scores of a model: its figures as its run has them, or computed now.
 *
 * In: an opened model and a data set. Out: the fields of `latent evaluate` and `latent diagnose`.
 */
import {
  type AutoencoderEvaluation,
  type AutoencoderSpec,
  type Baselines,
  type DataIdentity,
  type Dataset,
  diagnose,
  evaluateAutoencoder,
  type Finding,
  type RunnableModel,
  type TrainingRecord,
} from 'latent-plane';
import { baselinesSchema, findingMarkSchema, scoresOn } from 'latent-plane/internal';
import * as v from 'valibot';
import type { Model } from './open-model.ts';

const byPart = v.object({ train: v.number(), test: v.number(), all: v.number() });
const nullable = v.nullable(v.number());

/** What comparisons need of an evaluation. */
const figures = {
  parameters: v.number(),
  mse: byPart,
  knnAccuracy: v.nullable(v.object({ k: v.number(), value: v.number() })),
  trustworthiness: nullable,
  continuity: nullable,
  recognisable: nullable,
  code: v.object({ activeUnits: v.number(), activeUnitsByKl: v.nullish(v.number(), null) }),
};
const evaluationSchema = v.union([
  v.object({ ...figures, baselines: baselinesSchema }),
  // Runs of before have this field alone.
  v.pipe(
    v.object({ ...figures, floors: baselinesSchema }),
    v.transform(({ floors, ...others }) => ({ ...others, baselines: floors })),
  ),
]);
const diagnosisSchema = v.object({
  findings: v.array(findingMarkSchema),
});

export interface ModelScores {
  readonly evaluation: Pick<
    AutoencoderEvaluation,
    'parameters' | 'mse' | 'baselines' | 'knnAccuracy' | 'trustworthiness' | 'continuity' | 'recognisable'
  > & { readonly code: Pick<AutoencoderEvaluation['code'], 'activeUnits' | 'activeUnitsByKl'> };
  readonly findings: readonly Pick<Finding, 'code' | 'severity'>[];
}

/** What the run folder says of the training; null of a file from elsewhere. */
export const trainingRecord = ({ config, metrics }: Pick<Model, 'config' | 'metrics'>): TrainingRecord | null =>
  config === null
    ? null
    : {
        stopped: metrics?.stopped ?? null,
        testHeldOut: config.recipe.trainOn === 'train',
        valLoss: metrics?.valLoss ?? null,
      };

/** The figures that a run keeps of these images, where they are whole; null otherwise. */
export const storedScores = (run: Pick<Model, 'config' | 'metrics'>, data: DataIdentity): ModelScores | null => {
  const evaluation = v.safeParse(evaluationSchema, scoresOn(run, 'evaluate', data));
  const diagnosis = v.safeParse(diagnosisSchema, scoresOn(run, 'diagnose', data));
  if (!evaluation.success || !diagnosis.success) return null;
  return { evaluation: evaluation.output, findings: diagnosis.output.findings };
};

/** Evaluates and diagnoses. */
export const computeScores = async (
  model: Model,
  spec: AutoencoderSpec,
  running: RunnableModel,
  dataset: Dataset,
  baselines: Baselines,
  classifier: RunnableModel | null,
): Promise<ModelScores> => ({
  evaluation: await evaluateAutoencoder(running, dataset, baselines, { classifier }),
  findings: await diagnose(running, spec, dataset, baselines, { classifier, training: trainingRecord(model) }),
});
