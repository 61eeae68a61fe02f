/**
 * Fields of a recipe that change nothing of a training, and why; terms that a loss has twice.
 *
 * In: a network, a recipe, what else the training is given. Out: words for a person. Nothing is refused here.
 */
import { definitionOf } from '../layers/index.ts';
import { isPairedLoss, repeatedTerms } from '../losses/index.ts';
import { type Recipe, type ResolvedNetwork, recipeFields } from '../network/index.ts';
import type { TrainingJob } from './job.ts';
import { lastBiasOf } from './mean-image.ts';

/** What decides it. */
export interface FieldUse extends Pick<TrainingJob, 'network' | 'recipe'> {
  /** The decoder is trained on the codes of a frozen encoder. */
  readonly decoderAlone?: boolean;
  /** The weights to begin with are given. */
  readonly begun?: boolean;
}

/** A field that is there and does nothing. */
export interface IdleField {
  readonly field: keyof Recipe;
  readonly label: string;
  /** As the end of "has no effect: ...". */
  readonly reason: string;
}

const trainedLayers = ({ network, decoderAlone = false }: FieldUse) =>
  network.parts.filter(({ name }) => !decoderAlone || name === 'decoder').flatMap(({ layers }) => layers);

const unlessAugmented = ({ recipe }: FieldUse): string | null =>
  (recipe.augmentation ?? []).length === 0 ? 'the recipe has no augmentation' : null;

const GIVEN = 'the weights to begin with are given';

/** Why a field has no effect; null where it has one. Fields that always have one are left out. */
const RULES: Readonly<Partial<Record<keyof Recipe, (use: FieldUse) => string | null>>> = {
  validationFrom: ({ recipe }) => (recipe.validationSplit === 0 ? 'no images are held out' : null),
  bestBy: ({ recipe }) =>
    recipe.validationSplit === 0 ? null : 'images are held out, and the best epoch is told by their loss',
  augmentationEpochs: unlessAugmented,
  augmentationTarget: (use) =>
    use.network.spec.kind === 'classifier' ? 'a classifier reconstructs no images' : unlessAugmented(use),
  biasInitializer: (use) => {
    const starts = trainedLayers(use).flatMap(({ parameters }) => parameters);
    if (use.begun) return GIVEN;
    return starts.some(({ initializer, running }) => initializer === 'zeros' && !running)
      ? null
      : 'no layer has a bias';
  },
  outputBias: ({ network, begun }) => {
    if (begun) return GIVEN;
    return lastBiasOf(network) === null ? 'the last layer has no bias that could draw an image' : null;
  },
  initializationIndex: ({ begun }) => (begun ? GIVEN : null),
  dropoutEpochs: (use) =>
    trainedLayers(use).some(({ spec }) => definitionOf(spec).drops(spec))
      ? null
      : 'no layer that is trained drops values',
  neighbourEpochs: ({ network, decoderAlone = false }) =>
    decoderAlone || !isPairedLoss(network.spec.loss) ? 'the loss has no term of pairs of neighbours' : null,
};

/** What a network's loss has twice, in words. */
export const lossNotes = ({ spec }: ResolvedNetwork): readonly string[] =>
  repeatedTerms(spec.loss).map((type) => `the loss has the term "${type}" more than once, and their weights add up`);

/** The fields of a recipe that change nothing of a training, in the order of the table. */
export const fieldsWithoutEffect = (use: FieldUse): readonly IdleField[] =>
  recipeFields().flatMap(({ name, label }): readonly IdleField[] => {
    const field = name as keyof Recipe;
    const reason = use.recipe[field] === undefined ? null : (RULES[field]?.(use) ?? null);
    return reason === null ? [] : [{ field, label, reason }];
  });
