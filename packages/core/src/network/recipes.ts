/**
 * What recipes have in common, so that a zoo file states only what is its own.
 *
 * In: the values of one recipe. Out: a whole `Recipe`. How it is carried out is the training's business.
 */
import type { Recipe } from './types.ts';

type RecipeChoice = Partial<Omit<Recipe, 'name' | 'source'>> & Pick<Recipe, 'epochs' | 'batchSize' | 'source'>;

/**
 * A recipe as it is on record: Adam at 1e-3 throughout, Glorot-uniform kernels, all images, those for tests among them, unless said
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

type BestChoice = Partial<Omit<RecipeChoice, 'schedule'>> &
  Pick<Recipe, 'epochs' | 'source'> & {
    /** Adam's rate at its highest: after one epoch of warm-up, before half a cosine down to 0.3 % of it. */
    readonly learningRate: number;
  };

/** Our own training of the same architecture: the training images alone, warm-up and a cosine, seed 1. */
export const bestRecipe = ({ learningRate, ...choice }: BestChoice): Recipe => ({
  name: 'best',
  batchSize: 256,
  schedule: { type: 'warmup-cosine', learningRate, warmupEpochs: 1, finalFraction: 0.003 },
  trainOn: 'train',
  validationSplit: 0,
  shuffle: true,
  initializer: 'glorot-uniform',
  seed: 1,
  ...choice,
});

/** The recipes of a network that is new. */
export const newRecipes = (source: string): { readonly documented: Recipe; readonly best: Recipe } => ({
  documented: documentedRecipe({ epochs: 50, batchSize: 256, trainOn: 'train', source }),
  best: bestRecipe({ epochs: 100, learningRate: 1e-3, source }),
});
