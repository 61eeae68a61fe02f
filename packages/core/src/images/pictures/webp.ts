/** WebP, by libwebp as WebAssembly. */
import { decodeWith } from './codec.ts';
import { beginsWith, type Decoder } from './decoder.ts';

export const webp: Decoder = {
  id: 'webp',
  label: 'WebP',
  doc: 'lossy and lossless, opacity; not moving',
  extensions: ['webp'],
  begins: (head) => beginsWith(head, 'RIFF') && beginsWith(head, 'WEBP', 8),
  decode: (bytes, codecs) => decodeWith('webp', bytes, codecs),
};
