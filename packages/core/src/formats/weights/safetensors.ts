/** Safetensors of anyone: weights alone, with the network beside them where the file is ours. */
import { type NetworkSpec, networks } from '../../network/index.ts';
import type { ImportedModel } from '../imported-model.ts';
import { parseRecordedNetwork } from '../onnx/recorded-network.ts';
import { decodeSafetensors } from '../safetensors.ts';
import { FLATTENED, type NamedArray, type WeightsFile } from './named-arrays.ts';
import { type OntoOptions, ontoNetwork } from './onto-network.ts';

/** The network that a file of ours is of. */
const recordedNetwork = (metadata: Readonly<Record<string, string>>, file: string): NetworkSpec | undefined =>
  metadata.spec === undefined
    ? networks.find(({ id }) => id === metadata.network)
    : parseRecordedNetwork(metadata.spec, file);

/** Arrays in the order of the names' numbers: the format sorts them by size or by letter. */
const inNaturalOrder = (arrays: readonly NamedArray[]): readonly NamedArray[] =>
  [...arrays].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));

/** The arrays of a safetensors file. @throws LatentError (input) as `decodeSafetensors`. */
export const safetensorsFile = (
  bytes: Uint8Array,
  file: string,
): WeightsFile & { readonly metadata: Readonly<Record<string, string>> } => {
  const { tensors, metadata, types } = decodeSafetensors(bytes, file, { anyType: true });
  const arrays = [...tensors].map(([name, { dims, data }]) => ({
    name,
    dims,
    type: types.get(name) ?? 'float32',
    floats: () => data,
  }));
  const isOwn = metadata.network !== undefined;
  return {
    file,
    format: 'safetensors',
    arrays: isOwn ? arrays : inNaturalOrder(arrays),
    ...(metadata[FLATTENED.key] === FLATTENED.channelsLast ? { channelsLast: true } : {}),
    notes: [],
    metadata,
  };
};

/**
 * Reads a safetensors file onto a network: the one that is given, else the one that a file of ours records.
 *
 * @throws LatentError (input) as `decodeSafetensors` and `ontoNetwork`.
 */
export const readSafetensors = (bytes: Uint8Array, file: string, options: OntoOptions): ImportedModel => {
  const { metadata, ...weights } = safetensorsFile(bytes, file);
  return ontoNetwork(weights, { ...options, network: options.network ?? recordedNetwork(metadata, file) });
};
