/** The activations. A new one is a file here and a line in this list. */

import { elu } from './elu.ts';
import { exponential } from './exponential.ts';
import { gelu } from './gelu.ts';
import { geluTanh } from './gelu-tanh.ts';
import { hardSigmoid } from './hard-sigmoid.ts';
import { hardSilu } from './hard-silu.ts';

import { leakyRelu } from './leaky-relu.ts';
import { linear } from './linear.ts';
import { logSoftmax } from './log-softmax.ts';
import { mish } from './mish.ts';
import { relu } from './relu.ts';
import { selu } from './selu.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { softsign } from './softsign.ts';
import { tanh } from './tanh.ts';

/** In the order of menus and docs. */
export const activations = [
  linear,
  relu,
  leakyRelu,
  elu,
  selu,
  gelu,
  geluTanh,
  mish,
  softplus,
  hardSilu,
  silu,
  sigmoid,
  hardSigmoid,
  tanh,
  softsign,
  exponential,
  softmax,
  logSoftmax,
] as const;

/** What a layer does to its sums. */
export type Activation = (typeof activations)[number]['id'];
