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
  /**
   * Threads of the WebAssembly engine; when absent as many as its first session asks for, else one. They hold for the whole
   * page from the first session on, and more than one needs cross-origin isolation: the runtime's name and each session's
   * `threads` say how many there are.
   */
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

/** One engine of a page: onnxruntime-web has one number of threads, which its first session starts. */
interface Engine {
  readonly ort: OrtModule;
  readonly backend: WebBackend;
  /** Whether somebody said how many threads. */
  isChosen: boolean;
  isStarted: boolean;
}

const engines = new Map<WebBackend, Engine>();

const engineFor = async (backend: WebBackend): Promise<Engine> => {
  const ort = await load(backend);
  const known = engines.get(backend);
  if (known) return known;
  ort.env.wasm.numThreads = 1;
  const made = { ort, backend, isChosen: false, isStarted: false };
  engines.set(backend, made);
  return made;
};

/** Threads share memory, which pages have only where they are isolated; undefined where there is no page, as in Node. */
const isIsolated = (): unknown => Reflect.get(globalThis, 'crossOriginIsolated');

const choose = (engine: Engine, threads: number): void => {
  if (engine.isStarted) return;
  engine.ort.env.wasm.numThreads = isIsolated() === false ? 1 : threads;
  engine.isChosen = true;
};

const threadsOf = ({ ort }: Engine): number => ort.env.wasm.numThreads ?? 1;

const nameOf = (engine: Engine): string => {
  if (engine.backend === 'webgpu') return 'onnxruntime-web webgpu';
  const threads = threadsOf(engine);
  return `onnxruntime-web wasm, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
};

/**
 * Loads an engine.
 *
 * @throws LatentError `no-webgpu` (input) where WebGPU is asked for and no adapter answers.
 */
export const createWebRuntime = async ({ backend, threads, files }: WebRuntimeOptions): Promise<Runtime> => {
  if (backend === 'webgpu' && !(await hasWebGpu())) {
    throw inputError('no-webgpu', {
      at: { subject: 'WebGPU' },
      problem: 'this browser offers no GPU adapter',
      hint: 'use the wasm backend',
    });
  }
  const engine = await engineFor(backend);
  const { ort } = engine;
  ort.env.logLevel = 'error';
  if (threads !== undefined) choose(engine, threads);
  if (files instanceof Uint8Array) ort.env.wasm.wasmBinary = files;
  else if (files !== undefined) ort.env.wasm.wasmPaths = typeof files === 'string' ? files : { ...files };
  return {
    get name() {
      return nameOf(engine);
    },
    version: ort.env.versions.web ?? ort.env.versions.common,
    createSession: (graph, options) => createSession(engine, graph, options),
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

const createSession = async (engine: Engine, graph: Uint8Array, { threads }: SessionOptions = {}): Promise<Session> => {
  const { ort, backend } = engine;
  if (threads !== undefined && !engine.isChosen && isIsolated() === true) choose(engine, threads);
  engine.isStarted = true;
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
    threads: threadsOf(engine),
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
