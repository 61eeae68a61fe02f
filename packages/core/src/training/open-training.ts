/**
 * What a training works with from its first step to its last: the arena, the sessions, how far it has come.
 */
import type { ParameterSpec } from '../network/index.ts';
import { initialParameters } from './initial-parameters.ts';
import type { TrainingJob } from './job.ts';
import { restoreOptimizerState } from './optimizer-state.ts';
import { checkJob, learnsFromPairs, type Preparation, prepare } from './preparation.ts';
import { copyState, type Progress, progressFrom, stateOf } from './progress.ts';
import { type Divergence, namedViews } from './result.ts';
import type { TrainingState } from './state.ts';
import { type Buffers, createSteps, layOut, type Steps } from './step.ts';
import { createValidator, type Validator } from './validation.ts';
import { kernelDecay } from './weight-decay.ts';

/** A training that has begun; what is not `readonly` changes from step to step. */
export interface OpenTraining {
  readonly job: TrainingJob;
  /** Trained, in the order in which they lie in the arena. */
  readonly parameters: readonly ParameterSpec[];
  /** Of one epoch. */
  readonly batches: number;
  readonly buffers: Buffers;
  readonly preparation: Preparation;
  /** Shrinks the kernels by one step's share. */
  readonly decayKernels: (learningRate: number) => void;
  /** Loss on the held-out images; null where none are. */
  readonly validator: Validator | null;
  /** Loss on the training images, where the recipe chooses its best epoch by it. */
  readonly trainingValidator: Validator | null;
  readonly progress: Progress;
  steps: Steps;
  /** After the last epoch whose loss was finite; copies. */
  lastGood: TrainingState;
  divergedAt: Divergence | null;
}

const trainedSize = ({ network, codes }: TrainingJob): number =>
  network.parts.filter((part) => !codes || part.name === 'decoder').reduce((sum, part) => sum + part.parameterCount, 0);

const fillParameters = async (
  job: TrainingJob,
  { p, optimizer, average }: Buffers,
  parameters: readonly ParameterSpec[],
  resume: TrainingState | undefined,
): Promise<void> => {
  p.set(resume?.parameters ?? (await initialParameters(job, parameters)));
  if (resume) restoreOptimizerState(optimizer, resume.optimizer);
  average?.set(resume?.average ?? p);
};

/**
 * Lays out the arena, compiles the steps and stands before the first batch.
 *
 * @param job - its runtime releases what is opened here, also where this throws.
 */
export const openTraining = async (job: TrainingJob, resume: TrainingState | undefined): Promise<OpenTraining> => {
  checkJob(job);
  const { recipe, training } = job;
  const { batchSize } = recipe;
  const buffers = layOut(job, trainedSize(job), learnsFromPairs(job) ? 2 * batchSize : batchSize);
  const progress = progressFrom(resume);
  const preparation = await prepare(job, progress.epoch);
  const steps = await createSteps(job, buffers, progress.epoch);
  const { parameters } = steps.full.graph;
  const weights = namedViews(parameters, buffers.average ?? buffers.p);
  const validator = await createValidator(job, weights);
  const byTrainingLoss = recipe.bestBy === 'training-loss' && !validator;
  const trainingValidator = byTrainingLoss ? await createValidator(job, weights, 'training') : null;
  await fillParameters(job, buffers, parameters, resume);
  return {
    job,
    parameters,
    batches: Math.ceil(training.count / batchSize),
    buffers,
    preparation,
    decayKernels: kernelDecay(recipe, parameters, buffers.p),
    validator,
    trainingValidator,
    progress,
    steps,
    lastGood: copyState(stateOf(progress, buffers)),
    divergedAt: null,
  };
};
