/**
 * From the layers that a file holds to a network of ours.
 *
 * In: a chain of layers, each able to hand out its values, as a format's reader makes it. Out: a network that the zoo
 * knows, or a new one, with its weights. Where a layer's values lie in a file is the reader's business.
 */
import { inputError } from '../errors.ts';
import { dense, flatten, type LayerSpec, type PartName, reshape } from '../layers/index.ts';
import { type LossSpec, usualLoss, usualReconstruction } from '../losses/index.ts';
import {
  type AutoencoderSpec,
  bestRecipe,
  documentedRecipe,
  inferLayers,
  MAX_CODE_SIZE,
  type NetworkSpec,
  networks,
  partOf,
  type ResolvedNetwork,
  resolveNetwork,
} from '../network/index.ts';
import type { Weights } from '../runtime/index.ts';
import { elementCount, formatShape, type Shape, sameShape } from '../tensor/index.ts';

/** Formats of model files that are read. */
export type ModelFormat = 'keras' | 'keras-h5' | 'onnx' | 'tfjs';

/** One layer of a file. */
export interface ImportedLayer {
  /** As the file names it, for messages. */
  readonly name: string;
  readonly spec: LayerSpec;
  /**
   * Values of one of the layer's parameters, row-major.
   *
   * @param role - `kernel`, `bias`, `z_mean/kernel`, ... as in `LayerDefinition.parameters`.
   * @param shape - that the network needs; the file's is held against it before a value is read.
   * @throws LatentError (input) `missing-weights`, `weights-mismatch` with layer and entry.
   */
  readonly values: (role: string, shape: Shape) => Float32Array;
}

/** The layers of a file in the order in which data passes them. */
export interface ImportedChain {
  /** Without the batch axis. */
  readonly inputShape: Shape;
  /** One list for each sub-model, or one list in all. */
  readonly parts: readonly (readonly ImportedLayer[])[];
}

/** A network out of a file: plain data, which may pass between threads. */
export interface ImportedModel {
  readonly format: ModelFormat;
  /** Where the file holds an encoder or a decoder alone, `network.parts` has that part only. */
  readonly network: ResolvedNetwork;
  /** By parameter name, for the parts that are there. */
  readonly weights: Weights;
  /** What a person should know: values that were converted, parts that are missing. */
  readonly notes: readonly string[];
}

export interface AssembleOptions {
  readonly format: ModelFormat;
  /** Name of the file, with or without folders: tells apart networks of equal layers, names new ones. */
  readonly file: string;
  /** Grows while values are read. */
  readonly notes?: readonly string[];
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const baseName = (file: string): string => file.replace(/^.*[\\/]/, '');
const stem = (file: string): string =>
  baseName(file)
    .replace(/\.gz$/i, '')
    .replace(/(\.weights)?\.[^.]*$/, '');

/** Layers without those that leave the numbers as they are, at both ends. */
const core = (layers: readonly LayerSpec[]): readonly LayerSpec[] => {
  const bare = [...layers];
  while (bare[0]?.type === 'reshape' || bare[0]?.type === 'flatten') bare.shift();
  while (bare.at(-1)?.type === 'reshape') bare.pop();
  return bare;
};
const sameLayers = (a: readonly LayerSpec[], b: readonly LayerSpec[]): boolean => same(core(a), core(b));

/** Of several candidates the one that the file is named after, else the first. */
export const namedAfter = <Spec extends NetworkSpec>(candidates: readonly Spec[], file: string): Spec | undefined => {
  const name = stem(file).toLowerCase();
  const named = (test: (spec: Spec) => boolean): Spec | undefined => candidates.find(test);
  return (
    named((spec) => stem(spec.file).toLowerCase() === name) ??
    named((spec) => spec.id === name) ??
    [...candidates].sort((a, b) => b.id.length - a.id.length).find((spec) => name.includes(spec.id)) ??
    candidates[0]
  );
};

/** An id out of a file's name: lower-case letters, digits and single hyphens; never one of the zoo's. */
export const idOf = (file: string): string => {
  const words = stem(file)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const id = words.slice(0, 56).replace(/-+$/, '') || 'imported';
  return networks.some((network) => network.id === id) ? `${id}-file` : id;
};

const unknownCommon = (file: string, format: ModelFormat) => {
  const id = idOf(file);
  const source = 'Not on record: the network came from a file. Ours throughout.';
  return {
    id,
    title: `From the file ${baseName(file).slice(0, 120)}`,
    file: `imported/${id}.keras`,
    record: `Read from a file of the format "${format}"; nothing is on record about it.`,
    recipes: {
      documented: documentedRecipe({ epochs: 50, batchSize: 256, trainOn: 'train', source }),
      best: bestRecipe({ epochs: 100, learningRate: 1e-3, source }),
    },
  };
};

const lossOf = (encoder: readonly LayerSpec[]): LossSpec => {
  const last = encoder.at(-1);
  return usualLoss(last?.type === 'gaussian-sampling' ? last.parameterisation : null);
};

const specsOf = (layers: readonly ImportedLayer[]): LayerSpec[] => layers.map(({ spec }) => spec);

/** Where a chain is cut into encoder and decoder: after Gaussian sampling, else after its narrowest layer. */
const cutAt = (layers: readonly ImportedLayer[], inputShape: Shape, file: string): number => {
  const sampling = layers.findIndex(({ spec }) => spec.type === 'gaussian-sampling');
  if (sampling >= 0) return sampling + 1;
  const sizes = inferLayers(specsOf(layers), inputShape, 'encoder', idOf(file)).map(({ outputShape }) =>
    elementCount(outputShape),
  );
  const narrowest = Math.min(...sizes);
  return sizes.indexOf(narrowest) + 1;
};

interface Plan {
  readonly spec: NetworkSpec;
  /** The file's layers, by the part they make up. */
  readonly parts: readonly { readonly name: PartName; readonly layers: readonly ImportedLayer[] }[];
}

const unsupported = (file: string, what: string): never => {
  throw inputError(
    'unsupported-model',
    `${file}: ${what}; expected an autoencoder with a code of 1 to ${MAX_CODE_SIZE} numbers, its encoder or decoder alone, or a classifier that ends in softmax`,
  );
};

const planClassifier = (layers: readonly ImportedLayer[], inputShape: Shape, options: AssembleOptions): Plan => {
  const specs = specsOf(layers);
  const known = networks.filter(
    (spec) => spec.kind === 'classifier' && same(spec.inputShape, inputShape) && sameLayers(spec.layers, specs),
  );
  const spec: NetworkSpec = namedAfter(known, options.file) ?? {
    kind: 'classifier',
    ...unknownCommon(options.file, options.format),
    inputShape,
    layers: specs,
    loss: usualReconstruction('labels'),
    publishedAccuracy: null,
  };
  return { spec, parts: [{ name: 'classifier', layers }] };
};

const autoencoders = networks.filter((spec): spec is AutoencoderSpec => spec.kind === 'autoencoder');

const planAutoencoder = (
  encoder: readonly ImportedLayer[],
  decoder: readonly ImportedLayer[],
  inputShape: Shape,
  options: AssembleOptions,
): Plan => {
  const parts = [
    { name: 'encoder' as const, layers: encoder },
    { name: 'decoder' as const, layers: decoder },
  ];
  const [inner, outer] = [specsOf(encoder), specsOf(decoder)];
  const known = autoencoders.filter(
    (spec) =>
      elementCount(spec.inputShape) === elementCount(inputShape) &&
      sameLayers(spec.encoder, inner) &&
      sameLayers(spec.decoder, outer),
  );
  const zoo = namedAfter(known, options.file);
  if (zoo) return { spec: zoo, parts };
  const id = idOf(options.file);
  const code = inferLayers(inner, inputShape, 'encoder', id).at(-1)?.outputShape ?? inputShape;
  const drawn = inferLayers(outer, code, 'decoder', id).at(-1)?.outputShape ?? code;
  const end = !sameShape(drawn, inputShape) && elementCount(drawn) === elementCount(inputShape);
  const spec: AutoencoderSpec = {
    kind: 'autoencoder',
    ...unknownCommon(options.file, options.format),
    inputShape,
    encoder: inner,
    decoder: end ? [...outer, reshape(inputShape)] : outer,
    loss: lossOf(inner),
    published: null,
  };
  return { spec, parts };
};

/** A network of which one part is not in the file; it has layers there only so that the other has its place. */
const planDecoder = (layers: readonly ImportedLayer[], code: Shape, options: AssembleOptions): Plan => {
  const specs = specsOf(layers);
  const parts = [{ name: 'decoder' as const, layers }];
  const known = autoencoders.filter(
    (spec) =>
      sameLayers(spec.decoder, specs) && spec.frozenEncoder === undefined && codeCount(spec) === elementCount(code),
  );
  const zoo = namedAfter(known, options.file);
  if (zoo) return { spec: zoo, parts };
  const image = inferLayers(specs, code, 'decoder', idOf(options.file)).at(-1)?.outputShape ?? code;
  const spec: AutoencoderSpec = {
    kind: 'autoencoder',
    ...unknownCommon(options.file, options.format),
    inputShape: image,
    encoder: [flatten(), dense(elementCount(code), 'linear'), ...(code.length === 1 ? [] : [reshape(code)])],
    decoder: specs,
    loss: usualReconstruction('images'),
    published: null,
  };
  return { spec, parts };
};

const planEncoder = (layers: readonly ImportedLayer[], image: Shape, options: AssembleOptions): Plan => {
  const specs = specsOf(layers);
  const parts = [{ name: 'encoder' as const, layers }];
  const known = autoencoders.filter(
    (spec) => sameLayers(spec.encoder, specs) && elementCount(spec.inputShape) === elementCount(image),
  );
  const zoo = namedAfter(known, options.file);
  if (zoo) return { spec: zoo, parts };
  const spec: AutoencoderSpec = {
    kind: 'autoencoder',
    ...unknownCommon(options.file, options.format),
    inputShape: image,
    encoder: specs,
    decoder: [flatten(), dense(elementCount(image), 'linear'), ...(image.length === 1 ? [] : [reshape(image)])],
    loss: lossOf(specs),
    published: null,
  };
  return { spec, parts };
};

const codeCount = (spec: NetworkSpec): number => elementCount(partOf(resolveNetwork(spec), 'encoder').outputShape);

/** Encoder first: one sub-model for each part, or more of them, or one chain that is cut in two. */
const splitParts = (
  { inputShape, parts }: ImportedChain,
  file: string,
): readonly [readonly ImportedLayer[], readonly ImportedLayer[]] => {
  const bare = parts.filter((part) => part.length > 0);
  if (bare.length === 2) return [bare[0], bare[1]];
  const layers = bare.flat();
  const at = cutAt(layers, inputShape, file);
  return [layers.slice(0, at), layers.slice(at)];
};

const plan = (chain: ImportedChain, options: AssembleOptions): Plan => {
  const { inputShape, parts } = chain;
  const layers = parts.flat();
  const last = layers.at(-1);
  if (last === undefined) return unsupported(options.file, 'it holds no layers');
  if (last.spec.type === 'dense' && last.spec.activation === 'softmax')
    return planClassifier(layers, inputShape, options);
  const output =
    inferLayers(specsOf(layers), inputShape, 'encoder', idOf(options.file)).at(-1)?.outputShape ?? inputShape;
  const [inside, outside] = [elementCount(inputShape), elementCount(output)];
  if (inside === outside) {
    const [encoder, decoder] = splitParts(chain, options.file);
    if (encoder.length === 0 || decoder.length === 0)
      return unsupported(options.file, 'it has no narrow layer between two others');
    return planAutoencoder(encoder, decoder, inputShape, options);
  }
  if (last.spec.type === 'gaussian-sampling' || (outside < inside && outside <= MAX_CODE_SIZE))
    return planEncoder(layers, inputShape, options);
  if (inside < outside && inside <= MAX_CODE_SIZE) return planDecoder(layers, inputShape, options);
  return unsupported(options.file, `it takes ${formatShape(inputShape)} and gives ${formatShape(output)}`);
};

const HOLDERS: readonly LayerSpec['type'][] = [
  'dense',
  'conv2d',
  'conv2d-transpose',
  'layer-normalization',
  'gaussian-sampling',
];

/** Values are read in one pass, layer by layer. */
const readPart = (
  resolved: ResolvedNetwork,
  name: PartName,
  layers: readonly ImportedLayer[],
  weights: Map<string, Float32Array>,
): void => {
  const part = partOf(resolved, name);
  // Only layers without values may differ, so those that have some are in the same order on both sides.
  const holders = layers.filter(({ spec }) => HOLDERS.includes(spec.type));
  const targets = part.layers.filter(({ parameters }) => parameters.length > 0);
  targets.forEach(({ name: layerName, parameters }, index) => {
    const prefix = `${name}/${layerName}/`;
    for (const { name: parameter, shape } of parameters) {
      weights.set(parameter, holders[index].values(parameter.slice(prefix.length), shape));
    }
  });
};

/**
 * Makes a network out of a file's layers: one of the zoo where the layers are its own (a reshape at an end of a part
 * aside), else a new one named after the file.
 *
 * @throws LatentError (input) `unsupported-model` for layers that make up nothing we know; what `resolveNetwork` and the
 *   layers' `values` throw.
 */
export const assembleModel = (chain: ImportedChain, options: AssembleOptions): ImportedModel => {
  const { spec, parts } = plan(chain, options);
  const network = onlyParts(
    resolveNetwork(spec),
    parts.map(({ name }) => name),
  );
  const weights = new Map<string, Float32Array>();
  for (const { name, layers } of parts) readPart(network, name, layers, weights);
  return finishModel({ format: options.format, network, weights, notes: options.notes ?? [] });
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

/** Adds what holds for files of every format: a part that is missing, values that are no numbers. */
export const finishModel = (model: ImportedModel): ImportedModel => {
  const { network, weights } = model;
  const broken = [...weights].filter(([, values]) => !values.every(Number.isFinite)).map(([name]) => name);
  return {
    ...model,
    notes: [
      ...new Set(model.notes),
      ...(network.spec.kind === 'autoencoder' && network.parts.length === 1
        ? [`the file holds ${network.parts[0].name === 'encoder' ? 'an encoder' : 'a decoder'} alone`]
        : []),
      ...(broken.length > 0
        ? [`${broken.length} of its arrays hold values that are no finite numbers, the first "${broken[0]}"`]
        : []),
    ],
  };
};
