/** What a layer may do to its sums. */

/** What a layer does to its sums, value by value; `softmax` over the last axis. */
export type Activation = 'linear' | 'relu' | 'silu' | 'sigmoid' | 'tanh' | 'softmax';
