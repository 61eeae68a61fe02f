/**
 * Measures off the main thread how far a Gaussian code is from the prior, with the engine that the command line uses too.
 *
 * In: an encoder, images (`DivergenceRequest`). Out: how many are done, then the divergence of each dimension.
 */
import { divergencePerDimension, errorRecord, resolveNetwork } from 'latent-plane';
import { internalError } from 'latent-plane/internal';
import { createWebRuntime } from 'latent-plane/web';
import type { Divergence, DivergenceAnswer, DivergenceRequest } from '../traverse/divergence.ts';

const answer = (message: DivergenceAnswer): void => self.postMessage(message);

const measure = async ({ spec, weights, images }: DivergenceRequest): Promise<Divergence> => {
  const runtime = await createWebRuntime({ backend: 'wasm' });
  const nats = await divergencePerDimension({ network: resolveNetwork(spec), weights, runtime }, images, {
    onProgress: (done, of) => answer({ type: 'progress', done, of }),
  });
  if (nats === null) throw internalError('a divergence was asked for of a code that is no Gaussian');
  return { nats, images: images.count };
};

self.onmessage = async ({ data }: MessageEvent<DivergenceRequest>) => {
  try {
    answer({ type: 'done', result: await measure(data) });
  } catch (error) {
    answer({ type: 'failed', fault: errorRecord(error) });
  }
};
