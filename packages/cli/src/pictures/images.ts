/** Images that a network draws, as bytes: what pictures of several of them are made of. */
import { toByte } from 'latent-plane';

/** @param values - `[count, pixels]`, 0 (black) to 1 (white). @returns each in bytes. */
export const imagesOf = (values: Float32Array, count: number): readonly Uint8Array[] => {
  const size = values.length / count;
  return Array.from({ length: count }, (_, i) => Uint8Array.from(values.subarray(i * size, (i + 1) * size), toByte));
};
