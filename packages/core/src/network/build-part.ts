/** From layers to tensors: the graph of one part of a network. */
import { internalError } from '../errors.ts';
import { emptyTrace, layerContext, type PartTrace } from '../layers/context.ts';
import { definitionOf } from '../layers/index.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { ResolvedPart } from './network.ts';

/**
 * The graph of one part of a network.
 *
 * @param x - `[batch, ...part.inputShape]`.
 * @param parameters - by full name, `encoder/dense/kernel`.
 * @param trace - grows by what training needs beside the output: random inputs, heads of a Gaussian code, logits.
 */
export const buildPart = (
  part: ResolvedPart,
  x: Tensor,
  parameters: ReadonlyMap<string, Tensor>,
  training: boolean,
  trace: PartTrace = emptyTrace(),
): Tensor =>
  part.layers.reduce((tensor, { name, spec, outputShape }) => {
    const path = `${part.name}/${name}`;
    const weight = (role: string): Tensor => {
      const found = parameters.get(`${path}/${role}`);
      if (!found) throw internalError(`no parameter "${path}/${role}"`);
      return found;
    };
    return definitionOf(spec).build(spec, layerContext({ x: tensor, outputShape, training, weight }, path, trace));
  }, x);

export { emptyTrace, feedRandom, type PartTrace, type RandomInput } from '../layers/context.ts';
