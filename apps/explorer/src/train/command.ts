/**
 * The command that trains the same on the command line.
 *
 * In: a network and a recipe. Out: words for a terminal. What the command line has no option for goes through the run
 * folder instead, which holds everything.
 */
import { type AutoencoderSpec, DATASETS, type Recipe } from 'latent-plane';
import { EDITED_ID, trainable } from './draft.ts';

export interface CommandWords {
  /** Null where no options say it. */
  readonly command: string | null;
  /** Goes on with the downloaded folder. */
  readonly resume: string;
  /** What holds for the command. */
  readonly note: string;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The options that turn the zoo's recipe into this one; null where they cannot. */
const optionsOf = (recipe: Recipe, base: Recipe): readonly string[] | null => {
  const rate = recipe.schedule.learningRate;
  const options = [
    ...(recipe.epochs === base.epochs ? [] : [`--epochs ${recipe.epochs}`]),
    ...(recipe.batchSize === base.batchSize ? [] : [`--batch-size ${recipe.batchSize}`]),
    ...(rate === base.schedule.learningRate ? [] : [`--learning-rate ${rate}`]),
    ...(recipe.validationSplit === base.validationSplit ? [] : [`--validation-split ${recipe.validationSplit}`]),
    ...(recipe.patience === base.patience ? [] : [`--patience ${recipe.patience}`]),
    ...(recipe.shuffle === base.shuffle ? [] : ['--no-shuffle']),
  ];
  const { epochs, batchSize, validationSplit, patience, shuffle, seed } = recipe;
  // What the command line makes of these options.
  const made: Recipe = {
    ...base,
    epochs,
    batchSize,
    validationSplit,
    shuffle,
    seed,
    ...(patience === base.patience ? {} : { patience, restoreBest: true }),
    schedule: { ...base.schedule, learningRate: rate },
  };
  const entries = (of: Recipe): unknown =>
    Object.entries(of)
      .filter(([name, value]) => value !== undefined && name !== 'name' && name !== 'source')
      .sort(([a], [b]) => (a < b ? -1 : 1));
  return same(entries(made), entries(recipe)) && !(recipe.shuffle && !base.shuffle) ? options : null;
};

/**
 * @param dataset - what `--dataset` takes; of a part of a data set, or a person's own, nothing that the command line knows.
 */
export const commandOf = (network: Pick<AutoencoderSpec, 'id'>, recipe: Recipe, dataset: string): CommandWords => {
  const resume = 'npx latent train --resume DIR';
  const base = trainable.find(({ id }) => id === network.id);
  const folder = 'The run folder holds all of it: unpack it to DIR, and this goes on with the run.';
  if (network.id === EDITED_ID || base === undefined)
    return { command: null, resume, note: `The command line knows this network from the run folder alone. ${folder}` };
  if (!DATASETS.some(({ name }) => name === dataset))
    return { command: null, resume, note: `The command line knows these images from the run folder alone. ${folder}` };
  const found = (['best', 'documented'] as const)
    .map((name) => ({ name, options: optionsOf(recipe, base.recipes[name]) }))
    .filter(({ options }) => options !== null)
    .sort((a, b) => (a.options?.length ?? 0) - (b.options?.length ?? 0))[0];
  if (found === undefined)
    return { command: null, resume, note: `The command line has no options for this recipe. ${folder}` };
  const words = [`--dataset ${dataset}`, `--recipe ${found.name}`, `--seed ${recipe.seed}`, ...(found.options ?? [])];
  return {
    command: `npx latent train ${network.id} ${words.join(' ')}`,
    resume,
    note: 'The same graph, images and order; sums are rounded in another order there, so losses agree to some digits.',
  };
};
