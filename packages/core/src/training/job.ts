/**
 * What one training is given, beside the state that it goes on from.
 */
import type { AnyImages } from '../images/index.ts';
import type { Recipe, ResolvedNetwork } from '../network/index.ts';
import type { Weights } from '../runtime/index.ts';
import type { Runtime } from '../tensor/index.ts';
import type { Extension } from './extensions.ts';

/** What is trained, on what, with what. */
export interface TrainingJob {
  /** Out of `resolveNetwork`. */
  readonly network: ResolvedNetwork;
  /** Out of `recipeOf` or `parseRecipe`. */
  readonly recipe: Recipe;
  /** What the weights learn from; stored images are read batch by batch. */
  readonly training: AnyImages;
  /** What only watches; null for none. */
  readonly validation: AnyImages | null;
  /** What runs the graphs of the steps. */
  readonly runtime: Runtime;
  /** Threads inside one operator; the runtime's own default when absent. They decide the last bits of sums. */
  readonly threads?: number;
  /** Codes `[count, codeSize]` of both sets: trains the decoder alone on a frozen encoder's codes. */
  readonly codes?: { readonly training: Float32Array; readonly validation: Float32Array | null };
  /** Weights to start from instead of the initialiser's, by parameter name. */
  readonly initial?: Weights;
  /** Where the run had ended before it was given more epochs, in order; none where it never was. */
  readonly extensions?: readonly Extension[];
}
