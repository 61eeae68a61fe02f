/** How PyTorch's modules hold the arrays of a layer. */
import type { Shape } from '../tensor/index.ts';

/**
 * Which numbers an axis of an array runs over, where they are a vector: those that enter the layer, those that leave it.
 * Flattened images of PyTorch have their channels first, so that such an axis may have another order there.
 */
export type VectorAxis = 'in' | 'out' | null;

/** An array of a module as an array of a layer. */
export interface TorchArray {
  /** Of the layer's array: `kernel`. */
  readonly role: string;
  /** Axis i of the layer's array is axis `axes[i]` of the module's; the same order where absent. */
  readonly axes?: readonly number[];
  /** Shape of the module's array for a shape of the layer's, where it is more than another order. */
  readonly dims?: (shape: Shape) => Shape;
  /** Of each axis of the layer's array; none of them where absent. */
  readonly vectors?: readonly VectorAxis[];
}

/** One module; a layer may have several. */
export interface TorchModule {
  /** What tells it from the others of the layer: `z_mean`; empty where there is one. */
  readonly head: string;
  /** By the name that PyTorch has: `weight`, `running_mean`. */
  readonly arrays: Readonly<Record<string, TorchArray>>;
}

const roleIn = (head: string, role: string): string => (head === '' ? role : `${head}/${role}`);

/** `nn.Linear`: weight `[outputs, inputs]`. */
export const linearModule = (head = '', vectors: readonly [VectorAxis, VectorAxis] = ['in', 'out']): TorchModule => ({
  head,
  arrays: {
    weight: { role: roleIn(head, 'kernel'), axes: [1, 0], vectors },
    bias: { role: roleIn(head, 'bias'), vectors: [vectors[1]] },
  },
});

/** `nn.Conv2d` weight `[outputs, inputs, rows, columns]`; `nn.ConvTranspose2d` has inputs before outputs, as here. */
export const convolutionModule: TorchModule = {
  head: '',
  arrays: { weight: { role: 'kernel', axes: [2, 3, 1, 0] }, bias: { role: 'bias' } },
};

/** A kernel for each channel: `[channels x multiplier, 1, rows, columns]`. */
export const depthwiseWeight: TorchArray = {
  role: 'depthwise_kernel',
  axes: [2, 3, 0, 1],
  dims: ([rows, columns, channels, multiplier]) => [channels * multiplier, 1, rows, columns],
};

/** The first of the two modules of a separable convolution: a kernel for each channel, without a bias. */
export const depthwiseModule: TorchModule = { head: 'depthwise', arrays: { weight: depthwiseWeight } };

/** The second: channels mixed at each place. */
export const pointwiseModule: TorchModule = {
  head: 'pointwise',
  arrays: { weight: { role: 'pointwise_kernel', axes: [2, 3, 1, 0] }, bias: { role: 'bias' } },
};

/** `nn.BatchNorm2d`, `nn.LayerNorm` and `nn.GroupNorm`: `weight` and `bias` scale and shift. */
export const normalizationModule: TorchModule = {
  head: '',
  arrays: {
    weight: { role: 'gamma', vectors: ['in'] },
    bias: { role: 'beta', vectors: ['in'] },
    running_mean: { role: 'moving_mean', vectors: ['in'] },
    running_var: { role: 'moving_variance', vectors: ['in'] },
  },
};
