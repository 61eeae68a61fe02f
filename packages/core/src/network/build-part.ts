/** From layers to tensors: the graph of one part of a network. */
import { internalError } from '../errors.ts';
import { emptyTrace, layerContext, type PartTrace } from '../layers/context.ts';
import { definitionOf, LABEL_INPUT, PART_INPUT } from '../layers/index.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { ResolvedPart } from './network.ts';

/** What enters a part. */
export interface PartInputs {
  /** `[batch, ...part.inputShape]`. */
  readonly x: Tensor;
  /** One-hot, `[batch, classes]`, where the network takes one. */
  readonly label?: Tensor;
}

/**
 * What a part is built for: `training`; `inference`, where nothing is drawn and running state is read; `measuring` the
 * loss, which is inference but for Gaussian codes, of which samples are drawn.
 */
export type BuildMode = 'training' | 'inference' | 'measuring';

/**
 * The graph of one part of a network.
 *
 * @param parameters - by full name, `encoder/dense/kernel`.
 * @param trace - grows by what training needs beside the output: random inputs, heads of a Gaussian code, logits, new
 *   values of running state.
 */
export const buildPart = (
  part: ResolvedPart,
  { x, label }: PartInputs,
  parameters: ReadonlyMap<string, Tensor>,
  mode: BuildMode,
  trace: PartTrace = emptyTrace(),
): Tensor => {
  const outputs = new Map<string, Tensor>([[PART_INPUT, x], ...(label ? [[LABEL_INPUT, label] as const] : [])]);
  let last = x;
  for (const { name, spec, inputs, outputShape } of part.layers) {
    const path = `${part.name}/${name}`;
    const weight = (role: string): Tensor => {
      const found = parameters.get(`${path}/${role}`);
      if (!found) throw internalError(`no parameter "${path}/${role}"`);
      return found;
    };
    const tensors = inputs.map((source) => {
      const found = outputs.get(source);
      if (!found) throw internalError(`"${path}" takes "${source}", which is not there`);
      return found;
    });
    last = definitionOf(spec).build(
      spec,
      layerContext(
        {
          inputs: tensors,
          outputShape,
          training: mode === 'training',
          sampling: mode !== 'inference',
          weight,
        },
        path,
        trace,
      ),
    );
    outputs.set(name, last);
  }
  return last;
};

export { emptyTrace, feedRandom, type PartTrace, type RandomInput } from '../layers/context.ts';
