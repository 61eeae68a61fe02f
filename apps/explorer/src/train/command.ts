/**
 * The command that trains the same on the command line.
 *
 * In: a network and a recipe. Out: words for a terminal. Networks and images that the command line does not know go
 * through the run folder instead, which holds everything.
 */
import { type AutoencoderSpec, DATASETS, type Recipe } from 'latent-plane';
import { settingsBetween, settingWords, shellWords } from 'latent-plane/internal';
import { isSameArchitecture, trainable } from './architecture.ts';

export interface CommandWords {
  /** Null where no options say it. */
  readonly command: string | null;
  /** Goes on with the downloaded folder. */
  readonly resume: string;
  /** What holds for the command. */
  readonly note: string;
}

/** The options that turn the zoo's recipe into this one, its seed aside. */
const optionsOf = (recipe: Recipe, base: Recipe): readonly string[] => {
  const { seed: _, ...settings } = settingsBetween(recipe, base);
  return settingWords(settings);
};

const DIGITS =
  'The same graph, images and order; sums are rounded in another order there, so losses agree to some digits.';

/** Of a network that has no name there: its file says all but the images. */
const ofFile = (id: string, dataset: string): Omit<CommandWords, 'resume'> => ({
  command: shellWords(['npx', 'latent', 'train', `${id}.yaml`, '--dataset', dataset]),
  note: `The command line takes the network and its recipe from the network file above. ${DIGITS}`,
});

/**
 * @param dataset - what `--dataset` takes; of a part of a data set, or a person's own, nothing that the command line knows.
 */
export const commandOf = (network: AutoencoderSpec, recipe: Recipe, dataset: string): CommandWords => {
  const resume = 'npx latent train --resume DIR';
  const base = trainable.find((known) => known.id === network.id && isSameArchitecture(known, network));
  const folder = 'The run folder holds all of it: unpack it to DIR, and this goes on with the run.';
  if (!DATASETS.some(({ name }) => name === dataset))
    return { command: null, resume, note: `The command line knows these images from the run folder alone. ${folder}` };
  if (base === undefined) return { ...ofFile(network.id, dataset), resume };
  const [{ name, options }] = (['best', 'documented'] as const)
    .map((candidate) => ({ name: candidate, options: optionsOf(recipe, base.recipes[candidate]) }))
    .sort((a, b) => a.options.length - b.options.length);
  const words = ['--dataset', dataset, '--recipe', name, '--seed', String(recipe.seed), ...options];
  return { command: shellWords(['npx', 'latent', 'train', network.id, ...words]), resume, note: DIGITS };
};
