/** A layer of a Keras file, and where its values lie. */
import type { LayerSpec } from '../../layers/index.ts';
import type { Hdf5Array } from '../hdf5.ts';
import type { Address } from './tree.ts';

/** Where a layer's values lie. */
export interface KerasSource {
  readonly address: Address;
  /** Weights that the file does not have, and that are zeros. */
  readonly zeros: readonly string[];
  /** The layer within a wrapper. */
  readonly attribute?: string;
  /** An array of the file as the network has it. */
  readonly arrange?: (array: Hdf5Array, role: string) => Hdf5Array;
}

/** A layer of the file. */
export interface KerasLayer {
  readonly name: string;
  readonly spec: LayerSpec;
  /** Null for a layer without values; by head where other layers of the file are its heads. */
  readonly source: KerasSource | { readonly heads: ReadonlyMap<string, KerasSource> } | null;
}
