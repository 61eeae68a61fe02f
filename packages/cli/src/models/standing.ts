/**
 * Where a model stands: its figures as its run has them, or computed now.
 *
 * In: an opened model and a data set. Out: the fields of `latent evaluate` and `latent diagnose`.
 */
import {
  type AutoencoderEvaluation,
  type AutoencoderSpec,
  type DataIdentity,
  type Dataset,
  diagnose,
  evaluateAutoencoder,
  type Finding,
  type Floors,
  type RunnableModel,
  scoresOn,
  type TrainingRecord,
} from 'latent-plane';
import * as v from 'valibot';
import type { Model } from './open-model.ts';

const byPart = v.object({ train: v.number(), test: v.number(), all: v.number() });
const nullable = v.nullable(v.number());

/** What comparisons need of an evaluation. */
const evaluationSchema = v.object({
  parameters: v.number(),
  mse: byPart,
  floors: v.object({ constantGrey: v.number(), meanImage: v.number(), pca2: v.number() }),
  knnAccuracy: v.nullable(v.object({ k: v.number(), value: v.number() })),
  trustworthiness: nullable,
  continuity: nullable,
  recognisable: nullable,
});
const diagnosisSchema = v.object({
  findings: v.array(v.object({ code: v.string(), severity: v.picklist(['error', 'warning', 'info']) })),
});

export interface Standing {
  readonly evaluation: Pick<
    AutoencoderEvaluation,
    'parameters' | 'mse' | 'floors' | 'knnAccuracy' | 'trustworthiness' | 'continuity' | 'recognisable'
  >;
  readonly findings: readonly { readonly code: string; readonly severity: Finding['severity'] }[];
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
export const keptStanding = (run: Pick<Model, 'config' | 'metrics'>, data: DataIdentity): Standing | null => {
  const evaluation = v.safeParse(evaluationSchema, scoresOn(run, 'evaluate', data));
  const diagnosis = v.safeParse(diagnosisSchema, scoresOn(run, 'diagnose', data));
  if (!evaluation.success || !diagnosis.success) return null;
  return { evaluation: evaluation.output, findings: diagnosis.output.findings };
};

/** Evaluates and diagnoses. */
export const computeStanding = async (
  model: Model,
  spec: AutoencoderSpec,
  running: RunnableModel,
  dataset: Dataset,
  floors: Floors,
  classifier: RunnableModel | null,
): Promise<Standing> => ({
  evaluation: await evaluateAutoencoder(running, dataset, floors, { classifier }),
  findings: await diagnose(running, spec, dataset, floors, { classifier, training: trainingRecord(model) }),
});
