/**
 * What is wrong with a draft, and where.
 *
 * In: a network and a recipe. Out: for every layer its shape or its fault, in the words that the command line has for
 * them, because they come from the same checks; and whether it can be trained.
 */
import {
  type AutoencoderSpec,
  asLatentError,
  type LatentError,
  type LayerSpec,
  MNIST,
  messageOf,
  parseNetworkSpec,
  parseRecipe,
  type Recipe,
  resolveNetwork,
  type Shape,
} from 'latent-plane';
import { fieldsWithoutEffect, inferLayers, lossNotes, nameLayers } from 'latent-plane/internal';

export interface CheckedLayer {
  /** Within its part: `dense_1`. */
  readonly name: string;
  /** Null from the first fault on. */
  readonly outputShape: Shape | null;
  readonly parameters: number | null;
  readonly fault: string | null;
}

const PARTS = ['encoder', 'decoder'] as const;

export type PartKey = (typeof PARTS)[number];

export interface NetworkCheck {
  readonly encoder: readonly CheckedLayer[];
  readonly decoder: readonly CheckedLayer[];
  /** Faults that are no layer's. */
  readonly fault: string | null;
  /** Path of the field that is at fault, where it is none of a layer's: `loss.terms[0].weight`. */
  readonly field: string | null;
  /** Null where there is a fault anywhere. */
  readonly parameters: number | null;
}

interface PartPlace {
  /** Null where the part before it is at fault. */
  readonly inputShape: Shape | null;
  readonly classes: number | null;
  readonly part: PartKey;
  readonly networkId: string;
}

/** All of a part tells more of a layer's inputs than the layers up to it: what they name may come later. */
const wordsOf = (error: unknown, name: string, whole: () => unknown): string => {
  try {
    whole();
  } catch (later) {
    if (asLatentError(later).at?.layer === name) return messageOf(later);
  }
  return messageOf(error);
};

const checkPart = (layers: readonly LayerSpec[], { inputShape, ...place }: PartPlace): CheckedLayer[] => {
  let isKnown = inputShape !== null;
  const names = nameLayers(layers);
  // With its name, a layer is called the same among the first of them as among all.
  const named = layers.map((layer, i) => ({ ...layer, name: names[i] }));
  return names.map((name, i) => {
    if (!isKnown || inputShape === null) return { name, outputShape: null, parameters: null, fault: null };
    try {
      const inferred = inferLayers(named.slice(0, i + 1), { inputShape, ...place });
      const { outputShape, parameterCount } = inferred[i];
      return { name, outputShape, parameters: parameterCount, fault: null };
    } catch (error) {
      isKnown = false;
      const fault = wordsOf(error, name, () => inferLayers(named, { inputShape, ...place }));
      return { name, outputShape: null, parameters: null, fault };
    }
  });
};

const lastShape = (layers: readonly CheckedLayer[]): Shape | null => layers[layers.length - 1]?.outputShape ?? null;

/** Checks a network layer by layer, then as a whole. */
export const checkNetwork = (spec: AutoencoderSpec): NetworkCheck => {
  const place = { networkId: spec.id, classes: spec.label?.classes ?? null };
  const encoder = checkPart(spec.encoder, { ...place, part: 'encoder', inputShape: spec.inputShape });
  const decoder = checkPart(spec.decoder, { ...place, part: 'decoder', inputShape: lastShape(encoder) });
  const parts = { encoder, decoder };
  const known = { ...parts, fault: null, field: null };
  if ([...encoder, ...decoder].some(({ fault }) => fault !== null)) return { ...known, parameters: null };
  try {
    const { parameterCount } = resolveNetwork(spec);
    parseNetworkSpec(spec);
    return { ...known, parameters: parameterCount };
  } catch (error) {
    return { ...withFault(parts, asLatentError(error)), parameters: null };
  }
};

/** The layer that a path leads into: `encoder[2].name`. */
const layerAt = (path = ''): { readonly part: PartKey; readonly index: number } | null => {
  const [, name, index] = /^(\w+)\[(\d+)\]/.exec(path) ?? [];
  const part = PARTS.find((each) => each === name);
  return part === undefined ? null : { part, index: Number(index) };
};

/** Puts a fault to the layer that it names, or to the network as a whole. */
const withFault = (
  parts: Pick<NetworkCheck, PartKey>,
  { at, message }: LatentError,
): Omit<NetworkCheck, 'parameters'> => {
  const path = layerAt(at?.field);
  const part = path?.part ?? PARTS.find((name) => name === at?.part);
  const owner = part && parts[part].find(({ name }, i) => (path ? i === path.index : name === at?.layer));
  if (part === undefined || !owner) return { ...parts, fault: message, field: at?.field ?? null };
  const marked = parts[part].map((layer) => (layer === owner ? { ...layer, fault: message } : layer));
  return { ...parts, [part]: marked, fault: null, field: null };
};

/** The first fault of all, in the order in which data passes; null where there is none. */
export const firstFault = ({ encoder, decoder, fault }: NetworkCheck): string | null =>
  [...encoder, ...decoder].find((layer) => layer.fault !== null)?.fault ?? fault;

/** What leaves the encoder; null where that is not known. */
export const codeShapeOf = ({ encoder }: NetworkCheck): Shape | null => lastShape(encoder);

/** @param count - of the built-in images; null for all. */
export const checkCount = (count: number | null): string | null =>
  count === null || (Number.isInteger(count) && count > 0 && count <= MNIST.trainCount)
    ? null
    : `images: expected a whole number from 1 to ${MNIST.trainCount}, or nothing for all, got ${Number.isNaN(count) ? 'no number' : count}; correct it and try again`;

export interface RecipeFault {
  /** Path of the field: `schedule.learningRate`; null where the fault is no field's. */
  readonly field: string | null;
  readonly message: string;
}

/** What may not be meant, in words: fields of a recipe that change nothing, terms that the loss has twice; none while the network is at fault. */
export const recipeNotes = (spec: AutoencoderSpec, recipe: Recipe): readonly string[] => {
  try {
    const network = resolveNetwork(spec);
    const idle = fieldsWithoutEffect({ network, recipe: parseRecipe(recipe) });
    return [
      ...lossNotes(network).map((note) => `${note.replace(/^t/, 'T')}.`),
      ...idle.map(({ label, reason }) => `${label}: no effect, since ${reason}.`),
    ];
  } catch {
    return [];
  }
};

/** @param count - training images, where they are known: a batch cannot hold more. */
export const checkRecipe = (recipe: Recipe, count: number | null): RecipeFault | null => {
  try {
    parseRecipe(recipe);
  } catch (error) {
    const { at, message } = asLatentError(error);
    return { field: at?.field ?? null, message };
  }
  if (count !== null && recipe.batchSize > count) {
    return {
      field: 'batchSize',
      message: `batch-size: batch size ${recipe.batchSize} is larger than the training set (images: ${count}); lower it`,
    };
  }
  return null;
};
