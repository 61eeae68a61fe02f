/**
 * Reads decoded pictures off the main thread: a dozen milliseconds each would cost frames there.
 *
 * In: where the classifier lies, once; then pictures. Out: probabilities of the newest picture, or why there are none.
 */
import { decodeSafetensors, parseNetworkSpec } from 'latent-plane';
import { fetchBytes, fetchJson } from '../data/fetch-file.ts';
import { type Compute, createPart } from '../data/network-part.ts';
import type { ClassifierAnswer, ClassifierRequest } from '../views/classifier.ts';

let compute: Compute | null = null;
let waiting: Float32Array | null = null;

const answer = (message: ClassifierAnswer): void => self.postMessage(message);

/** Newer pictures that have come meanwhile take the place of older ones. */
const readSoon = (): void => {
  setTimeout(() => {
    if (!compute || !waiting) return;
    const picture = waiting;
    waiting = null;
    answer({ type: 'read', probabilities: Array.from(compute(picture)) });
  });
};

self.onmessage = async ({ data }: MessageEvent<ClassifierRequest>) => {
  if (data.type === 'picture') {
    waiting = data.picture;
    readSoon();
    return;
  }
  try {
    const spec = parseNetworkSpec(await fetchJson(new URL(data.specUrl)));
    const { tensors } = decodeSafetensors(await fetchBytes(new URL(data.weightsUrl)), 'classifier');
    compute = createPart(spec, new Map([...tensors].map(([name, { data: values }]) => [name, values])), 'classifier');
    readSoon();
  } catch {
    answer({ type: 'failed' });
  }
};
