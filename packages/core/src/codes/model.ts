/**
 * A network that can run: spec, weights and engine in one.
 *
 * In: what `resolveNetwork` and a training or a file give. Out: a value that all take that run networks.
 */

import { definitionOf, gaussianOf } from '../layers/index.ts';
import { type InferenceTarget, partOf, type ResolvedNetwork } from '../network/index.ts';
import { createInference, type Inference, type InferenceOptions, type Weights } from '../runtime/index.ts';
import { elementCount, type Runtime } from '../tensor/index.ts';

/** A network with values for its parameters, and what runs it. */
export interface RunnableModel {
  /** Out of `resolveNetwork`, or `network` of `readModel`. */
  readonly network: ResolvedNetwork;
  /** Of all its parameters. */
  readonly weights: Weights;
  /** What runs its graphs. */
  readonly runtime: Runtime;
  /** Threads inside one operator; the runtime's own default when absent. */
  readonly threads?: number;
  /** Class that images are drawn of where no label is at hand, of a network that takes one; 0 when absent. */
  readonly label?: number;
}

/** The graph keeps about ten of these at a time, and is fastest where they stay in the processor's caches: `bench/NOTES.md`. */
const MAX_LAYER_FLOATS = 2e6;
/** More images at a time make nothing faster. */
const MAX_BATCH_SIZE = 500;

/**
 * Images in one run of a network, so that its memory stays within some tens of MB whatever the network.
 */
export const inferenceBatchSize = ({ parts, spec }: ResolvedNetwork): number => {
  let widest = elementCount(spec.inputShape);
  for (const { spec: layer, inputShape, outputShape } of parts.flatMap(({ layers }) => layers)) {
    const workspace = definitionOf(layer).workspace(layer, inputShape, outputShape);
    widest = Math.max(widest, elementCount(outputShape), workspace);
  }
  return Math.max(1, Math.min(MAX_BATCH_SIZE, Math.floor(MAX_LAYER_FLOATS / widest)));
};

/** Numbers in one code. @throws LatentError `no-such-part` for a classifier. */
export const codeSizeOf = ({ network }: Pick<RunnableModel, 'network'>): number => {
  // A decoder that came without its encoder has its codes all the same.
  const decoder = network.parts.find(({ name }) => name === 'decoder');
  return elementCount(decoder?.inputShape ?? partOf(network, 'encoder').outputShape);
};

/** Whether the code is a Gaussian that the encoder gives, as a variational autoencoder's; false where there is no encoder. */
export const hasGaussianCode = ({ network }: Pick<RunnableModel, 'network'>): boolean =>
  gaussianOf(network.parts.find(({ name }) => name === 'encoder')?.layers.at(-1)?.spec) !== null;

/** Opens one graph of a model, lets `work` use it, and releases it whatever happens. */
export const withInference = async <Result>(
  model: RunnableModel & Pick<InferenceOptions, 'logScale'>,
  target: InferenceTarget,
  work: (inference: Inference) => Promise<Result>,
): Promise<Result> => {
  const { network, weights, runtime, threads, label, logScale } = model;
  const batchSize = inferenceBatchSize(network);
  const inference = await createInference(network, weights, { target, runtime, threads, batchSize, label, logScale });
  try {
    return await work(inference);
  } finally {
    await inference.release();
  }
};
