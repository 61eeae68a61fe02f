/**
 * From a resolved network to graphs: one training step, or inference of a part.
 *
 * In: a network, batch size, what to compute. Out: the tensors of the graph, its ONNX bytes and a description of every
 * input and output, so that the caller can feed it without knowing the network.
 */
import { inputError, internalError } from '../errors.ts';
import { definitionOf, type PartName } from '../layers/index.ts';
import { buildLoss, isPairedLoss, learnsFrom, type ScheduledWeight, scheduledWeights } from '../losses/index.ts';
import { gradients } from '../tensor/backward.ts';
import { emitGraph } from '../tensor/onnx/emitter.ts';
import { add } from '../tensor/ops/arithmetic.ts';
import { constant, type Dims, DYNAMIC, input, type Tensor } from '../tensor/tensor.ts';
import { buildPart, emptyTrace, type PartInputs, type RandomInput } from './build-part.ts';
import { labelInput } from './label-input.ts';
import { lossInputs } from './loss-inputs.ts';
import { partOf, type ResolvedNetwork } from './network.ts';
import type { ParameterSpec } from './types.ts';

/** What a training graph holds beside loss and gradients. */
export interface TrainingGraphOptions {
  readonly batchSize: number;
  /** Trains the decoder alone, from codes that are fed. */
  readonly decoderOnly?: boolean;
  /** The images that the output is compared with are fed apart from those that enter. */
  readonly separateTarget?: boolean;
  /** Of a loss that learns from pairs the reconstruction error alone, of batches without partners. */
  readonly withoutPairs?: boolean;
}

/** One training step. Graph inputs: `x`, `target` where there is one, `random/...`, parameters by name. */
export interface TrainingGraph {
  readonly bytes: Uint8Array;
  readonly batchSize: number;
  /**
   * `[batch, ...inputShape]`, pixels 0..1; codes when the decoder is trained alone. A loss that learns from pairs has as
   * many rows again: a partner of each image, in the same order.
   */
  readonly x: Dims;
  /** `[batch, ...]`: one-hot labels of a classifier, or the images where they are not `x` (the decoder is trained
   * alone, the target is separate); else null. */
  readonly target: Dims | null;
  /** `[batch, classes]`: the label that enters beside the image, one-hot; null where none does. */
  readonly label: Dims | null;
  readonly randoms: readonly RandomInput[];
  /** Weights of the loss that change over the epochs: scalar inputs, of which each takes its share at the step. */
  readonly weights: readonly ScheduledWeight[];
  /** Of the parts that are trained: first those that gradients move, then running state, each in the order of storage. */
  readonly parameters: readonly ParameterSpec[];
  /** Outputs: `loss`, then `grad/<parameter>` of what gradients move, and `running/<parameter>` of running state. */
  readonly outputs: Readonly<Record<string, Tensor>>;
}

const parameterInputs = (parameters: readonly ParameterSpec[]): ReadonlyMap<string, Tensor> =>
  new Map(parameters.map((p) => [p.name, input(p.name, p.shape)]));

/** What gradients move before running state, which stands behind it; each as they are stored. */
export const inTrainingOrder = (parameters: readonly ParameterSpec[]): ParameterSpec[] => [
  ...parameters.filter(({ running }) => !running),
  ...parameters.filter(({ running }) => running),
];

/** @throws LatentError (input) `inference-only` for layers that have no gradient. */
export const requireTrainable = ({ spec, parts }: Pick<ResolvedNetwork, 'spec' | 'parts'>): void => {
  for (const part of parts)
    for (const layer of part.layers)
      if (definitionOf(layer.spec).inferenceOnly)
        throw inputError('inference-only', {
          at: { network: spec.id, part: part.name, layer: layer.name },
          problem: 'its graph runs as it is and cannot be trained',
          expected: 'a network of layers',
          hint: 'write one with latent new',
        });
};

/**
 * The graph of one training step.
 *
 * @returns bytes that are the same for the same network and batch size.
 */
export const compileTraining = (network: ResolvedNetwork, options: TrainingGraphOptions): TrainingGraph => {
  const { batchSize, decoderOnly = false, separateTarget = false, withoutPairs = false } = options;
  const { spec } = network;
  const parts = decoderOnly ? [partOf(network, 'decoder')] : network.parts;
  requireTrainable(network);
  const parameters = inTrainingOrder(parts.flatMap((part) => part.parameters));
  const feeds = parameterInputs(parameters);
  const paired = isPairedLoss(spec.loss) && !decoderOnly && !withoutPairs;
  const terms = decoderOnly ? 'none' : withoutPairs ? 'unpaired' : 'all';
  const rows = paired ? 2 * batchSize : batchSize;
  const x = input('x', [rows, ...parts[0].inputShape]);
  const label = labelInput(network, parts, rows);
  const enter = (value: Tensor): PartInputs => ({ x: value, ...(label ? { label } : {}) });
  const trace = emptyTrace();
  const tensorsAfter: Tensor[] = [];
  for (const part of parts)
    tensorsAfter.push(buildPart(part, enter(tensorsAfter.at(-1) ?? x), feeds, 'training', trace));
  const [codes] = tensorsAfter;
  const y = tensorsAfter[tensorsAfter.length - 1];
  const target = decoderOnly || separateTarget || learnsFrom(spec.loss) === 'labels' ? input('target', y.dims) : null;
  const decode = (z: Tensor) => buildPart(partOf(network, 'decoder'), enter(z), feeds, 'inference');
  const inputs = lossInputs({ output: y, target: target ?? x, codes, decode }, trace);
  const loss = trace.losses.reduce(add, buildLoss(spec.loss, inputs, terms));
  const tensors = parameters.map((p) => feeds.get(p.name) ?? x);
  const moved = parameters.filter(({ running }) => !running);
  const grads = gradients(loss, tensors.slice(0, moved.length));
  const outputs = {
    loss,
    ...Object.fromEntries(moved.map(({ name }, i) => [`grad/${name}`, grads[i]])),
    ...Object.fromEntries([...trace.running].map(([name, value]) => [`running/${name}`, value])),
  };
  return {
    bytes: emitGraph(
      outputs,
      [x, ...(target ? [target] : []), ...(label ? [label] : []), ...trace.inputs, ...tensors],
      {
        name: `${spec.id} training step`,
      },
    ),
    batchSize,
    x: x.dims,
    target: target?.dims ?? null,
    label: label?.dims ?? null,
    randoms: trace.randoms,
    weights: scheduledWeights(spec.loss, terms),
    parameters,
    outputs,
  };
};

/** What an inference graph computes: a part, or encoder and decoder in one. */
export type InferenceTarget = PartName | 'autoencoder';

/** An ONNX graph that computes a part or all of a network. */
export interface InferenceGraph {
  readonly bytes: Uint8Array;
  /** Dimensions of the input: `[batch, ...]`. */
  readonly x: Dims;
  /** `[batch, classes]`: the label that enters beside it, one-hot; null where none does. */
  readonly label: Dims | null;
  readonly parameters: readonly ParameterSpec[];
  /** `code`, `reconstruction`, `probabilities` as far as the target has them, and the log-scale head if asked for. */
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** Which part of a network is compiled, and for which batches. */
export interface InferenceGraphOptions {
  readonly target: InferenceTarget;
  /** Fixed, or known only when the graph runs. */
  readonly batchSize?: number | 'dynamic';
  /** Values by parameter name, written into the graph; without them the parameters are graph inputs. */
  readonly weights?: ReadonlyMap<string, Float32Array>;
  /** Name of the graph input; default `x`. */
  readonly inputName?: string;
  /** Also gives the log-scale head of a Gaussian code, under its own name: `z_log_sigma` or `z_log_var`. */
  readonly logScale?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly docString?: string;
}

/** The tensors of inference, without dropout and with the mean of a Gaussian code. */
export const inferenceTensors = (network: ResolvedNetwork, options: InferenceGraphOptions) => {
  const { target, batchSize = 'dynamic', weights, inputName = 'x', logScale = false } = options;
  const parts =
    target === 'autoencoder' ? [partOf(network, 'encoder'), partOf(network, 'decoder')] : [partOf(network, target)];
  const parameters = parts.flatMap((part) => part.parameters);
  const feeds = weights ? parameterConstants(parameters, weights) : parameterInputs(parameters);
  const x = input(inputName, [batchSize === 'dynamic' ? DYNAMIC : batchSize, ...parts[0].inputShape]);
  const label = labelInput(network, parts, x.dims[0]);
  const outputs: Record<string, Tensor> = {};
  let tensor = x;
  for (const part of parts) {
    const trace = emptyTrace();
    tensor = buildPart(part, { x: tensor, ...(label ? { label } : {}) }, feeds, 'inference', trace);
    outputs[{ encoder: 'code', decoder: 'reconstruction', classifier: 'probabilities' }[part.name]] = tensor;
    if (logScale && trace.heads) outputs[trace.heads.scaleName] = trace.heads.zLogScale;
  }
  const inputs = [x, ...(label ? [label] : []), ...(weights ? [] : feeds.values())];
  return { x, label, inputs, parameters, outputs };
};

/** Images that a part takes at a time, where a layer of it says so. */
const imagesPerRun = (network: ResolvedNetwork, target: InferenceTarget): number | null => {
  const parts = network.parts.filter(({ name }) => target === 'autoencoder' || name === target);
  const counts = parts.flatMap(({ layers }) =>
    layers.flatMap(({ spec }) => definitionOf(spec).imagesPerRun(spec) ?? []),
  );
  return counts.length === 0 ? null : Math.max(...counts);
};

/** The graph of inference, as tensors and as bytes; for as many images as a layer takes that takes a certain number. */
export const compileInference = (network: ResolvedNetwork, options: InferenceGraphOptions): InferenceGraph => {
  const batchSize = imagesPerRun(network, options.target) ?? options.batchSize;
  const { x, label, inputs, parameters, outputs } = inferenceTensors(network, { ...options, batchSize });
  const name = `${network.spec.id} ${options.target}`;
  const { metadata, docString } = options;
  return {
    bytes: emitGraph(outputs, inputs, { name, metadata, docString }),
    x: x.dims,
    label: label?.dims ?? null,
    parameters,
    outputs,
  };
};

const parameterConstants = (
  parameters: readonly ParameterSpec[],
  weights: ReadonlyMap<string, Float32Array>,
): ReadonlyMap<string, Tensor> =>
  new Map(
    parameters.map((p) => {
      const values = weights.get(p.name);
      if (!values) throw internalError(`no weights for parameter "${p.name}"`);
      return [p.name, constant(values, p.shape, p.name)];
    }),
  );
