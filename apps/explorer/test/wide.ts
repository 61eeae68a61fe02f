/**
 * Networks whose codes are not two numbers, to test the page with: never trained, over the trained network's images.
 *
 * In: seeds. Out: a network of any code size, the codes of the images on show, a bundle of several.
 */
import {
  type AutoencoderSpec,
  gaussianSampling,
  initializeParameters,
  resolveNetwork,
  type Weights,
} from 'latent-plane';
import {
  type ExplorerNetwork,
  evaluator,
  explorerBundle,
  inferenceTensors,
  parameterSlots,
  type Tensor,
} from 'latent-plane/internal';
import { imageAt, SHOWN, shownLabels, trained } from './trained.ts';

const LINEAR = 'linear';
/** Makes codes and pictures of an untrained network differ from image to image. */
const CONTRAST = 3;

const specOf = (id: string, size: number, isGaussian: boolean): AutoencoderSpec => ({
  ...trained.spec,
  id,
  title: `A code of ${size}`,
  encoder: [
    { type: 'dense', units: 24, activation: 'tanh' },
    isGaussian
      ? gaussianSampling({ units: size, meanActivation: LINEAR, parameterisation: 'log-variance', epsilonStd: 1 })
      : { type: 'dense', units: size, activation: LINEAR },
  ],
  decoder: [
    { type: 'dense', units: 24, activation: 'tanh' },
    { type: 'dense', units: 784, activation: 'sigmoid' },
  ],
});

const weightsOf = (spec: AutoencoderSpec): Weights => {
  const { parameters } = resolveNetwork(spec);
  const values = initializeParameters(parameters, 11).map((value) => value * CONTRAST);
  return new Map(
    parameterSlots(parameters).map(({ parameter, offset, length }) => [
      parameter.name,
      values.slice(offset, offset + length),
    ]),
  );
};

const computeWith = (output: Tensor, inputShape: readonly number[]) => {
  const evaluate = evaluator([output]);
  return (data: Float32Array): Float32Array =>
    Float32Array.from(evaluate({ x: { dims: [1, ...inputShape], data } })[0].data);
};

export interface WideNetwork extends ExplorerNetwork {
  readonly size: number;
  encode(picture: Float32Array): Float32Array;
  decode(code: Float32Array): Float32Array;
  /** Of an image on show. */
  codeOf(image: number): Float32Array;
}

/** A network with codes of so many numbers, under any name. @param isGaussian - whether they are those of a variational one. */
export const wideNetwork = (id: string, size: number, isGaussian = false): WideNetwork => {
  const spec = specOf(id, size, isGaussian);
  const weights = weightsOf(spec);
  const network = resolveNetwork(spec);
  const encode = computeWith(inferenceTensors(network, { target: 'encoder', weights }).outputs.code, spec.inputShape);
  const decode = computeWith(inferenceTensors(network, { target: 'decoder', weights }).outputs.reconstruction, [size]);
  const codes = new Float32Array(SHOWN * size);
  for (let i = 0; i < SHOWN; i++) codes.set(encode(imageAt(i)), i * size);
  return {
    spec,
    weights,
    codes,
    size,
    encode,
    decode,
    codeOf: (image) => codes.slice(image * size, (image + 1) * size),
  };
};

/** The images on show, with these networks. */
export const wideBundle = (networks: readonly WideNetwork[], scores: (place: number) => ExplorerNetwork['scores']) => {
  const pixels = new Uint8Array(SHOWN * 784);
  for (let i = 0; i < SHOWN; i++)
    pixels.set(
      Uint8Array.from(imageAt(i), (value) => Math.round(255 * value)),
      i * 784,
    );
  return explorerBundle({
    dataset: { name: 'mnist', classNames: [...'0123456789'], train: 0, test: SHOWN },
    labels: shownLabels,
    networks: networks.map((network, place) => ({ ...network, scores: scores(place) })),
    images: { pixels, height: 28, width: 28, from: 0 },
  });
};
