/** Every format of pictures that is decoded. A new one is a file and a line. */
import { avif } from './avif.ts';
import { bmp } from './bmp.ts';
import type { Decoder } from './decoder.ts';
import { gif } from './gif.ts';
import { jpeg } from './jpeg.ts';
import { png } from './png.ts';
import { tiff } from './tiff.ts';
import { webp } from './webp.ts';

/** In the order of the docs. */
export const DECODERS: readonly Decoder[] = [png, jpeg, gif, bmp, webp, avif, tiff];
