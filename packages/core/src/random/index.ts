/** Random streams addressed by (seed, name, index). */
export { normalQuantile } from './normal.ts';
export { type Counter as PhiloxCounter, type Key as PhiloxKey, philox, philoxBlocks } from './philox.ts';
export { RandomStream } from './random.ts';
