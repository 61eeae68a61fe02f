/** Activations. */
export type { Activation } from './types.ts';
