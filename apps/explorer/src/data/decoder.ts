/**
 * The decoder in the page: plain TypeScript, small, exact.
 *
 * In: a network, the weights of its decoder, a plane through its codes. Out: functions from points of the plane, and from
 * codes, to pictures. The heavy engine is not needed to draw one picture a frame.
 */
import {
  type AutoencoderSpec,
  type Channels,
  type CodePlane,
  codesOfPlane,
  firstPlane,
  partOf,
  resolveNetwork,
  type Weights,
} from 'latent-plane';
import { elementCount, evaluator, inferenceTensors, inputError, pictureSize } from 'latent-plane/internal';

export interface Decoder {
  readonly width: number;
  readonly height: number;
  /** Numbers in a pixel: 1 is grey; 3 are red, green, blue. */
  readonly channels: Channels;
  /**
   * @param points - `[count, 2]`, of the plane, single precision as everywhere in the project.
   * @returns `[count, height, width, channels]`, 0 (black) to 1 (white).
   */
  decode(points: Float32Array): Float64Array;
  /** The same of codes, wherever they lie: `[count, code size]`, code units. */
  decodeCodes(codes: Float32Array): Float64Array;
}

/** The same decoder on another plane. */
export const decoderOn = (decoder: Decoder, plane: CodePlane): Decoder => ({
  ...decoder,
  decode: (points) => decoder.decodeCodes(codesOfPlane(plane, points)),
});

/** One class for all of some codes, one-hot. */
const labelFeed = (count: number, classes: number, label: number) => {
  const data = new Float32Array(count * classes);
  for (let i = 0; i < count; i++) data[i * classes + label] = 1;
  return { dims: [count, classes], data };
};

/**
 * @param label - the class that is drawn, of a network that takes the label of an image.
 * @param plane - whose points are decoded; that of the first two dimensions of the code where absent.
 * @throws LatentError (input) `decoder-weights` if a parameter is missing or of another size.
 */
export const createDecoder = (spec: AutoencoderSpec, weights: Weights, label = 0, plane?: CodePlane): Decoder => {
  const network = resolveNetwork(spec);
  const { parameters, inputShape } = partOf(network, 'decoder');
  const size = elementCount(inputShape);
  for (const { name, shape } of parameters) {
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
  const decodeCodes = (codes: Float32Array): Float64Array => {
    const count = codes.length / size;
    const x = { dims: [count, ...inputShape], data: codes };
    return evaluate(classes === null ? { x } : { x, label: labelFeed(count, classes, label) })[0].data;
  };
  const shown = plane ?? firstPlane(size);
  return {
    ...pictureSize(spec.inputShape, spec.id),
    decodeCodes,
    decode: (points) => decodeCodes(codesOfPlane(shown, points)),
  };
};
