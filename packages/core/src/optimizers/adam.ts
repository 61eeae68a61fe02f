/**
 * Adam as part of the graph, for engines that keep the weights on a GPU.
 * On a CPU the same step runs outside the graph, over all parameters at once (`training/optimizer.ts`).
 * Source: Kingma & Ba 2015, algorithm 1.
 */
import { add, divide, multiply, scale, shift, square, squareRoot, subtract } from '../tensor/ops/arithmetic.ts';
import { input, type Tensor } from '../tensor/tensor.ts';

/**
 * Constants of Adam but its rate: decay of both moments, and what is added to the root of the second. Source: Kingma &
 * Ba 2015.
 */
export interface AdamSpec {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Keras' defaults. */
export const ADAM: AdamSpec = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/** The two scalars of step `t` (from 1): `learningRate / (1 - beta1^t)` and `1 / sqrt(1 - beta2^t)`. */
export const adamScalars = (
  t: number,
  learningRate: number,
  { beta1, beta2 }: AdamSpec = ADAM,
): { readonly rate: number; readonly correction: number } => ({
  rate: learningRate / (1 - beta1 ** t),
  correction: 1 / Math.sqrt(1 - beta2 ** t),
});

export interface AdamGraph {
  /** `m/<name>` and `v/<name>` for each parameter, then the scalars `rate` and `correction`. */
  readonly inputs: readonly Tensor[];
  /** `next/p/<name>`, `next/m/<name>`, `next/v/<name>`. */
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** `p' = p - rate m' / (sqrt(v') correction + epsilon)`, with `m'` and `v'` the decayed averages of `g` and `g^2`. */
export const adamGraph = (
  parameters: readonly { readonly name: string; readonly p: Tensor; readonly g: Tensor }[],
  { beta1, beta2, epsilon }: AdamSpec = ADAM,
): AdamGraph => {
  const rate = input('rate', []);
  const correction = input('correction', []);
  const inputs: Tensor[] = [];
  const outputs: Record<string, Tensor> = {};
  for (const { name, p, g } of parameters) {
    const m = input(`m/${name}`, p.dims);
    const v = input(`v/${name}`, p.dims);
    inputs.push(m, v);
    const nextM = add(scale(m, beta1), scale(g, 1 - beta1));
    const nextV = add(scale(v, beta2), scale(square(g), 1 - beta2));
    const denominator = shift(multiply(squareRoot(nextV), correction), epsilon);
    outputs[`next/p/${name}`] = subtract(p, divide(multiply(nextM, rate), denominator));
    outputs[`next/m/${name}`] = nextM;
    outputs[`next/v/${name}`] = nextV;
  }
  return { inputs: [...inputs, rate, correction], outputs };
};
