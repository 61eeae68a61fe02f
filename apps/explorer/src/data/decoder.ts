/**
 * The decoder in the page: plain TypeScript, small, exact.
 *
 * In: a network and the weights of its decoder. Out: a function from codes to pictures. The heavy engine is not needed
 * to draw one picture a frame.
 */
import { type AutoencoderSpec, type Channels, partOf, resolveNetwork, type Weights } from 'latent-plane';
import { evaluator, inferenceTensors, inputError, pictureSize } from 'latent-plane/internal';

export interface Decoder {
  readonly width: number;
  readonly height: number;
  /** Numbers in a pixel: 1 is grey; 3 are red, green, blue. */
  readonly channels: Channels;
  /**
   * @param codes - `[count, 2]`, code units, single precision as everywhere in the project.
   * @returns `[count, height, width, channels]`, 0 (black) to 1 (white).
   */
  decode(codes: Float32Array): Float64Array;
}

/** One class for all of some codes, one-hot. */
const labelFeed = (count: number, classes: number, label: number) => {
  const data = new Float32Array(count * classes);
  for (let i = 0; i < count; i++) data[i * classes + label] = 1;
  return { dims: [count, classes], data };
};

/**
 * @param label - the class that is drawn, of a network that takes the label of an image.
 * @throws LatentError (input) `decoder-weights` if a parameter is missing or of another size.
 */
export const createDecoder = (spec: AutoencoderSpec, weights: Weights, label = 0): Decoder => {
  const network = resolveNetwork(spec);
  for (const { name, shape } of partOf(network, 'decoder').parameters) {
    const expected = shape.reduce((count, dim) => count * dim, 1);
    if (weights.get(name)?.length !== expected) {
      throw inputError('decoder-weights', {
        at: { network: spec.id },
        expected: `${expected} values "${name}"`,
        got: `${weights.get(name)?.length ?? 'none'}`,
        hint: 'build the data again',
      });
    }
  }
  const { outputs, label: takesLabel } = inferenceTensors(network, { target: 'decoder', weights });
  const evaluate = evaluator([outputs.reconstruction]);
  const classes = takesLabel === null ? null : (spec.label?.classes ?? null);
  return {
    ...pictureSize(spec.inputShape, spec.id),
    decode: (codes) => {
      const count = codes.length / 2;
      const x = { dims: [count, 2], data: codes };
      return evaluate(classes === null ? { x } : { x, label: labelFeed(count, classes, label) })[0].data;
    },
  };
};
