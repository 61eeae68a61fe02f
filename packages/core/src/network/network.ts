/**
 * A whole network, checked and resolved: its parts, shapes and parameters.
 *
 * In: a `NetworkSpec`. Out: a `ResolvedNetwork`, from which the summary, the graph and the file formats are derived.
 * Values of parameters are not here (`initializers.ts`).
 */
import { type ErrorFacts, inputError, type LatentError } from '../errors.ts';
import {
  definitionOf,
  gaussianOf,
  givesDistribution,
  LABEL_INPUT,
  type LayerSpec,
  outputActivation,
  type PartName,
} from '../layers/index.ts';
import { learnsFrom, lossFault, usualReconstruction } from '../losses/index.ts';
import type { Shape } from '../tensor/index.ts';
import { elementCount, formatBatchShape, sameShape } from '../tensor/shape.ts';
import { inferLayers, type ResolvedLayer, unusedLayer } from './shape-inference.ts';
import type { AutoencoderSpec, ClassifierSpec, NetworkSpec, ParameterSpec } from './types.ts';

/** Encoder, decoder or classifier. */
export interface ResolvedPart {
  /** Which part. */
  readonly name: PartName;
  /** In the order in which data passes them. */
  readonly layers: readonly ResolvedLayer[];
  /** Without the batch axis. */
  readonly inputShape: Shape;
  /** Without the batch axis. */
  readonly outputShape: Shape;
  /** In the order in which weights are stored. */
  readonly parameters: readonly ParameterSpec[];
  /** Values in all parameters together. */
  readonly parameterCount: number;
  /** Not trained: its weights come from another network. */
  readonly frozen: boolean;
}

/** A network whose shapes and parameters are known. */
export interface ResolvedNetwork {
  /** The network as plain data. */
  readonly spec: NetworkSpec;
  /** In the order in which data passes them: encoder, decoder; or the classifier alone. */
  readonly parts: readonly ResolvedPart[];
  /** Of all parts, in the order in which weights are stored. */
  readonly parameters: readonly ParameterSpec[];
  /** Values in all parameters together. */
  readonly parameterCount: number;
}

/** Most numbers of a code. */
export const MAX_CODE_SIZE = 4096;

/** Past this the weights and the optimiser's arrays no longer fit in an ordinary browser's memory. */
export const MAX_PARAMETERS = 100_000_000;

const invalidNetwork = ({ id }: NetworkSpec, facts: ErrorFacts): LatentError =>
  inputError('invalid-network', { ...facts, at: { network: id, ...facts.at } });

const resolvePart = (
  spec: NetworkSpec,
  name: PartName,
  layers: readonly LayerSpec[],
  inputShape: Shape,
  { frozen = false, classes = null }: { readonly frozen?: boolean; readonly classes?: number | null } = {},
): ResolvedPart => {
  if (layers.length === 0)
    throw invalidNetwork(spec, { expected: `layers in the ${name}`, got: 'none', hint: 'give it at least one' });
  const resolved = inferLayers(layers, { inputShape, classes, part: name, networkId: spec.id });
  const unused = unusedLayer(resolved);
  if (unused !== null)
    throw invalidNetwork(spec, {
      at: { part: name, layer: unused.name },
      problem: 'no layer takes its output, and it is not the last',
      hint: 'name it in the "inputs" of another layer, or take it out',
    });
  return {
    name,
    layers: resolved,
    inputShape,
    outputShape: resolved[resolved.length - 1].outputShape,
    parameters: resolved.flatMap(({ parameters }) => parameters),
    parameterCount: resolved.reduce((sum, { parameterCount }) => sum + parameterCount, 0),
    frozen,
  };
};

/** Whether one of the part's layers takes the label. */
export const takesLabel = ({ layers }: Pick<ResolvedPart, 'layers'>): boolean =>
  layers.some(({ inputs }) => inputs.includes(LABEL_INPUT));

const checkSampling = (spec: NetworkSpec, parts: readonly ResolvedPart[]): void => {
  for (const part of parts) {
    part.layers.forEach(({ name, spec: layer }, index) => {
      const endsEncoder = part.name === 'encoder' && index === part.layers.length - 1;
      if (gaussianOf(layer) !== null && !endsEncoder) {
        const { label } = definitionOf(layer);
        throw invalidNetwork(spec, {
          at: { part: part.name, layer: name },
          expected: `${label} as the encoder's last layer alone`,
          hint: 'move it there',
        });
      }
    });
  }
};

const resolveAutoencoder = (spec: AutoencoderSpec, maxCodeSize: number): ResolvedPart[] => {
  const classes = spec.label?.classes ?? null;
  const encoder = resolvePart(spec, 'encoder', spec.encoder, spec.inputShape, {
    frozen: spec.frozenEncoder !== undefined,
    classes,
  });
  const codeSize = elementCount(encoder.outputShape);
  if (codeSize > maxCodeSize) {
    throw invalidNetwork(spec, {
      at: { part: 'encoder' },
      expected: `a code of 1 to ${maxCodeSize} numbers`,
      got: `${codeSize}`,
      hint: 'end it with a narrower layer',
    });
  }
  const decoder = resolvePart(spec, 'decoder', spec.decoder, encoder.outputShape, { classes });
  if (classes !== null && ![encoder, decoder].some(takesLabel)) {
    throw invalidNetwork(spec, {
      at: { field: 'label' },
      expected: `a layer that takes "${LABEL_INPUT}"`,
      got: 'none',
      hint: `name it in the "inputs" of a layer, or take "label" out`,
    });
  }
  if (!sameShape(decoder.outputShape, spec.inputShape)) {
    const lastLayer = decoder.layers[decoder.layers.length - 1].name;
    const sameElements = elementCount(decoder.outputShape) === elementCount(spec.inputShape);
    const step = sameElements ? 'end the decoder with `reshape`' : "change the decoder's last layers";
    throw inputError('shape-mismatch', {
      at: { network: spec.id, part: 'decoder', layer: lastLayer },
      expected: `${formatBatchShape(spec.inputShape)}, the shape of the images`,
      got: formatBatchShape(decoder.outputShape),
      hint: step,
    });
  }
  const fault = lossFault(spec.loss, 'images', {
    heads: gaussianOf(spec.encoder.at(-1)),
    outputActivation: outputActivation(spec.decoder),
  });
  if (fault !== null) throw invalidNetwork(spec, { at: { field: 'loss' }, expected: `${fault}` });
  return [encoder, decoder];
};

const resolveClassifier = (spec: ClassifierSpec): ResolvedPart[] => {
  const last = spec.layers[spec.layers.length - 1];
  if (learnsFrom(spec.loss) !== 'labels' || !givesDistribution(last)) {
    throw invalidNetwork(spec, {
      expected: `a classifier that ends in a layer of softmax and minimises "${usualReconstruction('labels').type}"`,
      got: `"${last?.type ?? 'no layer'}" and "${spec.loss.type}"`,
      hint: 'change the one that differs',
    });
  }
  return [resolvePart(spec, 'classifier', spec.layers, spec.inputShape)];
};

/**
 * Checks a network and works out every shape and parameter of it.
 *
 * @throws LatentError `invalid-layer`, `shape-mismatch` or `layer-too-large` of a layer; `shape-mismatch` when the
 *   decoder's output is not the input's shape (a flattened image is another shape); `invalid-network` for an empty
 *   part, a code of more than 4,096 numbers, a loss that does not suit the layers, or more than 10^8 parameters.
 */
export const resolveNetwork = (spec: NetworkSpec): ResolvedNetwork => resolveWithin(spec, MAX_CODE_SIZE);

/**
 * The same for codes of any size, which a network of convolutions has over large images.
 *
 * @throws LatentError as `resolveNetwork`, but for the size of the code.
 */
export const resolveWithin = (spec: NetworkSpec, maxCodeSize = Number.POSITIVE_INFINITY): ResolvedNetwork => {
  const parts = spec.kind === 'autoencoder' ? resolveAutoencoder(spec, maxCodeSize) : resolveClassifier(spec);
  checkSampling(spec, parts);
  const parameterCount = parts.reduce((sum, part) => sum + part.parameterCount, 0);
  if (parameterCount > MAX_PARAMETERS) {
    throw invalidNetwork(spec, {
      expected: `at most ${MAX_PARAMETERS} parameters`,
      got: `${parameterCount}`,
      hint: 'take narrower layers',
    });
  }
  return { spec, parts, parameters: parts.flatMap(({ parameters }) => parameters), parameterCount };
};

/**
 * One part of a resolved network.
 *
 * @throws LatentError `no-such-part` for the encoder of a classifier and the like.
 */
export const partOf = ({ spec, parts }: ResolvedNetwork, name: PartName): ResolvedPart => {
  const part = parts.find((candidate) => candidate.name === name);
  if (part === undefined) {
    const got = parts.map((candidate) => candidate.name).join(', ');
    throw inputError('no-such-part', {
      at: { network: spec.id },
      expected: `the part "${name}"`,
      got: `a network of ${got}`,
      hint: 'name another',
    });
  }
  return part;
};

/** The same network with some of its parts alone. */
export const onlyParts = (network: ResolvedNetwork, names: readonly PartName[]): ResolvedNetwork => {
  const parts = network.parts.filter(({ name }) => names.includes(name));
  const parameters = parts.flatMap((part) => part.parameters);
  return {
    spec: network.spec,
    parts,
    parameters,
    parameterCount: parts.reduce((sum, { parameterCount }) => sum + parameterCount, 0),
  };
};
