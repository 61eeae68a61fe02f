/**
 * Which network a chain of layers is: one of the zoo where the layers are its own (those that only reshape at the ends
 * of a part aside), else a new one named after the file.
 */
import { inputError } from '../errors.ts';
import {
  dense,
  flatten,
  gaussianOf,
  givesDistribution,
  type LayerSpec,
  onlyReshapes,
  type PartName,
  reshape,
} from '../layers/index.ts';
import { usualLoss, usualReconstruction } from '../losses/index.ts';
import {
  type AutoencoderSpec,
  bestRecipe,
  documentedRecipe,
  inferLayers,
  MAX_CODE_SIZE,
  type NetworkSpec,
  networks,
  partOf,
  resolveNetwork,
} from '../network/index.ts';
import { elementCount, formatShape, type Shape, sameShape } from '../tensor/index.ts';
import { baseName, idOf, namedAfter } from './file-names.ts';
import type { AssembleOptions, ImportedChain, ImportedLayer, ModelFormat } from './imported-layer.ts';

/** A network, and which of the file's layers are which of its parts. */
export interface Plan {
  readonly spec: NetworkSpec;
  readonly parts: readonly { readonly name: PartName; readonly layers: readonly ImportedLayer[] }[];
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Layers without those that leave the numbers as they are, at both ends. */
const core = (layers: readonly LayerSpec[]): readonly LayerSpec[] => {
  const bare = [...layers];
  while (bare.length > 0 && onlyReshapes(bare[0])) bare.shift();
  while (bare.length > 0 && onlyReshapes(bare[bare.length - 1])) bare.pop();
  return bare;
};
const sameLayers = (a: readonly LayerSpec[], b: readonly LayerSpec[]): boolean => same(core(a), core(b));

const specsOf = (layers: readonly ImportedLayer[]): LayerSpec[] => layers.map(({ spec }) => spec);

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

const autoencoders = networks.filter((spec): spec is AutoencoderSpec => spec.kind === 'autoencoder');

type Halves = Pick<AutoencoderSpec, 'inputShape' | 'encoder' | 'decoder'>;

/** The network of the zoo that the file is named after among those that fit, else a new one of these halves. */
const autoencoderPlan = (
  parts: Plan['parts'],
  fits: (spec: AutoencoderSpec) => boolean,
  halves: () => Halves,
  { file, format }: AssembleOptions,
): Plan => {
  const known = namedAfter(autoencoders.filter(fits), file);
  if (known !== undefined) return { spec: known, parts };
  const made = halves();
  const loss = usualLoss(gaussianOf(made.encoder.at(-1)));
  return { spec: { kind: 'autoencoder', ...unknownCommon(file, format), ...made, loss, published: null }, parts };
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

/** The shape that a chain gives. */
const outputOf = (specs: readonly LayerSpec[], shape: Shape, { file }: AssembleOptions): Shape =>
  inferLayers(specs, shape, 'encoder', idOf(file)).at(-1)?.outputShape ?? shape;

const planWhole = (
  encoder: readonly ImportedLayer[],
  decoder: readonly ImportedLayer[],
  inputShape: Shape,
  options: AssembleOptions,
): Plan => {
  const [inner, outer] = [specsOf(encoder), specsOf(decoder)];
  return autoencoderPlan(
    [
      { name: 'encoder', layers: encoder },
      { name: 'decoder', layers: decoder },
    ],
    (spec) =>
      elementCount(spec.inputShape) === elementCount(inputShape) &&
      sameLayers(spec.encoder, inner) &&
      sameLayers(spec.decoder, outer),
    () => {
      const drawn = outputOf(outer, outputOf(inner, inputShape, options), options);
      const end = !sameShape(drawn, inputShape) && elementCount(drawn) === elementCount(inputShape);
      return { inputShape, encoder: inner, decoder: end ? [...outer, reshape(inputShape)] : outer };
    },
    options,
  );
};

/** Layers in place of a part that is not in the file, so that the other part has its place in a network. */
const placeholder = (shape: Shape): LayerSpec[] => [
  flatten(),
  dense(elementCount(shape), 'linear'),
  ...(shape.length === 1 ? [] : [reshape(shape)]),
];

const codeCount = (spec: NetworkSpec): number => elementCount(partOf(resolveNetwork(spec), 'encoder').outputShape);

const planDecoder = (layers: readonly ImportedLayer[], code: Shape, options: AssembleOptions): Plan => {
  const decoder = specsOf(layers);
  return autoencoderPlan(
    [{ name: 'decoder', layers }],
    (spec) =>
      sameLayers(spec.decoder, decoder) && spec.frozenEncoder === undefined && codeCount(spec) === elementCount(code),
    () => ({ inputShape: outputOf(decoder, code, options), encoder: placeholder(code), decoder }),
    options,
  );
};

const planEncoder = (layers: readonly ImportedLayer[], inputShape: Shape, options: AssembleOptions): Plan => {
  const encoder = specsOf(layers);
  return autoencoderPlan(
    [{ name: 'encoder', layers }],
    (spec) => sameLayers(spec.encoder, encoder) && elementCount(spec.inputShape) === elementCount(inputShape),
    () => ({ inputShape, encoder, decoder: placeholder(inputShape) }),
    options,
  );
};

/** Where a chain is cut into encoder and decoder: after Gaussian sampling, else after its narrowest layer. */
const cutAt = (layers: readonly ImportedLayer[], inputShape: Shape, file: string): number => {
  const sampling = layers.findIndex(({ spec }) => gaussianOf(spec) !== null);
  if (sampling >= 0) return sampling + 1;
  const sizes = inferLayers(specsOf(layers), inputShape, 'encoder', idOf(file)).map(({ outputShape }) =>
    elementCount(outputShape),
  );
  const narrowest = Math.min(...sizes);
  return sizes.indexOf(narrowest) + 1;
};

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

const unsupported = (file: string, what: string): never => {
  throw inputError('unsupported-model', {
    at: { file },
    problem: what,
    expected: `an autoencoder with a code of 1 to ${MAX_CODE_SIZE} numbers, its encoder or decoder alone, or a classifier that ends in softmax`,
  });
};

/**
 * @throws LatentError (input) `unsupported-model` for layers that make up nothing that is known; what `inferLayers`
 *   throws.
 */
export const planNetwork = (chain: ImportedChain, options: AssembleOptions): Plan => {
  const { inputShape, parts } = chain;
  const layers = parts.flat();
  const last = layers.at(-1);
  if (last === undefined) return unsupported(options.file, 'it holds no layers');
  if (givesDistribution(last.spec)) return planClassifier(layers, inputShape, options);
  const output = outputOf(specsOf(layers), inputShape, options);
  const [inside, outside] = [elementCount(inputShape), elementCount(output)];
  if (inside === outside) {
    const [encoder, decoder] = splitParts(chain, options.file);
    if (encoder.length === 0 || decoder.length === 0)
      return unsupported(options.file, 'it has no narrow layer between two others');
    return planWhole(encoder, decoder, inputShape, options);
  }
  if (gaussianOf(last.spec) !== null || (outside < inside && outside <= MAX_CODE_SIZE))
    return planEncoder(layers, inputShape, options);
  if (inside < outside && inside <= MAX_CODE_SIZE) return planDecoder(layers, inputShape, options);
  return unsupported(options.file, `it takes ${formatShape(inputShape)} and gives ${formatShape(output)}`);
};
