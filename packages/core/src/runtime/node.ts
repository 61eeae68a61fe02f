/**
 * The Session port on onnxruntime-node: native code, all platforms Node runs on.
 *
 * In: ONNX bytes and plain tensors. Out: plain tensors. Outputs named by the caller are filled in place.
 */
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { Feeds, Runtime, Session, SessionOptions, TensorData } from '../tensor/session.ts';
import { toOrtType, toPlain } from './ort.ts';

// The library gathers usage data otherwise: an id of the device and a queue of events in the home folder, logs among the
// temporary files. It asks once, when it is loaded, which a static import does before any line of this file.
process.env.ORT_DISABLE_TELEMETRY ??= '1';
const { env, InferenceSession, Tensor } = await import('onnxruntime-node');

/** Wrapping a tensor costs microseconds; a training loop feeds the same buffers at every step. */
const wrappers = new WeakMap<TensorData, OrtTensor>();

const wrap = (tensor: TensorData): OrtTensor => {
  const known = wrappers.get(tensor);
  if (known) return known;
  const made = new Tensor(toOrtType(tensor.data), tensor.data, [...tensor.dims]);
  wrappers.set(tensor, made);
  return made;
};

const wrapAll = (tensors: Feeds): Record<string, OrtTensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, wrap(tensor)]));

/**
 * A worker thread waits awake for 100 microseconds, which is enough for the next operator, and not at all once a run is
 * over: between runs Adam and the gather of the next batch need the core. Measured in `bench/NOTES.md`.
 */
const SPINNING = { session: { force_spinning_stop: '1', intra_op: { spin_duration_us: '100' } } };

const createSession = async (graph: Uint8Array, { threads }: SessionOptions = {}): Promise<Session> => {
  const session = await InferenceSession.create(graph, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    logSeverityLevel: 3,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    interOpNumThreads: 1,
    extra: SPINNING,
  });
  let last: {
    feeds: Feeds;
    into: Feeds;
    ortFeeds: Record<string, OrtTensor>;
    ortInto: Record<string, OrtTensor>;
  } | null = null;
  return {
    threads,
    run: async (feeds, into) => {
      if (!into) return toPlain(await session.run(wrapAll(feeds)));
      if (last?.feeds !== feeds || last.into !== into)
        last = { feeds, into, ortFeeds: wrapAll(feeds), ortInto: wrapAll(into) };
      await session.run(last.ortFeeds, last.ortInto);
      return into;
    },
    release: () => session.release(),
  };
};

/** ONNX Runtime's native CPU engine. */
export const nodeRuntime: Runtime = {
  name: 'onnxruntime-node cpu',
  version: env.versions.node ?? env.versions.common ?? '',
  createSession,
};
