/** What a layer has at hand while it builds its tensors, and what it leaves for training beside its output. */
import { type Activation, activationOf } from '../activations/index.ts';
import type { Shape } from '../tensor/index.ts';
import { type Dims, input, type Tensor } from '../tensor/tensor.ts';

/** Numbers that training draws anew for every batch and feeds. */
export type RandomInput =
  /** `[batch, ...]`, 0 with probability `rate`, else `1 / (1 - rate)`. */
  | { readonly kind: 'dropout'; readonly name: string; readonly dims: readonly number[]; readonly rate: number }
  /** `[batch, ...]`, normal with mean 0. */
  | { readonly kind: 'normal'; readonly name: string; readonly dims: readonly number[]; readonly std: number };

/** The two heads of a Gaussian code. */
export interface GaussianHeads {
  readonly zMean: Tensor;
  /** As the layer has it: the logarithm of the standard deviation or of the variance. */
  readonly zLogScale: Tensor;
  /** The logarithm of the variance, whichever of the two the head gives. */
  readonly zLogVar: Tensor;
  /** Name of the head that gives `zLogScale`: `z_log_var`. */
  readonly scaleName: string;
}

/** What a part adds to the graph beside its output. */
export interface PartTrace {
  readonly randoms: RandomInput[];
  readonly inputs: Tensor[];
  heads: GaussianHeads | null;
  /** What the last activation makes a distribution of. */
  logits: Tensor | null;
  /** Scalars that layers add to the loss. */
  readonly losses: Tensor[];
  /** New values of running state, by the name of the parameter. */
  readonly running: Map<string, Tensor>;
}

/** A trace of nothing yet. */
export const emptyTrace = (): PartTrace => ({
  randoms: [],
  inputs: [],
  heads: null,
  logits: null,
  losses: [],
  running: new Map(),
});

/** A graph input that training draws anew for every batch. */
export const feedRandom = (trace: PartTrace, random: RandomInput): Tensor => {
  trace.randoms.push(random);
  const tensor = input(random.name, random.dims);
  trace.inputs.push(tensor);
  return tensor;
};

/** What is drawn, before it has a name. */
export type Draw =
  | { readonly kind: 'dropout'; readonly rate: number }
  | { readonly kind: 'normal'; readonly std: number };

/** What a layer builds with. */
export interface LayerContext {
  /** `[batch, ...inputShape]`; the first input. */
  readonly x: Tensor;
  /** All inputs. */
  readonly inputs: readonly Tensor[];
  /** Without the batch axis. */
  readonly outputShape: Shape;
  /** False at inference, where nothing is drawn. */
  readonly training: boolean;
  /** Whether Gaussian codes are sampled: in training, and where its loss is measured. */
  readonly sampling: boolean;
  /** The layer's weight of a role. */
  weight(role: string): Tensor;
  /** Adds a scalar to the loss of the training. */
  addLoss(value: Tensor): void;
  /** Leaves the new value of running state; in training alone. */
  keepRunning(role: string, value: Tensor): void;
  /** A tensor after an activation; of a distribution the logits are kept. */
  activate(activation: Activation, x: Tensor): Tensor;
  /** Numbers that training draws anew for every batch; once for each layer. */
  draw(draw: Draw, dims: Dims): Tensor;
  /** Leaves the heads of a Gaussian code for the loss. */
  keepHeads(heads: GaussianHeads): void;
}

/** @param name - of the layer within its network, `encoder/dropout`: addresses its random stream. */
export const layerContext = (
  values: Pick<LayerContext, 'inputs' | 'outputShape' | 'training' | 'sampling' | 'weight'>,
  name: string,
  trace: PartTrace,
): LayerContext => ({
  ...values,
  x: values.inputs[0],
  addLoss: (value) => {
    trace.losses.push(value);
  },
  keepRunning: (role, value) => {
    trace.running.set(`${name}/${role}`, value);
  },
  activate: (activation, x) => {
    const { distribution, build } = activationOf(activation);
    if (distribution) trace.logits = x;
    return build(x);
  },
  draw: (draw, dims) => feedRandom(trace, { ...draw, name: `random/${name}`, dims }),
  keepHeads: (heads) => {
    trace.heads = heads;
  },
});
