/** Layers that a reader puts in where a file says the same with other words. */
import type { LayerSpec } from '../../layers/index.ts';
import type { Shape } from '../../tensor/index.ts';

/** `[channels, rows, columns]` to `[rows, columns, channels]`, counted from 1. */
export const CHANNELS_LAST: Shape = [2, 3, 1];
/** The other way. */
export const CHANNELS_FIRST: Shape = [3, 1, 2];

export const permuted = (order: Shape): LayerSpec => ({ type: 'permute', order });

export const reshaped = (targetShape: Shape): LayerSpec => ({ type: 'reshape', targetShape });

export const rescaled = (scale: number, offset: number): LayerSpec => ({ type: 'rescaling', scale, offset });

/** `min(max(x, 0), maximum)`. */
export const clipped = (maximum: number): LayerSpec => ({ type: 'relu', slope: 0, threshold: 0, maximum });

/** Mean and log-scale as layers of their own. */
export const sampled = (scaleName: string): LayerSpec => ({
  type: 'sampling',
  parameterisation: /sigma|std/i.test(scaleName) ? 'log-sigma' : 'log-variance',
  epsilonStd: 1,
});

/** Numbers of each label. */
export const labelTable = (units: number): LayerSpec => ({ type: 'label-embedding', units });
