/**
 * The values that a training begins with where it has no state to go on from.
 */
import { inputError } from '../errors.ts';
import { initializeParameters, type ParameterSpec, parameterSlots } from '../network/index.ts';
import { setCentredInput } from './centred-input.ts';
import type { TrainingJob } from './job.ts';
import { setMeanImage } from './mean-image.ts';

/**
 * Drawn as the recipe says, or the job's initial weights where it has any; flat, in the order of the parameters.
 *
 * @throws LatentError `init-mismatch` (input) where the initial weights are of another architecture.
 */
export const initialParameters = async (
  job: TrainingJob,
  parameters: readonly ParameterSpec[],
): Promise<Float32Array> => {
  const { initial, recipe } = job;
  const values = initializeParameters(parameters, recipe.seed, {
    kernelInitializer: recipe.initializer,
    biasInitializer: recipe.biasInitializer,
    initializationIndex: recipe.initializationIndex,
  });
  if (recipe.inputBias === 'centred') await setCentredInput(values, parameters, job);
  if (recipe.outputBias === 'mean-image') await setMeanImage(values, parameters, job);
  if (!initial) return values;
  for (const { parameter, offset, length } of parameterSlots(parameters)) {
    const given = initial.get(parameter.name);
    if (!given || given.length !== length) {
      throw inputError('init-mismatch', {
        at: { subject: `initial weights "${parameter.name}"` },
        expected: `${length} numbers`,
        got: `${given?.length ?? 'none'}`,
        hint: 'take weights of the same architecture',
      });
    }
    values.set(given, offset);
  }
  return values;
};
