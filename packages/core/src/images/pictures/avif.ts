/** AVIF, by libavif as WebAssembly. */
import { decodeWith } from './codec.ts';
import { beginsWith, type Decoder } from './decoder.ts';

export const avif: Decoder = {
  id: 'avif',
  label: 'AVIF',
  doc: 'as 8 bits a channel, opacity; not moving',
  extensions: ['avif'],
  begins: (head) => beginsWith(head, 'ftypavi', 4) || beginsWith(head, 'ftypmif1', 4),
  decode: (bytes, codecs) => decodeWith('avif', bytes, codecs),
};
