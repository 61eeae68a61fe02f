/**
 * A network as a file of another program.
 *
 * In: layers, weights, a format. Out: a name and bytes; several files of one format come as a zip archive. Meant for a
 * worker: the writers are heavy, and the page stays at hand while they work.
 */
import { type AutoencoderSpec, exportKeras, exportOnnx, exportTfjs, resolveNetwork, type Weights } from 'latent-plane';
import { writeArchive } from 'latent-plane/internal';

export type FileFormat = 'keras' | 'onnx' | 'tfjs';

export interface ModelFileRequest {
  readonly spec: AutoencoderSpec;
  readonly format: FileFormat;
  /** Of encoder and decoder, by parameter name. */
  readonly weights: Weights;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export const writeModelFile = async ({ spec, format, weights, metadata }: ModelFileRequest): Promise<ModelFile> => {
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
