/** What an optimiser keeps beside the weights: copies of it, and what a run goes on with. */
import { type ErrorFacts, inputError } from '../errors.ts';
import { type OptimizerSpec, optimizers } from '../optimizers/index.ts';

/** An optimiser's arrays by name, each as long as the trained parameters. */
export interface OptimizerState {
  /** Which optimiser. */
  readonly type: OptimizerSpec['type'];
  /** By name, such as the two means of Adam. */
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

export const copyOptimizerState = ({ type, arrays }: OptimizerState): OptimizerState => ({
  type,
  arrays: Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.slice()])),
});

/** The arrays of an optimiser, each as `arrayOf` gives it. */
export const makeOptimizerState = (
  type: OptimizerSpec['type'],
  arrayOf: (name: string) => Float32Array,
): OptimizerState => ({
  type,
  arrays: Object.fromEntries(optimizers.get(type).state.map((name) => [name, arrayOf(name)])),
});

/**
 * Fills the arrays of a training with those of the state that it goes on from.
 *
 * @throws LatentError (input) `invalid-checkpoint` where that state is another optimiser's, or its arrays do not fit.
 */
export const restoreOptimizerState = (into: OptimizerState, from: OptimizerState): void => {
  const wrong = (facts: ErrorFacts) =>
    inputError('invalid-checkpoint', {
      at: { subject: 'state of the training' },
      hint: 'begin the run again in another folder',
      ...facts,
    });
  if (from.type !== into.type) throw wrong({ expected: `one of the optimiser "${into.type}"`, got: `"${from.type}"` });
  for (const [name, array] of Object.entries(into.arrays)) {
    const given = from.arrays[name];
    if (given?.length !== array.length)
      throw wrong({ expected: `${array.length} numbers as "${into.type}/${name}"`, got: `${given?.length ?? 'none'}` });
    array.set(given);
  }
};
