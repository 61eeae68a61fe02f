/**
 * What a person set for the next training, and how it is written into the address.
 *
 * In: the address's fields, or settings. Out: the other one. What the short fields mean is known to `train/draft.ts`,
 * which comes with the Train view; here they are carried as they are.
 */

export const RECIPES = ['best', 'documented'] as const;
export type RecipeName = (typeof RECIPES)[number];

export interface TrainChoice {
  /** Id in the zoo; null for the first one. */
  readonly network: string | null;
  readonly recipe: RecipeName;
  /** Each null where the recipe says it. */
  readonly seed: number | null;
  readonly rate: number | null;
  readonly batch: number | null;
  readonly epochs: number | null;
  /** Other fields of the recipe that were changed, as JSON. */
  readonly more: string | null;
  /** Layers and loss where they were edited, packed. */
  readonly layers: string | null;
  /** How many of the built-in images, from the first; null for all. */
  readonly images: number | null;
}

export interface TrainSettings {
  readonly train: TrainChoice;
}

export const DEFAULT_TRAIN: TrainChoice = {
  network: null,
  recipe: 'best',
  seed: null,
  rate: null,
  batch: null,
  epochs: null,
  more: null,
  layers: null,
  images: null,
};

/** Longer ones are not put into a link. */
export const MAX_PACKED = 4000;

const NUMBERS = ['seed', 'rate', 'batch', 'epochs', 'images'] as const;

const numberOf = (text: string | null): number | null => {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
};

const textOf = (text: string | null): string | null => (text && text.length <= MAX_PACKED ? text : null);

export const parseTrainSettings = (fields: URLSearchParams): TrainSettings => ({
  train: {
    network: fields.get('train')?.slice(0, 64) || null,
    recipe: RECIPES.find((name) => name === fields.get('recipe')) ?? DEFAULT_TRAIN.recipe,
    seed: numberOf(fields.get('seed')),
    rate: numberOf(fields.get('rate')),
    batch: numberOf(fields.get('batch')),
    epochs: numberOf(fields.get('epochs')),
    images: numberOf(fields.get('images')),
    more: textOf(fields.get('more')),
    layers: textOf(fields.get('net')),
  },
});

/** Only what differs from the default. */
export const trainFields = ({ train }: TrainSettings): [string, string][] => [
  ...(train.network === null ? [] : [['train', train.network] as [string, string]]),
  ...(train.recipe === DEFAULT_TRAIN.recipe ? [] : [['recipe', train.recipe] as [string, string]]),
  ...NUMBERS.flatMap((name): [string, string][] => {
    const value = train[name];
    return value === null ? [] : [[name, String(value)]];
  }),
  ...(train.more === null ? [] : [['more', train.more] as [string, string]]),
  ...(train.layers === null ? [] : [['net', train.layers] as [string, string]]),
];
