/** What a reader of layers may ask of the values of a file. */
import type { FlowNode } from './flow-node.ts';
import type { Address } from './tree.ts';
import type { WeightFinder } from './weights.ts';

export interface ValuesFor {
  /** The dimensions of a layer's kernel; null where it has none. */
  readonly kernelDims: (address: Address) => readonly number[] | null;
  /** The bias of a layer; null where it has none. */
  readonly biasOf: (node: FlowNode) => Float32Array | null;
}

export const valuesFor = (find: WeightFinder): ValuesFor => ({
  kernelDims: (address) => find(address)?.[0]?.dims ?? null,
  biasOf: ({ source }) => {
    const address = source !== null && 'address' in source ? source.address : null;
    const bias = address && find(address)?.[1];
    return bias?.dims.length === 1 ? bias.floats() : null;
  },
});
