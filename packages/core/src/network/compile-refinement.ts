/**
 * The graph that tells in which direction codes should move for their images to be drawn better.
 *
 * In: a resolved autoencoder. Out: a graph with codes and images as inputs and two outputs: the squared error of each
 * image, and its gradient by the code. Moving the codes is the evaluation's business.
 */

import { gradients } from '../tensor/backward.ts';
import { emitGraph } from '../tensor/onnx/emitter.ts';
import { square, subtract } from '../tensor/ops/arithmetic.ts';
import { gemm } from '../tensor/ops/matmul.ts';
import { sumAll } from '../tensor/ops/reduce.ts';
import { reshape } from '../tensor/ops/shape.ts';
import { constant, input, sizeOf, type Tensor } from '../tensor/tensor.ts';
import { buildPart } from './build-part.ts';
import { labelInput } from './label-input.ts';
import { partOf, type ResolvedNetwork } from './network.ts';

/** An ONNX graph, and what goes in and comes out. */
export interface RefinementGraph {
  readonly bytes: Uint8Array;
  /** Inputs beside the parameters, by name: `code` `[batch, ...]`, `image` `[batch, pixels]`. */
  readonly inputs: Readonly<Record<'code' | 'image', readonly number[]>>;
  /** `[batch, classes]` of a decoder that takes a label, one-hot; else null. */
  readonly label: readonly number[] | null;
  /** Of the decoder. */
  readonly parameters: readonly string[];
  /** `error` `[batch, 1]`, sums over pixels; `slope` as `code`. */
  readonly outputs: Readonly<Record<'error' | 'slope', Tensor>>;
}

/**
 * Compiles the error of decoded codes, image by image, and its slope at the codes.
 *
 * @throws LatentError `no-such-part` (input) for a classifier.
 */
export const compileRefinement = (network: ResolvedNetwork, batchSize: number): RefinementGraph => {
  const decoder = partOf(network, 'decoder');
  const pixels = sizeOf(decoder.outputShape);
  const feeds = new Map(decoder.parameters.map((p) => [p.name, input(p.name, p.shape)]));
  const code = input('code', [batchSize, ...decoder.inputShape]);
  const image = input('image', [batchSize, pixels]);
  const label = labelInput(network, [decoder], batchSize);
  const drawn = reshape(buildPart(decoder, { x: code, ...(label ? { label } : {}) }, feeds, 'inference'), [
    batchSize,
    pixels,
  ]);
  const ones = constant(new Float32Array(pixels).fill(1), [pixels, 1]);
  const error = gemm(square(subtract(drawn, image)), ones);
  const [slope] = gradients(sumAll(error), [code]);
  return {
    bytes: emitGraph({ error, slope }, [code, image, ...(label ? [label] : []), ...feeds.values()], {
      name: `${network.spec.id} refinement`,
    }),
    inputs: { code: code.dims, image: image.dims },
    label: label?.dims ?? null,
    parameters: decoder.parameters.map(({ name }) => name),
    outputs: { error, slope },
  };
};
