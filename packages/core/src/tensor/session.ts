/**
 * The Session port: how the core runs a graph, whatever runs it.
 *
 * In: ONNX bytes and plain tensors. Out: plain tensors. No runtime's own tensor type crosses this line.
 * Adapters: `node.ts` (onnxruntime-node), `web.ts` (onnxruntime-web).
 */

/** Values of a tensor: float32, uint8, int8, int32 or int64. */
export type TensorArray = Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;

/** A dense array with its dimensions, batch axis first. */
export interface TensorData<A extends TensorArray = TensorArray> {
  /** Sizes of the axes. */
  readonly dims: readonly number[];
  /** Row-major; as many elements as the product of `dims`. */
  readonly data: A;
}

/** Tensors by the name of a graph input. */
export type Feeds = Readonly<Record<string, TensorData>>;

/** A loaded graph. */
export interface Session {
  /** Threads that it runs on, whatever was asked for; absent where the engine does not say. */
  readonly threads?: number;
  /**
   * Runs the graph once.
   *
   * @param feeds - one tensor for each graph input.
   * @param into - tensors to be filled in place, by output name; the outputs that are not named are not computed for.
   *   When absent, every output is returned in a new tensor.
   */
  run(feeds: Feeds, into?: Feeds): Promise<Readonly<Record<string, TensorData>>>;
  /** Gives back what the session holds; it cannot be run afterwards. */
  release(): Promise<void>;
}

/** How a session runs. */
export interface SessionOptions {
  /**
   * Threads inside one operator; the runtime's own default when absent. An engine that has one number for all sessions
   * takes that of the first: `Session.threads` says what came of it.
   */
  readonly threads?: number;
}

/** Makes sessions; one for each way of running a graph. */
export interface Runtime {
  /** For example `onnxruntime-node cpu`, `onnxruntime-web wasm`, `onnxruntime-web webgpu`. */
  readonly name: string;
  /** Of the engine. */
  readonly version: string;
  /** Loads a graph: the bytes of an ONNX model. Rejects one that the engine cannot run. */
  createSession(graph: Uint8Array, options?: SessionOptions): Promise<Session>;
}
