/** The graph that measures the loss of an autoencoder, part by part, without training it. */
import { lossTensors } from '../losses/index.ts';
import { emitGraph } from '../tensor/onnx/emitter.ts';
import { type Dims, input, type Tensor } from '../tensor/tensor.ts';
import { buildPart, emptyTrace, type PartInputs, type RandomInput } from './build-part.ts';
import { labelInput } from './label-input.ts';
import { lossInputs } from './loss-inputs.ts';
import { partOf, type ResolvedNetwork } from './network.ts';

/** An ONNX graph, and what goes in and comes out. */
export interface LossGraph {
  readonly bytes: Uint8Array;
  /** `[batch, ...inputShape]`, pixels 0..1. */
  readonly x: Dims;
  /** `[batch, classes]`, one-hot; null where no label enters. */
  readonly label: Dims | null;
  /** What is drawn for each batch. */
  readonly randoms: readonly RandomInput[];
  /** Of encoder and decoder, by name. */
  readonly parameters: readonly string[];
  /** `reconstruction` and `term/0`, `term/1`, ...: scalars, means over the images of the batch, terms without weight. */
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/**
 * Compiles the loss of batches: as in training but without dropout and noise, with the running state of batch
 * normalisation, and with one sample of a Gaussian code. Terms that learn from pairs of images are left out.
 *
 * @throws LatentError `no-such-part` (input) for a classifier.
 */
export const compileLoss = (network: ResolvedNetwork, batchSize: number): LossGraph => {
  const parts = [partOf(network, 'encoder'), partOf(network, 'decoder')] as const;
  const parameters = parts.flatMap((part) => part.parameters);
  const feeds = new Map(parameters.map((p) => [p.name, input(p.name, p.shape)]));
  const x = input('x', [batchSize, ...parts[0].inputShape]);
  const label = labelInput(network, parts, batchSize);
  const enter = (value: Tensor): PartInputs => ({ x: value, ...(label ? { label } : {}) });
  const trace = emptyTrace();
  const codes = buildPart(parts[0], enter(x), feeds, 'measuring', trace);
  const output = buildPart(parts[1], enter(codes), feeds, 'measuring', trace);
  const decode = (z: Tensor) => buildPart(parts[1], enter(z), feeds, 'inference');
  const inputs = lossInputs({ output, target: x, codes, decode }, trace);
  const { reconstruction, terms } = lossTensors(network.spec.loss, inputs, 'unpaired');
  const outputs = { reconstruction, ...Object.fromEntries(terms.map(({ index, value }) => [`term/${index}`, value])) };
  return {
    bytes: emitGraph(outputs, [x, ...(label ? [label] : []), ...trace.inputs, ...feeds.values()], {
      name: `${network.spec.id} loss`,
    }),
    x: x.dims,
    label: label?.dims ?? null,
    randoms: trace.randoms,
    parameters: parameters.map(({ name }) => name),
    outputs,
  };
};
