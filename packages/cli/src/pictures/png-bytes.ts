/** A picture of pixels as a PNG file; in a file of its own, since most commands draw none. */
import { encode } from 'fast-png';
import type { Picture } from 'latent-plane';

/** A picture as the bytes of a PNG file. */
export const pngBytes = ({ width, height, channels, pixels }: Picture): Uint8Array =>
  encode({ width, height, data: pixels, channels, depth: 8 });
