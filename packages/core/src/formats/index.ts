/** The formats room: files that other programs read and write. */

export {
  type ExplorerBundleOptions,
  type ExplorerIndex,
  type ExplorerMetrics,
  type ExplorerModel,
  type ExplorerNetwork,
  explorerBundle,
  parseExplorerIndex,
  parseExplorerModel,
} from './explorer-bundle.ts';
export { decodeNpy, encodeNpy, type NpyArray } from './npy.ts';
export { decodeSafetensors, encodeSafetensors, SAFETENSORS_MAX_HEADER_BYTES, type Safetensors } from './safetensors.ts';
