/**
 * What recipes have in common, so that a zoo file states only what is its own.
 *
 * In: the values of one recipe. Out: a whole `Recipe`. How it is carried out is the training room's business.
 */
import type { Recipe } from './types.ts';

type RecipeChoice = Partial<Omit<Recipe, 'name' | 'source'>> & Pick<Recipe, 'epochs' | 'batchSize' | 'source'>;

/**
 * A recipe as it is on record: Adam at 1e-3 throughout, Glorot-uniform kernels, all 70,000 images unless said
 * otherwise, shuffled, last epoch kept, seed 1 (no seed is on record).
 */
export const documentedRecipe = (choice: RecipeChoice): Recipe => ({
  name: 'documented',
  schedule: { type: 'constant', learningRate: 1e-3 },
  trainOn: 'all',
  validationSplit: 0,
  shuffle: true,
  initializer: 'glorot-uniform',
  seed: 1,
  ...choice,
});

/** Our own training of the same architecture: the 60,000 alone, warm-up and a cosine down to a hundredth, seed 1. */
export const bestRecipe = (choice: Partial<RecipeChoice>): Recipe => ({
  name: 'best',
  epochs: 100,
  batchSize: 256,
  schedule: { type: 'warmup-cosine', learningRate: 1e-3, warmupEpochs: 2, finalFraction: 0.01 },
  trainOn: 'train',
  validationSplit: 0,
  shuffle: true,
  initializer: 'glorot-uniform',
  seed: 1,
  source: 'Ours throughout: a start, not yet tuned.',
  ...choice,
});
