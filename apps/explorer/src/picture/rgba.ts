/** Decoded and real images as pixels of a canvas. */
import { toByte } from 'latent-plane';

/**
 * @param image - pixels to fill: `[height, width]` of them.
 * @param values - `[height, width, channels]`, 0 (black) to 1 (white); three channels are red, green, blue.
 */
export const fillPixels = (
  { data, width, height }: Pick<ImageData, 'data' | 'width' | 'height'>,
  values: ArrayLike<number>,
): void => {
  const channels = values.length === 3 * width * height ? 3 : 1;
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) data[4 * i + c] = toByte(values[channels * i + (channels === 3 ? c : 0)]);
    data[4 * i + 3] = 255;
  }
};
