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
import { elementCount, inferLayers, inputError, nameLayers } from 'latent-plane/internal';

/** The plane has two directions. */
const PLANE_CODE = 2;

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
  /** Null where there is a fault anywhere. */
  readonly parameters: number | null;
}

const checkPart = (
  layers: readonly LayerSpec[],
  inputShape: Shape | null,
  part: PartKey,
  id: string,
): CheckedLayer[] => {
  let shape = inputShape;
  return nameLayers(layers).map((name, i) => {
    if (shape === null || inputShape === null) return { name, outputShape: null, parameters: null, fault: null };
    try {
      const { outputShape, parameterCount } = inferLayers(layers.slice(0, i + 1), { inputShape, part, networkId: id })[
        i
      ];
      shape = outputShape;
      return { name, outputShape, parameters: parameterCount, fault: null };
    } catch (error) {
      shape = null;
      return { name, outputShape: null, parameters: null, fault: messageOf(error) };
    }
  });
};

const lastShape = (layers: readonly CheckedLayer[]): Shape | null => layers[layers.length - 1]?.outputShape ?? null;

/** Checks a network layer by layer, then as a whole. */
export const checkNetwork = (spec: AutoencoderSpec): NetworkCheck => {
  const encoder = checkPart(spec.encoder, spec.inputShape, 'encoder', spec.id);
  const decoder = checkPart(spec.decoder, lastShape(encoder), 'decoder', spec.id);
  const parts = { encoder, decoder };
  if ([...encoder, ...decoder].some(({ fault }) => fault !== null)) return { ...parts, fault: null, parameters: null };
  try {
    const { parameterCount } = resolveNetwork(spec);
    parseNetworkSpec(spec);
    const code = lastShape(encoder);
    if (code !== null && elementCount(code) !== PLANE_CODE) {
      const fault = inputError('invalid-network', {
        at: { network: spec.id, part: 'encoder', layer: encoder[encoder.length - 1].name },
        expected: `a code of ${PLANE_CODE} numbers, the two directions of the plane`,
        got: `${elementCount(code)}`,
        hint: `end the encoder with ${PLANE_CODE} units`,
      });
      return { ...withFault(parts, fault), parameters: null };
    }
    return { ...parts, fault: null, parameters: parameterCount };
  } catch (error) {
    return { ...withFault(parts, asLatentError(error)), parameters: null };
  }
};

/** Puts a fault to the layer that it names, or to the network as a whole. */
const withFault = (
  parts: Pick<NetworkCheck, PartKey>,
  { at, message }: LatentError,
): Omit<NetworkCheck, 'parameters'> => {
  const part = PARTS.find((name) => name === at?.part);
  const owner = part && parts[part].find(({ name }) => name === at?.layer);
  if (part === undefined || !owner) return { ...parts, fault: message };
  const marked = parts[part].map((layer) => (layer === owner ? { ...layer, fault: message } : layer));
  return { ...parts, [part]: marked, fault: null };
};

/** The first fault of all, in the order in which data passes; null where there is none. */
export const firstFault = ({ encoder, decoder, fault }: NetworkCheck): string | null =>
  [...encoder, ...decoder].find((layer) => layer.fault !== null)?.fault ?? fault;

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
