/**
 * Writes ONNX files: the inference graphs of a network, with its weights inside.
 *
 * In: a network and its weights. Out: one file for each part and one for the whole autoencoder; the same model gives the
 * same bytes. The batch axis is left open. The graphs compute without dropout and with the mean of a Gaussian code, whose
 * log-scale head is an output of its own, so that no weight is lost. Training graphs are not written here.
 *
 * Opset and IR version are those of `graph/onnx/emitter.ts`; every weight is a float32 initializer under its parameter's
 * name (`encoder/dense/kernel`). Source: https://onnx.ai/onnx/repo-docs/IR.html
 */
import { compileInference, type InferenceTarget, type NetworkSpec, type ResolvedNetwork } from '../../network/index.ts';
import type { Weights } from '../../runtime/index.ts';
import { IR_VERSION, OPSET } from '../../tensor/index.ts';
import type { ExportModel } from '../keras/write.ts';

/** What the graph takes, by what it computes. */
const inputNames: Readonly<Record<InferenceTarget, string>> = {
  encoder: 'image',
  decoder: 'code',
  autoencoder: 'image',
  classifier: 'image',
};

/** Of the graph, which is generated; whose the weights are only the caller knows, and says so under the same key. */
const LICENCE = 'MIT for the graph; the weights are under the licence of whoever trained them';

const targetsOf = ({ parts }: ResolvedNetwork): readonly InferenceTarget[] => {
  const names = parts.map(({ name }) => name);
  return names.includes('encoder') && names.includes('decoder') ? [...names, 'autoencoder'] : names;
};

const describe = ({ id, title }: NetworkSpec, target: InferenceTarget): string =>
  `${id} (${title}), ${target}. Pixels 0 to 1, channels last; the first axis is the batch. ` +
  `Opset ${OPSET}, IR version ${IR_VERSION}.`;

const encode = (
  network: ResolvedNetwork,
  weights: Weights,
  target: InferenceTarget,
  metadata: ExportModel['metadata'],
) =>
  compileInference(network, {
    target,
    batchSize: 'dynamic',
    weights,
    inputName: inputNames[target],
    logScale: true,
    docString: describe(network.spec, target),
    metadata: {
      licence: LICENCE,
      ...metadata,
      network: network.spec.id,
      part: target,
      spec: JSON.stringify(network.spec),
    },
  }).bytes;

/**
 * Writes a model.
 *
 * Inputs: `image` (`[batch, ...inputShape]`, pixels 0..1), or `code` of the decoder. Outputs: `code`, `reconstruction`,
 * `probabilities`, and `z_log_sigma` or `z_log_var` beside the code of a variational encoder.
 *
 * @param model - `metadata` becomes metadata properties; `network`, `part` and `spec` are ours, `licence` is the
 *   caller's if given.
 * @returns `encoder.onnx`, `decoder.onnx`, `autoencoder.onnx`, `classifier.onnx`, as far as the network has the parts.
 */
export const exportOnnx = ({ network, weights, metadata }: ExportModel): ReadonlyMap<string, Uint8Array> =>
  new Map(targetsOf(network).map((target) => [`${target}.onnx`, encode(network, weights, target, metadata)]));
