/**
 * Computes class maps off the main thread, with the engine that the command line uses too.
 *
 * In: orders (`FieldOrder`). Out: a field for each size of the newest order; what an older one still has to do is left.
 */
import {
  classMap,
  type Dataset,
  decodeSafetensors,
  LatentError,
  parseNetworkSpec,
  type RunnableModel,
  type Runtime,
  resolveNetwork,
  trainDataClassifier,
} from 'latent-plane';
import { internalError, reasonOf } from 'latent-plane/internal';
import { createWebRuntime } from 'latent-plane/web';
import {
  type FieldAnswer,
  type FieldOrder,
  type FieldStop,
  type Reader,
  readerKey,
  strideOf,
} from '../class-field/field.ts';
import { fetchBytes, fetchJson } from '../data/fetch-file.ts';

class Superseded extends Error {}

let newest = 0;
let engine: Promise<Runtime> | null = null;
const readers = new Map<string, Promise<Omit<RunnableModel, 'runtime'>>>();

const answer = (message: FieldAnswer): void => self.postMessage(message);

/** Lets newer orders in before every batch. */
const interruptible = (runtime: Runtime, order: number): Runtime => ({
  ...runtime,
  createSession: async (graph, options) => {
    const session = await runtime.createSession(graph, options);
    return {
      ...session,
      run: async (...given) => {
        await new Promise((resolve) => setTimeout(resolve));
        if (order !== newest) throw new Superseded();
        return session.run(...given);
      },
    };
  },
});

/** Kept until a classifier of them is trained, which a newer order may put off. */
const datasets = new Map<string, Dataset>();

const trainReader = async (key: string, runtime: Runtime): Promise<Omit<RunnableModel, 'runtime'>> => {
  const dataset = datasets.get(key);
  if (dataset === undefined) throw internalError('a classifier is to be trained on images that never came');
  const { model } = await trainDataClassifier(dataset, { runtime, threads: 1 });
  datasets.delete(key);
  return { network: model.network, weights: model.weights };
};

const loadReader = async (reader: Reader, runtime: Runtime): Promise<Omit<RunnableModel, 'runtime'>> => {
  if ('key' in reader) return trainReader(reader.key, runtime);
  const { specUrl, weightsUrl } = reader;
  const spec = parseNetworkSpec(await fetchJson(new URL(specUrl)));
  const { tensors } = decodeSafetensors(await fetchBytes(new URL(weightsUrl)), 'classifier');
  return { network: resolveNetwork(spec), weights: new Map([...tensors].map(([name, { data }]) => [name, data])) };
};

/** Kept for the next order, unless it failed. */
const once = <T>(made: Promise<T>, clear: () => void): Promise<T> => {
  made.catch(clear);
  return made;
};

const compute = async ({ order, spec, weights, reader, plane, bounds, sizes, look }: FieldOrder): Promise<void> => {
  engine ??= once(createWebRuntime({ backend: 'wasm' }), () => {
    engine = null;
  });
  const key = readerKey(reader);
  if ('dataset' in reader && reader.dataset) datasets.set(key, reader.dataset);
  const started = await engine;
  const known = readers.get(key) ?? once(loadReader(reader, started), () => void readers.delete(key));
  readers.set(key, known);
  const runtime = interruptible(started, order);
  const classifier = { ...(await known), runtime };
  for (const size of sizes) {
    const { labels, confidence } = await classMap(
      { network: resolveNetwork(spec), weights, runtime },
      classifier,
      bounds,
      size,
      { plane, ...(look && { stride: strideOf(look, size), confidenceStep: look.confidenceStep }) },
    );
    answer({ type: 'field', order, field: { size, bounds, labels, confidence } });
  }
};

self.onmessage = async ({ data }: MessageEvent<FieldOrder | FieldStop>) => {
  newest = data.order;
  if (!('spec' in data)) return;
  try {
    await compute(data);
  } catch (error) {
    if (error instanceof Superseded) return;
    const text = reasonOf(error);
    answer({ type: 'failed', order: data.order, reason: error instanceof LatentError ? text : `internal: ${text}` });
  }
};
