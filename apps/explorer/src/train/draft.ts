/**
 * The training that a person is putting together.
 *
 * In: what the address says, or a change. Out: a network and a recipe, and back into the address. A draft may be wrong
 * (a field left empty, layers that do not fit): what is wrong with it is said by `check.ts`.
 */
import {
  type AutoencoderSpec,
  formatNetworkFile,
  type NetworkFile,
  type Recipe,
  type WrittenRecipe,
  withSettings,
} from 'latent-plane';
import { isRecord, recipeWithCurrentNames } from 'latent-plane/internal';
import { DEFAULT_TRAIN, MAX_PACKED, RECIPES, type RecipeName, type TrainChoice } from '../state/train-settings.ts';
import { isSameArchitecture, trainable, withArchitecture } from './architecture.ts';
import { type NetworkSource, packArchitecture, unpackArchitecture, unpackOwn } from './packed-network.ts';

export interface Draft {
  readonly base: AutoencoderSpec;
  /** Where `base` is not the zoo's. */
  readonly source: NetworkSource | null;
  readonly recipeName: RecipeName;
  readonly network: AutoencoderSpec;
  readonly recipe: Recipe;
  /** Of the built-in images; null for all. */
  readonly images: number | null;
}

export const isEdited = ({ base, network }: Pick<Draft, 'base' | 'network'>): boolean =>
  !isSameArchitecture(base, network);

/** Changed fields with their values; null for an optional one that was taken away. */
type Changes = Readonly<Record<string, unknown>>;

const parseChanges = (text: string | null): Changes => {
  try {
    const value = recipeWithCurrentNames(JSON.parse(text ?? '{}'));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Said by a field of its own in the address. */
const ADDRESSED = ['name', 'source', 'seed', 'batchSize', 'epochs'];

const changesOf = (recipe: Recipe, base: Recipe): Changes => {
  const values = recipe as unknown as Changes;
  const before = base as unknown as Changes;
  const names = [...new Set([...Object.keys(values), ...Object.keys(before)])];
  return Object.fromEntries(
    names
      .filter((name) => !ADDRESSED.includes(name))
      .map((name): [string, unknown] => [name, values[name] ?? null])
      .filter(([name, value]) =>
        name === 'schedule'
          ? !same({ ...recipe.schedule, learningRate: 0 }, { ...base.schedule, learningRate: 0 })
          : !same(value, before[name] ?? null),
      ),
  );
};

/** The address's choice as a draft; what it does not say is the zoo's. */
export const draftOf = (choice: TrainChoice): Draft => {
  const own = choice.layers === null ? null : unpackOwn(choice.layers);
  const base = own?.base ?? trainable.find(({ id }) => id === choice.network) ?? trainable[0];
  const given = base.recipes[choice.recipe];
  const changes = parseChanges(choice.more);
  const changed = Object.entries({ ...given, ...changes }).filter(([, value]) => value !== null);
  // Checked by `check.ts` before it is used.
  const more = Object.fromEntries(changed) as unknown as Recipe;
  const recipe: Recipe = {
    ...more,
    seed: choice.seed ?? given.seed,
    batchSize: choice.batch ?? given.batchSize,
    epochs: choice.epochs ?? given.epochs,
    schedule: { ...more.schedule, learningRate: choice.rate ?? more.schedule.learningRate },
  };
  const architecture = choice.layers === null || own ? null : unpackArchitecture(choice.layers, base);
  return {
    base,
    source: own?.source ?? null,
    recipeName: choice.recipe,
    network: architecture === null ? base : withArchitecture(base, architecture),
    recipe,
    images: choice.images,
  };
};

const differs = (value: number, base: number): number | null =>
  value === base || !Number.isFinite(value) ? null : value;

const packed = ({ base, source, network }: Pick<Draft, 'base' | 'source' | 'network'>): string | null => {
  if (source === null) return isEdited({ base, network }) ? packArchitecture(network) : null;
  const { id, title, record, recipes } = base;
  return packArchitecture(network, { ...source, id, title, record, recipe: recipes.documented });
};

/** The draft of a file's network. */
export const draftOfFile = (draft: Draft, { spec, recipe, data }: NetworkFile, name: string): Draft => ({
  ...draft,
  base: spec,
  source: { name, data },
  recipeName: 'documented',
  network: spec,
  recipe,
});

/** The draft with another recipe: what a file says of one, the rest as it is in the network's. */
export const draftOfRecipe = (draft: Draft, { name, settings, source }: WrittenRecipe): Draft => {
  const recipeName = RECIPES.find((known) => known === name) ?? draft.recipeName;
  const recipe = withSettings(draft.base.recipes[recipeName], settings);
  return { ...draft, recipeName, recipe: source === null ? recipe : { ...recipe, source } };
};

/** The text of the file that the draft's network and recipe make. @param data - the images that it is to name. */
export const fileOfDraft = ({ network, recipe }: Pick<Draft, 'network' | 'recipe'>, data: string | null): string =>
  formatNetworkFile(network, recipe, { data });

/** A draft as the address has it; layers that are too long for a link are left out. */
export const choiceOf = ({ base, source, recipeName, network, recipe, images }: Draft): TrainChoice => {
  const given = base.recipes[recipeName];
  const changes = changesOf(recipe, given);
  const layers = packed({ base, source, network });
  return {
    ...DEFAULT_TRAIN,
    network: base === trainable[0] || source !== null ? null : base.id,
    recipe: recipeName,
    seed: differs(recipe.seed, given.seed),
    rate: differs(recipe.schedule.learningRate, given.schedule.learningRate),
    batch: differs(recipe.batchSize, given.batchSize),
    epochs: differs(recipe.epochs, given.epochs),
    images,
    more: Object.keys(changes).length === 0 ? null : JSON.stringify(changes),
    layers: layers !== null && layers.length > MAX_PACKED ? null : layers,
  };
};
