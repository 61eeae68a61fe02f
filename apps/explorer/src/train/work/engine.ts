/**
 * Chooses what runs the graph, and says why.
 *
 * In: what a person asks for, the network, what the browser offers. Out: a runtime and a sentence. Threads are chosen as
 * the command line chooses them, because they decide the order of sums; a run that goes on keeps those it began with.
 */
import type { AutoencoderSpec, Runtime } from 'latent-plane';
import { defaultThreads, inputError } from 'latent-plane/internal';
import { createWebRuntime } from 'latent-plane/web';
import type { EngineChoice, EngineReport } from '../protocol.ts';

export interface EnginePlan {
  readonly backend: EngineReport['backend'];
  readonly threads: number;
  readonly why: string;
}

export interface Engine {
  readonly runtime: Runtime;
  readonly report: EngineReport;
}

/** What the browser has, as far as it decides. */
export interface Offer {
  /** Threads that the page may use; 1 without cross-origin isolation. */
  readonly threads: number;
  readonly isolated: boolean;
  /** `software` computes on the processor and is far slower there than WebAssembly. */
  readonly gpu: 'none' | 'software' | 'hardware';
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render|warp/i;

const gpuOf = async (): Promise<Offer['gpu']> => {
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  if (!adapter) return 'none';
  const { vendor, architecture, device, description } = adapter.info;
  const isFallback = Reflect.get(adapter.info, 'isFallbackAdapter') === true;
  return isFallback || SOFTWARE.test([vendor, architecture, device, description].join(' ')) ? 'software' : 'hardware';
};

export const offerNow = async (): Promise<Offer> => ({
  threads: crossOriginIsolated ? Math.max(1, navigator.hardwareConcurrency) : 1,
  isolated: crossOriginIsolated,
  gpu: await gpuOf(),
});

/** `onnxruntime-web wasm, 2 threads` and the like, as `config.json` records it: another engine sums otherwise. */
export const engineOf = (recorded: string): 'wasm' | 'webgpu' | 'native' => {
  if (/webgpu/.test(recorded)) return 'webgpu';
  return /wasm/.test(recorded) ? 'wasm' : 'native';
};

const threadsWhy = (wanted: number, { threads, isolated }: Offer): string => {
  if (!isolated)
    return 'one thread, because this page is not cross-origin isolated: its server sends no such headers, and its service worker can do it only from the second visit on';
  if (threads === 1) return 'one thread, because this machine offers one';
  if (wanted === 1) return 'one thread, because layers this small lose more by waiting for a second than it computes';
  return `${wanted} threads of ${threads}`;
};

const gpuWhy = (gpu: Offer['gpu']): string => {
  if (gpu === 'hardware') return 'a GPU answers, but steps this short are spent on the way to it and back';
  return gpu === 'software'
    ? 'the GPU that answers is emulated on the processor, where WebAssembly is faster'
    : 'no GPU answers in this browser';
};

/**
 * @param recorded - threads of a run that goes on; more than there are would change nothing but the time.
 * @throws LatentError (input) `no-webgpu` where it is asked for and there is none.
 */
export const planEngine = (
  choice: EngineChoice,
  network: AutoencoderSpec,
  batchSize: number,
  offer: Offer,
  recorded?: number,
): EnginePlan => {
  if (choice === 'webgpu') {
    if (offer.gpu === 'none')
      throw inputError('no-webgpu', {
        at: { subject: 'WebGPU' },
        problem: 'this browser offers no GPU adapter',
        hint: 'choose WebAssembly',
      });
    const why =
      offer.gpu === 'software'
        ? 'WebGPU, because it was asked for; it is emulated on the processor here, where WebAssembly is faster'
        : 'WebGPU, because it was asked for';
    return { backend: 'webgpu', threads: 1, why: `${why}.` };
  }
  const threads = Math.min(recorded ?? defaultThreads(network, batchSize, offer.threads), offer.threads);
  const why = `WebAssembly with ${threadsWhy(threads, offer)}; ${choice === 'auto' ? gpuWhy(offer.gpu) : 'WebGPU was not asked for'}.`;
  return { backend: 'wasm', threads, why };
};

/** Whether a step is long enough for a GPU to be worth a try, and its engine, the heavier one, worth loading. */
export const isWorthMeasuring = (
  choice: EngineChoice,
  network: AutoencoderSpec,
  batchSize: number,
  { gpu }: Offer,
): boolean => choice === 'auto' && gpu === 'hardware' && defaultThreads(network, batchSize, 2) > 1;

/** The faster of the two, with both figures in its sentence. */
export const fasterOf = (wasm: EnginePlan, times: { readonly wasm: number; readonly webgpu: number }): EnginePlan => {
  const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
  const [own, gpu] = [ms(times.wasm), ms(times.webgpu)];
  if (times.webgpu < times.wasm)
    return {
      backend: 'webgpu',
      threads: 1,
      why: `WebGPU: a step took ${gpu} there, and ${own} in WebAssembly with ${wasm.threads} ${wasm.threads === 1 ? 'thread' : 'threads'}.`,
    };
  return { ...wasm, why: `${wasm.why.split('; ')[0]}; a step took ${own} there, and ${gpu} on the GPU.` };
};

export const loadEngine = async ({ backend, threads, why }: EnginePlan): Promise<Engine> => {
  const runtime = await createWebRuntime({ backend, threads });
  return { runtime, report: { name: runtime.name, backend, threads, why } };
};
