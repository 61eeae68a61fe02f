/** What training minimises. */
export type { LossSpec, NeighbourLossSpec } from './types.ts';
