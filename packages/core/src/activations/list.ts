/** The activations. A new one is a file here and a line in this list. */
import { linear } from './linear.ts';
import { relu } from './relu.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { softmax } from './softmax.ts';
import { tanh } from './tanh.ts';

/** In the order of menus and docs. */
export const activations = [linear, relu, silu, sigmoid, tanh, softmax] as const;

/** What a layer does to its sums. */
export type Activation = (typeof activations)[number]['id'];
