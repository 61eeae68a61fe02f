/** Images of noise, for networks that do not take those at hand: what a step costs does not depend on what they show. */
import type { ImageSet, NetworkSpec } from 'latent-plane';
import { elementCount, RandomStream } from 'latent-plane/internal';

const COUNT = 4096;

export const madeUpImages = (spec: NetworkSpec): ImageSet => {
  const size = elementCount(spec.inputShape);
  // A flat input takes images of any sides.
  const [height, width, channels = 1] = spec.inputShape.length > 1 ? spec.inputShape : [1, size];
  const bytes = COUNT * size;
  const words = new Uint32Array(Math.ceil(bytes / 4));
  new RandomStream(1, 'bench/images').fillUint32(words);
  const classes = (spec.kind === 'autoencoder' && spec.label?.classes) || 1;
  return {
    count: COUNT,
    height,
    width,
    channels: channels === 3 ? 3 : 1,
    pixels: new Uint8Array(words.buffer, 0, bytes),
    labels: Uint8Array.from({ length: COUNT }, (_, i) => i % classes),
  };
};
