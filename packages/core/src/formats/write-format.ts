/** A network in any of the formats that `export-formats.ts` lists. */
import type { ExportFormatId } from './export-formats.ts';
import { type ExportModel, exportKeras } from './keras/write.ts';
import { exportOnnx } from './onnx/write.ts';
import { exportKerasCode } from './python-code/keras-file.ts';
import { exportTorchCode } from './python-code/torch-file.ts';
import { exportTfjs } from './tfjs/write.ts';
import { exportSafetensors } from './weights/write-safetensors.ts';

type Files = ReadonlyMap<string, Uint8Array>;

const one = (model: ExportModel, extension: string, bytes: Uint8Array): Files =>
  new Map([[`${model.network.spec.id}${extension}`, bytes]]);

const writers: Readonly<Record<ExportFormatId, (model: ExportModel) => Files | Promise<Files>>> = {
  keras: async (model) => one(model, '.keras', await exportKeras(model)),
  onnx: exportOnnx,
  tfjs: exportTfjs,
  safetensors: (model) => one(model, '.safetensors', exportSafetensors(model)),
  'pytorch-code': exportTorchCode,
  'keras-code': exportKerasCode,
};

/**
 * The files of a format by name.
 *
 * @throws LatentError (input) `unsupported-layer` for a layer that it does not have, before anything is written.
 */
export const writeFormat = async (format: ExportFormatId, model: ExportModel): Promise<Files> => writers[format](model);
