/**
 * A network as a file of another program.
 *
 * In: layers, weights, a format. Out: a name and bytes; several files of one format come as a zip archive. Meant for a
 * worker: the writers are heavy, and the page stays at hand while they work.
 */
import { type AutoencoderSpec, resolveNetwork, type Weights } from 'latent-plane';
import { type ExportFormatId, exportFormatOf, writeArchive, writeFormat } from 'latent-plane/internal';

export interface ModelFileRequest {
  readonly spec: AutoencoderSpec;
  readonly format: ExportFormatId;
  /** Of encoder and decoder, by parameter name. */
  readonly weights: Weights;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export const writeModelFile = async ({ spec, format, weights, metadata }: ModelFileRequest): Promise<ModelFile> => {
  const files = await writeFormat(format, { network: resolveNetwork(spec), weights, metadata });
  const [[name, bytes]] = files;
  return exportFormatOf(format).isOneFile
    ? { name, bytes: new Uint8Array(bytes) }
    : { name: `${spec.id}-${format}.zip`, bytes: new Uint8Array(await writeArchive(files)) };
};
