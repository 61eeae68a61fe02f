/**
 * The Session port: how the rest of the house runs a graph, whatever runs it.
 *
 * In: ONNX bytes and plain tensors. Out: plain tensors. No runtime's own tensor type crosses this line.
 * Adapters: `node.ts` (onnxruntime-node), `web.ts` (onnxruntime-web).
 */

export type TensorArray = Float32Array | Uint8Array | Int32Array | BigInt64Array;

/** A dense array with its dimensions, batch axis first. */
export interface TensorData<A extends TensorArray = TensorArray> {
  readonly dims: readonly number[];
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
  readonly version: string;
  createSession(graph: Uint8Array, options?: SessionOptions): Promise<Session>;
}
