/** The formats room: files that other programs read and write. */
export { decodeNpy, encodeNpy, type NpyArray } from './npy.ts';
export { decodeSafetensors, encodeSafetensors, SAFETENSORS_MAX_HEADER_BYTES, type Safetensors } from './safetensors.ts';
