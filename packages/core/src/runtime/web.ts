/**
 * The Session port on onnxruntime-web: WebAssembly everywhere, WebGPU where a GPU answers.
 *
 * In: ONNX bytes and plain tensors. Out: plain tensors; onnxruntime-web returns new tensors, so outputs named by the
 * caller are copied. The WebAssembly bundle serves the CPU; the WebGPU one, whose CPU code is slow, is loaded only
 * for a GPU.
 */
import type { InferenceSession as OrtSession, Tensor as OrtTensor } from 'onnxruntime-web';
import { inputError, internalError, workError } from '../errors.ts';
import type { Feeds, Runtime, Session, SessionOptions } from '../tensor/session.ts';
import { toOrtType, toPlain } from './ort.ts';

/** What runs graphs in a page: WebAssembly on the processor, or WebGPU. */
export type WebBackend = 'wasm' | 'webgpu';

/** Which engine of a page, and where its files are. */
export interface WebRuntimeOptions {
  readonly backend: WebBackend;
  /** Threads of the WebAssembly engine, set once for the whole page; more than one needs cross-origin isolation. */
  readonly threads?: number;
  /** Where the engine's `.wasm` (and `.mjs`) files are, or the bytes of the `.wasm`; beside the bundle when absent. */
  readonly files?: string | { readonly wasm: string; readonly mjs?: string } | Uint8Array<ArrayBuffer>;
}

/** The part of the two bundles that is used here. */
interface OrtModule {
  readonly env: {
    readonly versions: { readonly web?: string; readonly common: string };
    readonly wasm: {
      numThreads?: number;
      wasmPaths?: string | { wasm?: string; mjs?: string };
      wasmBinary?: ArrayBufferLike | Uint8Array;
    };
    logLevel?: 'verbose' | 'info' | 'warning' | 'error' | 'fatal';
  };
  readonly InferenceSession: { create(graph: Uint8Array, options: OrtSession.SessionOptions): Promise<OrtSession> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor;
}

const load = async (backend: WebBackend): Promise<OrtModule> => {
  if (backend === 'wasm') return (await import('onnxruntime-web/wasm')) as unknown as OrtModule;
  return (await import('onnxruntime-web/webgpu')) as unknown as OrtModule;
};

/**
 * Loads an engine.
 *
 * @throws LatentError `no-webgpu` (input) where WebGPU is asked for and no adapter answers.
 */
export const createWebRuntime = async ({ backend, threads = 1, files }: WebRuntimeOptions): Promise<Runtime> => {
  if (backend === 'webgpu' && !(await hasWebGpu())) {
    throw inputError('no-webgpu', {
      at: { subject: 'WebGPU' },
      problem: 'this browser offers no GPU adapter',
      hint: 'use the wasm backend',
    });
  }
  const ort = await load(backend);
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threads;
  if (files instanceof Uint8Array) ort.env.wasm.wasmBinary = files;
  else if (files !== undefined) ort.env.wasm.wasmPaths = typeof files === 'string' ? files : { ...files };
  return {
    name:
      backend === 'wasm'
        ? `onnxruntime-web wasm, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
        : 'onnxruntime-web webgpu',
    version: ort.env.versions.web ?? ort.env.versions.common,
    createSession: (graph, options) => createSession(ort, backend, graph, options),
  };
};

/** Whether this browser has a WebGPU adapter. */
export const hasWebGpu = async (): Promise<boolean> => {
  const gpu: unknown = Reflect.get(globalThis.navigator ?? {}, 'gpu');
  if (typeof gpu !== 'object' || gpu === null) return false;
  const request: unknown = Reflect.get(gpu, 'requestAdapter');
  if (typeof request !== 'function') return false;
  const adapter: unknown = await request.call(gpu);
  return adapter !== null && adapter !== undefined;
};

const createSession = async (
  ort: OrtModule,
  backend: WebBackend,
  graph: Uint8Array,
  _options: SessionOptions = {},
): Promise<Session> => {
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: [backend],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    logSeverityLevel: 3,
  }).catch((cause: unknown) => {
    throw workError(
      'engine',
      { at: { subject: `onnxruntime-web ${backend} did not take the graph` }, problem: String(cause) },
      { cause },
    );
  });
  const wrap = (tensors: Feeds): Record<string, OrtTensor> =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, { dims, data }]) => {
        if (!(data instanceof Float32Array))
          throw internalError(`feed "${name}" is ${toOrtType(data)}; graphs take float32`);
        return [name, new ort.Tensor('float32', data, dims)];
      }),
    );
  return {
    run: async (feeds, into) => {
      const results = toPlain(
        into ? await session.run(wrap(feeds), Object.keys(into)) : await session.run(wrap(feeds)),
      );
      if (!into) return results;
      for (const [name, { data }] of Object.entries(into)) {
        const got = results[name]?.data;
        if (!(got instanceof Float32Array) || !(data instanceof Float32Array))
          throw internalError(`output "${name}" is missing or not float32`);
        data.set(got);
      }
      return into;
    },
    release: () => session.release(),
  };
};
