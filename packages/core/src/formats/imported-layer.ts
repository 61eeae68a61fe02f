/** The layers of a model file, as a format's reader hands them on. */
import type { LayerSpec, PartName } from '../layers/index.ts';
import type { Shape } from '../tensor/index.ts';

/** Formats of model files that are read. */
export type ModelFormat = 'keras' | 'keras-h5' | 'onnx' | 'tfjs' | 'torch' | 'safetensors';

/** One layer of a file. */
export interface ImportedLayer {
  /** As the file names it, for messages. */
  readonly name: string;
  readonly spec: LayerSpec;
  /**
   * Values of one of the layer's parameters, row-major.
   *
   * @param role - `kernel`, `bias`, `z_mean/kernel`, ... as in `LayerDefinition.weights`.
   * @param shape - that the network needs; the file's is compared with it before a value is read.
   * @throws LatentError (input) `missing-weights`, `weights-mismatch` with layer and entry.
   */
  readonly values: (role: string, shape: Shape) => Float32Array;
}

/** The layers of a file in the order in which data passes them. */
export interface ImportedChain {
  /** Without the batch axis. */
  readonly inputShape: Shape;
  /** One list for each sub-model, or one list in all. */
  readonly parts: readonly (readonly ImportedLayer[])[];
  /** What one part alone is, where the reader knows it; told by its sizes where absent. */
  readonly role?: PartName;
  /** A label that enters beside the image, one-hot. */
  readonly label?: { readonly classes: number };
}

/** What is known of the file. */
export interface AssembleOptions {
  readonly format: ModelFormat;
  /** Name of the file, with or without folders: tells apart networks of equal layers, names new ones. */
  readonly file: string;
  /** Grows while values are read. */
  readonly notes?: readonly string[];
}
