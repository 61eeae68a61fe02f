/**
 * A network as a file of another program, written beside the page: the writers are not among what the page loads first,
 * and the page stays at hand while they work.
 *
 * In: one `ModelFileRequest`. Out: one `ModelFileAnswer`; several files of one format come as a zip archive.
 */
import {
  type AutoencoderSpec,
  exportKeras,
  exportOnnx,
  exportTfjs,
  LatentError,
  resolveNetwork,
  type Weights,
  writeArchive,
} from 'latent-plane';

export type FileFormat = 'keras' | 'onnx' | 'tfjs';

export interface ModelFileRequest {
  readonly spec: AutoencoderSpec;
  readonly format: FileFormat;
  /** Of encoder and decoder, by parameter name. */
  readonly weights: Weights;
  readonly metadata: Readonly<Record<string, string>>;
}

export type ModelFileAnswer =
  | { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly fault: string };

const write = async ({ spec, format, weights, metadata }: ModelFileRequest): Promise<ModelFileAnswer> => {
  const model = { network: resolveNetwork(spec), weights, metadata };
  switch (format) {
    case 'keras':
      return { name: `${spec.id}.keras`, bytes: new Uint8Array(await exportKeras(model)) };
    case 'onnx':
      return { name: `${spec.id}-onnx.zip`, bytes: new Uint8Array(await writeArchive(exportOnnx(model))) };
    case 'tfjs':
      return { name: `${spec.id}-tfjs.zip`, bytes: new Uint8Array(await writeArchive(exportTfjs(model))) };
  }
};

self.onmessage = async ({ data }: MessageEvent<ModelFileRequest>) => {
  let answer: ModelFileAnswer;
  try {
    answer = await write(data);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    answer = { fault: error instanceof LatentError ? text : `internal: ${text}` };
  }
  self.postMessage(answer);
};
