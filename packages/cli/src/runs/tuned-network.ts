/**
 * The network of an old encoder and a new decoder.
 *
 * In: two networks. Out: one with the encoder of the first, frozen, and the decoder layers of the second, with a
 * reshape where the two put the same numbers in another shape. A pair that the zoo knows keeps its name there.
 */
import {
  type AutoencoderSpec,
  findNetwork,
  type LayerSpec,
  type NetworkSpec,
  networks,
  partOf,
  reshape,
  resolveNetwork,
} from 'latent-plane';
import { elementCount, formatShape, inputError, onlyReshapes, sameShape } from 'latent-plane/internal';

/** Recipes for a pair that the zoo does not know. */
const RECIPES_OF = 'convdense-2-tuned';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The network of the zoo whose decoder layers a tuned one has, a reshape at its end aside. */
export const decoderSource = ({ id, decoder }: AutoencoderSpec): NetworkSpec | undefined => {
  const last = decoder.at(-1);
  const bare = last !== undefined && onlyReshapes(last) ? decoder.slice(0, -1) : decoder;
  return networks.find(
    (other) =>
      other.id !== id && other.kind === 'autoencoder' && (same(other.decoder, bare) || same(other.decoder, decoder)),
  );
};

const autoencoder = (spec: NetworkSpec): AutoencoderSpec => {
  if (spec.kind === 'autoencoder') return spec;
  throw inputError('no-such-part', {
    problem: `"${spec.id}" is a classifier, with neither encoder nor decoder`,
    hint: 'name an autoencoder',
  });
};

/** `decoder` with a reshape before or after it where only the shape differs. */
const fitDecoder = (encoder: AutoencoderSpec, source: AutoencoderSpec): LayerSpec[] => {
  const code = partOf(resolveNetwork(encoder), 'encoder').outputShape;
  const expected = partOf(resolveNetwork(source), 'decoder').inputShape;
  if (elementCount(code) !== elementCount(expected)) {
    throw inputError('shape-mismatch', {
      at: { subject: `the decoder of "${source.id}"` },
      expected: `a code of ${formatShape(expected)}`,
      got: `${formatShape(code)} from the encoder of "${encoder.id}"`,
      hint: 'choose another --decoder',
    });
  }
  if (elementCount(encoder.inputShape) !== elementCount(source.inputShape)) {
    throw inputError('shape-mismatch', {
      problem: `the decoder of "${source.id}" draws images of ${formatShape(source.inputShape)}, the encoder of "${encoder.id}" takes ${formatShape(encoder.inputShape)}`,
      hint: 'choose another --decoder',
    });
  }
  const before = sameShape(code, expected) ? [] : [reshape(expected)];
  const after = sameShape(encoder.inputShape, source.inputShape) ? [] : [reshape(encoder.inputShape)];
  return [...before, ...source.decoder, ...after];
};

/**
 * @param encoder - the trained network whose encoder stays as it is.
 * @param decoderOf - the network whose decoder layers are trained anew.
 * @throws LatentError (input) `no-such-part`, `shape-mismatch`.
 */
export const tunedNetwork = (encoder: NetworkSpec, decoderOf: NetworkSpec): AutoencoderSpec => {
  const from = autoencoder(encoder);
  const source = autoencoder(decoderOf);
  const decoder = fitDecoder(from, source);
  const known = networks.find(
    (network) =>
      network.kind === 'autoencoder' &&
      network.frozenEncoder === from.id &&
      same(network.encoder, from.encoder) &&
      same(network.decoder, decoder),
  );
  if (known?.kind === 'autoencoder') return known;
  const id = `${from.id}-${source.id}-decoder`;
  return {
    kind: 'autoencoder',
    id,
    title: `${from.title}, with a new decoder as of ${source.id}`,
    file: `autoencoders/${id}.keras`,
    inputShape: from.inputShape,
    encoder: from.encoder,
    decoder,
    frozenEncoder: from.id,
    loss: { type: 'mse' },
    published: null,
    record: `Ours: the decoder of ${source.id}, trained on the fixed codes of ${from.id}.`,
    recipes: findNetwork(RECIPES_OF).recipes,
  };
};
