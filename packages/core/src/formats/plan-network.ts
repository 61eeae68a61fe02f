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
import { baseName, idOf, namedAfter } from '../network/file-names.ts';
import {
  type AutoencoderSpec,
  inferLayers,
  MAX_CODE_SIZE,
  type NetworkSpec,
  networks,
  newRecipes,
  partOf,
  resolveNetwork,
} from '../network/index.ts';
import { elementCount, formatShape, type Shape, sameShape } from '../tensor/index.ts';
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
    recipes: newRecipes(source),
  };
};

const autoencoders = networks.filter((spec): spec is AutoencoderSpec => spec.kind === 'autoencoder');

/** The shape that a chain gives. */
const outputOf = (specs: readonly LayerSpec[], shape: Shape, { file }: AssembleOptions): Shape =>
  inferLayers(specs, { inputShape: shape, part: 'encoder', networkId: idOf(file) }).at(-1)?.outputShape ?? shape;

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

/** Layers in place of a part that is not in the file, so that the other part has its place in a network. */
const placeholder = (shape: Shape): LayerSpec[] => [
  flatten(),
  dense(elementCount(shape), 'linear'),
  ...(shape.length === 1 ? [] : [reshape(shape)]),
];

const codeCount = (spec: NetworkSpec): number => elementCount(partOf(resolveNetwork(spec), 'encoder').outputShape);

/** The parts of an autoencoder that a file holds, and the shape that the first of them takes. */
interface Halves {
  readonly inputShape: Shape;
  readonly encoder?: readonly ImportedLayer[];
  readonly decoder?: readonly ImportedLayer[];
}

/** Whether a network of the zoo has these parts, and they take as many numbers as in the file. */
const fits = (spec: AutoencoderSpec, { inputShape, encoder, decoder }: Halves): boolean => {
  if (encoder && !sameLayers(spec.encoder, specsOf(encoder))) return false;
  if (decoder && !sameLayers(spec.decoder, specsOf(decoder))) return false;
  if (encoder) return elementCount(spec.inputShape) === elementCount(inputShape);
  return spec.frozenEncoder === undefined && codeCount(spec) === elementCount(inputShape);
};

/** The decoder's layers, ending in the shape of the images. */
const drawnAs = (shape: Shape, decoder: LayerSpec[], code: Shape, options: AssembleOptions): LayerSpec[] => {
  const drawn = outputOf(decoder, code, options);
  const isFlat = !sameShape(drawn, shape) && elementCount(drawn) === elementCount(shape);
  return isFlat ? [...decoder, reshape(shape)] : decoder;
};

/** Both parts of a new network: a part that the file has not is a placeholder. */
const completed = (
  { inputShape, encoder, decoder }: Halves,
  options: AssembleOptions,
): Pick<AutoencoderSpec, 'inputShape' | 'encoder' | 'decoder'> => {
  const [inner, outer] = [specsOf(encoder ?? []), specsOf(decoder ?? [])];
  const code = outputOf(inner, inputShape, options);
  const images = encoder ? inputShape : outputOf(outer, code, options);
  return {
    inputShape: images,
    encoder: encoder ? inner : placeholder(code),
    decoder: decoder ? drawnAs(images, outer, code, options) : placeholder(images),
  };
};

/** The network of the zoo that the file is named after among those that fit, else a new one of these parts. */
const planAutoencoder = (halves: Halves, options: AssembleOptions): Plan => {
  const parts = (['encoder', 'decoder'] as const).flatMap((name) => {
    const layers = halves[name];
    return layers ? [{ name, layers }] : [];
  });
  const known = namedAfter(
    autoencoders.filter((spec) => fits(spec, halves)),
    options.file,
  );
  if (known !== undefined) return { spec: known, parts };
  const made = completed(halves, options);
  const loss = usualLoss(gaussianOf(made.encoder.at(-1)));
  const common = unknownCommon(options.file, options.format);
  return { spec: { kind: 'autoencoder', ...common, ...made, loss, published: null }, parts };
};

/** Where a chain is cut into encoder and decoder: after Gaussian sampling, else after its narrowest layer. */
const cutAt = (layers: readonly ImportedLayer[], inputShape: Shape, file: string): number => {
  const sampling = layers.findIndex(({ spec }) => gaussianOf(spec) !== null);
  if (sampling >= 0) return sampling + 1;
  const sizes = inferLayers(specsOf(layers), { inputShape, part: 'encoder', networkId: idOf(file) }).map(
    ({ outputShape }) => elementCount(outputShape),
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
  // Each part names its own layers.
  const output = parts.reduce((shape, part) => outputOf(specsOf(part), shape, options), inputShape);
  const [inside, outside] = [elementCount(inputShape), elementCount(output)];
  // Two models that give as many numbers as they take are encoder and decoder, whatever the decoder ends in.
  const isAutoencoder = inside === outside && parts.filter((part) => part.length > 0).length === 2;
  if (givesDistribution(last.spec) && !isAutoencoder) return planClassifier(layers, inputShape, options);
  if (inside === outside) {
    const [encoder, decoder] = splitParts(chain, options.file);
    if (encoder.length === 0 || decoder.length === 0)
      return unsupported(options.file, 'it has no narrow layer between two others');
    return planAutoencoder({ inputShape, encoder, decoder }, options);
  }
  if (gaussianOf(last.spec) !== null || (outside < inside && outside <= MAX_CODE_SIZE))
    return planAutoencoder({ inputShape, encoder: layers }, options);
  if (inside < outside && inside <= MAX_CODE_SIZE) return planAutoencoder({ inputShape, decoder: layers }, options);
  return unsupported(options.file, `it takes ${formatShape(inputShape)} and gives ${formatShape(output)}`);
};
