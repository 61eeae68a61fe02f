/**
 * The engines of this machine, each tried on one small product.
 *
 * In: nothing. Out: name, version and whether the product came out right; why not where it did not.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type ClassifierSpec, createInference, dense, findNetwork, type Runtime, resolveNetwork } from 'latent-plane';

export interface EngineReport {
  readonly name: string;
  /** Null where it could not be loaded. */
  readonly version: string | null;
  readonly works: boolean;
  /** What went wrong; absent where nothing did. */
  readonly fault?: string;
}

/** The WebAssembly engine in Node: its file comes from the package, not from a server. */
const wasmInNode = async (): Promise<Runtime> => {
  const { createWebRuntime } = await import('latent-plane/web');
  const path = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  return createWebRuntime({ backend: 'wasm', threads: 1, files: new Uint8Array(await readFile(path)) });
};

const nativeEngine = async (): Promise<Runtime> => (await import('latent-plane/node')).nodeRuntime;

/** One dense layer of two inputs and two classes whose probabilities are known: 1 / (1 + exp(-1)) and the rest. */
const tryOut = async (runtime: Runtime): Promise<void> => {
  const base = findNetwork('classifier');
  if (base.kind !== 'classifier') throw new Error('the classifier is none');
  const spec: ClassifierSpec = { ...base, id: 'doctor', inputShape: [2], layers: [dense(2, 'softmax')] };
  const weights = new Map([
    ['classifier/dense/kernel', Float32Array.of(1, 0, 0, 1)],
    ['classifier/dense/bias', Float32Array.of(0, 0)],
  ]);
  const inference = await createInference(resolveNetwork(spec), weights, {
    target: 'classifier',
    runtime,
    batchSize: 1,
  });
  try {
    const { probabilities } = await inference.run(Float32Array.of(3, 2));
    const expected = 1 / (1 + Math.exp(-1));
    if (!(Math.abs(probabilities[0] - expected) < 1e-5))
      throw new Error(`expected ${expected}, got ${probabilities[0]}`);
  } finally {
    await inference.release();
  }
};

const tryEngine = async (name: string, load: () => Promise<Runtime>): Promise<EngineReport> => {
  let version: string | null = null;
  try {
    const runtime = await load();
    version = runtime.version;
    await tryOut(runtime);
    return { name, version, works: true };
  } catch (error) {
    return {
      name,
      version,
      works: false,
      fault: error instanceof Error ? error.message.split('\n')[0] : String(error),
    };
  }
};

/** Tries the native engine and the WebAssembly one. */
export const tryEngines = async (): Promise<readonly EngineReport[]> => [
  await tryEngine('onnxruntime-node', nativeEngine),
  await tryEngine('onnxruntime-web wasm', wasmInNode),
];
