/**
 * From layers to tensors: how each layer type computes.
 *
 * In: a resolved part of a network and the tensor that enters it. Out: the tensor that leaves it, and what training
 * needs beside it: random inputs, the two heads of a Gaussian code, the logits before a softmax.
 */

import type { Activation } from '../activations/index.ts';
import { internalError } from '../errors.ts';
import type { LayerSpec, LayerType } from '../layers/index.ts';
import { reparameterise } from '../layers/reparameterise.ts';
import { relu, sigmoid, softmax, tanh } from '../tensor/ops/activations.ts';
import { add, multiply, scale } from '../tensor/ops/arithmetic.ts';
import { scaleColumns, shiftColumns } from '../tensor/ops/columns.ts';
import { conv2d, conv2dTranspose } from '../tensor/ops/convolution.ts';
import { dense } from '../tensor/ops/matmul.ts';
import { maxPool2d, upSample2d } from '../tensor/ops/pooling.ts';
import { reshape } from '../tensor/ops/shape.ts';
import { silu } from '../tensor/ops/silu.ts';
import { standardizeRows } from '../tensor/ops/standardize-rows.ts';
import { input, type Tensor } from '../tensor/tensor.ts';
import type { ResolvedPart } from './network.ts';
import type { ResolvedLayer } from './shape-inference.ts';

/** Numbers that training draws anew for every batch and feeds. */
export type RandomInput =
  /** `[batch, ...]`, 0 with probability `rate`, else `1 / (1 - rate)`. */
  | { readonly kind: 'dropout'; readonly name: string; readonly dims: readonly number[]; readonly rate: number }
  /** `[batch, ...]`, normal with mean 0. */
  | { readonly kind: 'normal'; readonly name: string; readonly dims: readonly number[]; readonly std: number };

/** What a part adds to the graph beside its output. */
export interface PartTrace {
  readonly randoms: RandomInput[];
  readonly inputs: Tensor[];
  /** `zLogScale` is the spread head as it is; `zLogVar` the log of the variance, whichever of the two the head gives. */
  heads: { readonly zMean: Tensor; readonly zLogScale: Tensor; readonly zLogVar: Tensor } | null;
  logits: Tensor | null;
}

export const emptyTrace = (): PartTrace => ({ randoms: [], inputs: [], heads: null, logits: null });

interface LayerContext {
  /** `[batch, ...inputShape]`. */
  readonly x: Tensor;
  readonly layer: ResolvedLayer;
  readonly part: string;
  readonly training: boolean;
  readonly trace: PartTrace;
  /** The parameter of this layer with the given role. */
  parameter(role: string): Tensor;
}

type Builder<S extends LayerSpec> = (spec: S, context: LayerContext) => Tensor;

const activations: Readonly<Record<Activation, (x: Tensor) => Tensor>> = {
  linear: (x) => x,
  relu,
  silu,
  sigmoid,
  tanh,
  softmax,
};

const activate = (activation: Activation, x: Tensor, { trace }: LayerContext): Tensor => {
  if (activation === 'softmax') trace.logits = x;
  return activations[activation](x);
};

/** A graph input that training draws anew for every batch. */
export const feedRandom = (trace: PartTrace, random: RandomInput): Tensor => {
  trace.randoms.push(random);
  const tensor = input(random.name, random.dims);
  trace.inputs.push(tensor);
  return tensor;
};

const builders: { readonly [T in LayerType]: Builder<Extract<LayerSpec, { type: T }>> } = {
  dense: (spec, c) => activate(spec.activation, dense(c.x, c.parameter('kernel'), c.parameter('bias')), c),
  conv2d: (spec, c) => activate(spec.activation, conv2d(c.x, c.parameter('kernel'), c.parameter('bias')), c),
  'conv2d-transpose': (spec, c) =>
    activate(spec.activation, conv2dTranspose(c.x, c.parameter('kernel'), c.parameter('bias')), c),
  'max-pooling2d': (spec, c) => maxPool2d(c.x, spec.poolSize),
  'up-sampling2d': (spec, c) => upSample2d(c.x, spec.size),
  flatten: (_spec, c) => reshape(c.x, [c.x.dims[0], ...c.layer.outputShape]),
  reshape: (spec, c) => reshape(c.x, [c.x.dims[0], ...spec.targetShape]),
  dropout: (spec, c) => {
    if (!c.training || spec.rate === 0) return c.x;
    const name = `random/${c.part}/${c.layer.name}`;
    return multiply(c.x, feedRandom(c.trace, { kind: 'dropout', name, dims: c.x.dims, rate: spec.rate }));
  },
  'gaussian-noise': (spec, c) => {
    if (!c.training || spec.std === 0) return c.x;
    const name = `random/${c.part}/${c.layer.name}`;
    return add(c.x, feedRandom(c.trace, { kind: 'normal', name, dims: c.x.dims, std: spec.std }));
  },
  'layer-normalization': (spec, c) =>
    shiftColumns(scaleColumns(standardizeRows(c.x, spec.epsilon), c.parameter('gamma')), c.parameter('beta')),
  'residual-dense': (spec, c) => {
    const inner = dense(c.x, c.parameter('inner/kernel'), c.parameter('inner/bias'));
    const outer = dense(activate(spec.activation, inner, c), c.parameter('outer/kernel'), c.parameter('outer/bias'));
    return add(c.x, outer);
  },
  'gaussian-sampling': (spec, c) => {
    const bySigma = spec.parameterisation === 'log-sigma';
    const scaleRole = bySigma ? 'z_log_sigma' : 'z_log_var';
    const zMean = activate(
      spec.meanActivation,
      dense(c.x, c.parameter('z_mean/kernel'), c.parameter('z_mean/bias')),
      c,
    );
    const zLogScale = dense(c.x, c.parameter(`${scaleRole}/kernel`), c.parameter(`${scaleRole}/bias`));
    c.trace.heads = { zMean, zLogScale, zLogVar: bySigma ? scale(zLogScale, 2) : zLogScale };
    if (!c.training) return zMean;
    const name = `random/${c.part}/${c.layer.name}`;
    const eps = feedRandom(c.trace, { kind: 'normal', name, dims: zMean.dims, std: spec.epsilonStd });
    return reparameterise(zMean, bySigma ? zLogScale : scale(zLogScale, 0.5), eps);
  },
};

const build = <S extends LayerSpec>(spec: S, context: LayerContext): Tensor => {
  const builder = builders[spec.type] as Builder<S>;
  return builder(spec, context);
};

/**
 * The graph of one part of a network.
 *
 * @param x - `[batch, ...part.inputShape]`.
 * @param parameters - by full name, `encoder/dense/kernel`.
 */
export const buildPart = (
  part: ResolvedPart,
  x: Tensor,
  parameters: ReadonlyMap<string, Tensor>,
  training: boolean,
  trace: PartTrace = emptyTrace(),
): Tensor =>
  part.layers.reduce((tensor, layer) => {
    const parameter = (role: string): Tensor => {
      const found = parameters.get(`${part.name}/${layer.name}/${role}`);
      if (!found) throw internalError(`no parameter "${part.name}/${layer.name}/${role}"`);
      return found;
    };
    return build(layer.spec, { x: tensor, layer, part: part.name, training, trace, parameter });
  }, x);
