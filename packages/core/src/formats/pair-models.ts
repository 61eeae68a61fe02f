/**
 * Two files, one model: an encoder and a decoder that were saved apart.
 *
 * In: two models of one part each. Out: the network of both. The weights keep their names.
 */
import { inputError } from '../errors.ts';
import { gaussianOf, type LayerSpec, PART_INPUT, reshape } from '../layers/index.ts';
import { usualLoss } from '../losses/index.ts';
import { baseName, idOf } from '../network/file-names.ts';
import { type AutoencoderSpec, newRecipes, partOf, type ResolvedNetwork, resolveNetwork } from '../network/index.ts';
import { elementCount, formatShape, type Shape, sameShape } from '../tensor/index.ts';
import { type ImportedModel, isHalfNote } from './imported-model.ts';
import { sameArchitecture } from './onnx/recorded-network.ts';

/** A model that may be half of one. */
export interface ModelHalf extends Pick<ImportedModel, 'network' | 'weights' | 'notes'> {
  /** Of its file, for messages and for the name of the pair. */
  readonly file: string;
}

/** The part that a model consists of; null where it has both, or is a classifier. */
export const onlyPart = ({ parts }: ResolvedNetwork): 'encoder' | 'decoder' | null => {
  const [{ name }] = parts;
  return parts.length === 1 && name !== 'classifier' ? name : null;
};

const describe = ({ network, file }: ModelHalf): string =>
  `"${baseName(file)}" (${network.parts.map(({ name }) => name).join(' and ')})`;

/** Encoder first, in whatever order they were given. @throws LatentError (input) `not-a-pair`. */
const inOrder = (first: ModelHalf, second: ModelHalf): readonly [ModelHalf, ModelHalf] => {
  const [a, b] = [onlyPart(first.network), onlyPart(second.network)];
  if (a === 'encoder' && b === 'decoder') return [first, second];
  if (a === 'decoder' && b === 'encoder') return [second, first];
  throw inputError('not-a-pair', {
    expected: 'an encoder alone and a decoder alone, which make one model',
    got: `${describe(first)} and ${describe(second)}`,
    hint: 'name a whole model alone, or the file of its other half',
  });
};

const specOf = ({ network }: ModelHalf): AutoencoderSpec => {
  if (network.spec.kind === 'autoencoder') return network.spec;
  throw inputError('not-a-pair', { expected: 'parts of an autoencoder', got: 'a classifier' });
};

/** Name of the layer that gives numbers of one shape another. */
const FITTED = 'fitted';

/** Layers that take the same numbers in another shape: those that name what enters take it from the first. */
const reshapedInput = (layers: readonly LayerSpec[], shape: Shape): LayerSpec[] => [
  { ...reshape(shape), name: FITTED },
  ...layers.map((layer) =>
    layer.inputs === undefined
      ? layer
      : { ...layer, inputs: layer.inputs.map((name) => (name === PART_INPUT ? FITTED : name)) },
  ),
];

const mismatch = (what: string, encoder: ModelHalf, decoder: ModelHalf, shapes: readonly [Shape, Shape]) =>
  inputError('pair-mismatch', {
    problem: `${what} differ`,
    expected: `${formatShape(shapes[0])}, as the encoder "${baseName(encoder.file)}" has them`,
    got: `${formatShape(shapes[1])} of the decoder "${baseName(decoder.file)}"`,
    hint: 'name the two halves of one model',
  });

/** What mean and log-variance in one output become; the variance is what most programs give. */
const SAMPLING: LayerSpec = { type: 'sampling', parameterisation: 'log-variance', epsilonStd: 1 };

/** Whether an encoder gives mean and log-variance of each number that the decoder takes. */
const givesBoth = (layers: readonly LayerSpec[], code: Shape, taken: Shape): boolean =>
  code.length === 1 && code[0] === 2 * elementCount(taken) && gaussianOf(layers.at(-1)) === null;

/** What both files are called, without the words for their parts. */
const nameOf = (encoder: string, decoder: string): string => {
  const bare = (file: string): string =>
    baseName(file)
      .replace(/\.[^.]*$/, '')
      .replace(/(^|[-_. ])(en|de)coder(?=$|[-_. ])/i, '');
  const [a, b] = [bare(encoder), bare(decoder)];
  return (a !== '' && a === b ? a : [a, b].filter((name) => name !== '').join('-')) || 'pair';
};

/**
 * Makes one model of an encoder and a decoder; the order in which they are given does not matter.
 *
 * @throws LatentError (input) `not-a-pair` where they are not one encoder and one decoder; `pair-mismatch` where their
 *   codes or images differ in size; as `resolveNetwork`.
 */
export const pairModels = (
  first: ModelHalf,
  second: ModelHalf,
): Pick<ImportedModel, 'network' | 'weights' | 'notes'> => {
  const [encoder, decoder] = inOrder(first, second);
  const [inner, outer] = [partOf(encoder.network, 'encoder'), partOf(decoder.network, 'decoder')];
  const [ofEncoder, ofDecoder] = [specOf(encoder), specOf(decoder)];
  const [given, taken] = [inner.outputShape, outer.inputShape];
  const isPacked = givesBoth(ofEncoder.encoder, given, taken);
  const code = isPacked ? [elementCount(taken)] : given;
  if (elementCount(code) !== elementCount(taken)) throw mismatch('their codes', encoder, decoder, [code, taken]);
  const [images, drawn] = [inner.inputShape, outer.outputShape];
  if (elementCount(images) !== elementCount(drawn)) throw mismatch('their images', encoder, decoder, [images, drawn]);
  const weights = new Map([...encoder.weights, ...decoder.weights]);
  const notes = [encoder, decoder].flatMap((half) => half.notes.filter((note) => !isHalfNote(note)));
  if (isPacked)
    notes.unshift(
      `the encoder gives ${given[0]} numbers, the decoder takes ${code[0]}: the first ${code[0]} are taken for the mean, the others for the log-variance`,
    );
  else if (ofEncoder.id === ofDecoder.id && sameArchitecture(ofEncoder, ofDecoder))
    return { network: resolveNetwork(ofEncoder), weights, notes };
  const layers = sameShape(code, taken) ? ofDecoder.decoder : reshapedInput(ofDecoder.decoder, taken);
  const name = nameOf(encoder.file, decoder.file);
  const id = idOf(`${name}.pair`);
  const label = ofEncoder.label ?? ofDecoder.label;
  const spec: AutoencoderSpec = {
    kind: 'autoencoder',
    id,
    title: `From the files ${baseName(encoder.file).slice(0, 60)} and ${baseName(decoder.file).slice(0, 60)}`,
    file: `imported/${id}.keras`,
    inputShape: images,
    ...(label === undefined ? {} : { label }),
    encoder: isPacked ? [...ofEncoder.encoder, SAMPLING] : ofEncoder.encoder,
    decoder: sameShape(images, drawn) ? layers : [...layers, reshape(images)],
    loss: usualLoss(gaussianOf(isPacked ? SAMPLING : ofEncoder.encoder.at(-1))),
    recipes: newRecipes('Not on record: the network came from two files. Ours throughout.'),
    published: null,
    record: 'Encoder and decoder were read from files of their own; nothing is on record about them.',
  };
  return { network: resolveNetwork(spec), weights, notes };
};
