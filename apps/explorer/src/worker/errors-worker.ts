/**
 * Measures reconstructions off the main thread.
 *
 * In: a decoder, codes and the images they stand for (`ErrorsRequest`). Out: how many are done, then all errors.
 */
import { errorRecord } from 'latent-plane';
import { imageSize } from 'latent-plane/internal';
import { createDecoder } from '../data/decoder.ts';
import type { ErrorsAnswer, ErrorsRequest } from '../data/errors.ts';

const answer = (message: ErrorsAnswer): void => self.postMessage(message);

/** Images between two signs of life. */
const BATCH = 20;

self.onmessage = ({ data: { spec, weights, codes, pixels } }: MessageEvent<ErrorsRequest>) => {
  try {
    const decoder = createDecoder(spec, weights);
    const size = imageSize(decoder);
    const errors = new Float32Array(pixels.length / size);
    const codeSize = codes.length / errors.length;
    for (let begin = 0; begin < errors.length; begin += BATCH) {
      const end = Math.min(errors.length, begin + BATCH);
      const pictures = decoder.decodeCodes(codes.subarray(codeSize * begin, codeSize * end));
      for (let i = begin; i < end; i++) {
        let sum = 0;
        for (let p = 0; p < size; p++) sum += (pictures[(i - begin) * size + p] - pixels[i * size + p] / 255) ** 2;
        errors[i] = sum / size;
      }
      answer({ type: 'progress', done: end, of: errors.length });
    }
    answer({ type: 'done', result: errors });
  } catch (error) {
    answer({ type: 'failed', fault: errorRecord(error) });
  }
};
