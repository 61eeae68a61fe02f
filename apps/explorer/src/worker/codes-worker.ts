/**
 * Decodes rows of codes off the main thread.
 *
 * In: a network once, then codes (`CodesRequest`). Out: pictures for the newest codes (`CodesAnswer`); older ones that are not
 * done yet are dropped.
 */
import { createDecoder, type Decoder } from '../data/decoder.ts';
import type { CodesAnswer, CodesRequest } from '../traverse/strips.ts';

/** Pictures between two looks at what has come. */
const BATCH = 8;

let decoder: Decoder | null = null;
let newest = 0;

/** Lets waiting messages in. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const answer = async (from: Decoder, id: number, codes: Float32Array, size: number): Promise<void> => {
  const count = codes.length / size;
  let pictures = new Float32Array(0);
  for (let at = 0; at < count; at += BATCH) {
    await breathe();
    if (id !== newest) return;
    const decoded = from.decodeCodes(codes.subarray(at * size, Math.min(count, at + BATCH) * size));
    const pixels = decoded.length / Math.min(BATCH, count - at);
    if (pictures.length === 0) pictures = new Float32Array(count * pixels);
    pictures.set(decoded, at * pixels);
  }
  const message: CodesAnswer = { id, pictures };
  self.postMessage(message, { transfer: [pictures.buffer] });
};

self.onmessage = ({ data }: MessageEvent<CodesRequest>) => {
  if (data.type === 'model') decoder = createDecoder(data.spec, data.weights, data.label);
  else {
    newest = data.id;
    if (decoder) void answer(decoder, data.id, data.codes, data.size);
  }
};
