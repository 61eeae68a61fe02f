/**
 * The Session port on onnxruntime-node: native code, all platforms Node runs on.
 *
 * In: ONNX bytes and plain tensors. Out: plain tensors. Outputs named by the caller are filled in place.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import type { InferenceSession as OrtSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { ModelProtoSchema } from '../tensor/onnx/onnx_pb.ts';
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

/**
 * ONNX Runtime's binding for Node copies every output into a new array once a run is over, those too that the caller gave
 * and the run has filled (1.30; microsoft/onnxruntime#32346 would mend it). It converts outputs in their order and ends at
 * the first that is no tensor. So each graph gets a sequence as its first output, asked for where outputs are filled in
 * place: the complaint about it says that the run is over, and nothing is copied. Measured in `bench/NOTES.md`.
 */
const SEQUENCE = 'latent-plane/sequence';
const NOT_COPIED = 'Non tensor type is temporarily not supported.';

/** A model of this output alone. Models behind each other are one model: protocol buffers join the lists of both. */
const sequenceModel = toBinary(
  ModelProtoSchema,
  create(ModelProtoSchema, {
    graph: { node: [{ opType: 'SequenceEmpty', output: [SEQUENCE] }], output: [{ name: SEQUENCE }] },
  }),
);

const withSequence = (graph: Uint8Array): Uint8Array => {
  const joined = new Uint8Array(sequenceModel.length + graph.length);
  joined.set(sequenceModel);
  joined.set(graph, sequenceModel.length);
  return joined;
};

/** Runs a session whose first output is the sequence, and fills the others. */
const runInto = async (
  session: OrtSession,
  feeds: Readonly<Record<string, OrtTensor>>,
  into: Readonly<Record<string, OrtTensor | null>>,
): Promise<void> => {
  try {
    await session.run(feeds, into);
  } catch (cause) {
    if (!(cause instanceof Error && cause.message === NOT_COPIED)) throw cause;
  }
};

const createSession = async (graph: Uint8Array, { threads }: SessionOptions = {}): Promise<Session> => {
  const session = await InferenceSession.create(withSequence(graph), {
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
    ortInto: Record<string, OrtTensor | null>;
  } | null = null;
  const outputs = session.outputNames.filter((name) => name !== SEQUENCE);
  return {
    threads,
    run: async (feeds, into) => {
      if (!into) return toPlain(await session.run(wrapAll(feeds), outputs));
      if (last?.feeds !== feeds || last.into !== into)
        last = { feeds, into, ortFeeds: wrapAll(feeds), ortInto: { [SEQUENCE]: null, ...wrapAll(into) } };
      await runInto(session, last.ortFeeds, last.ortInto);
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
