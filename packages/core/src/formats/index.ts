/** Files that other programs read and write. */

export { isArchive, listArchive, readArchive, writeArchive } from '../files/archive.ts';
export { decodeNpy, encodeNpy, type NpyArray } from '../files/npy.ts';
export { isRecord, parseJsonAs, tryJsonAs } from '../registry/parse-json.ts';
export { decodeClassMap, encodeClassMap, type PackedClassMap } from './class-map-file.ts';
export { type CodeChoice, readHalves } from './code-choice.ts';
export { decodeEvolution, type Evolution, type EvolutionFrame, encodeEvolution } from './evolution.ts';
export {
  type ExplorerAbout,
  type ExplorerComparison,
  type ExplorerScores,
  parseExplorerAbout,
  parseExplorerComparison,
} from './explorer-about.ts';
export { type ExplorerBundleOptions, type ExplorerNetwork, explorerBundle } from './explorer-bundle.ts';
export {
  type ExplorerHalf,
  type ExplorerIndex,
  type ExplorerMetrics,
  type ExplorerModel,
  parseExplorerIndex,
  parseExplorerModel,
} from './explorer-documents.ts';
export { type ExplorerPiece, type ExplorerTraining, PIECE_IMAGES, parseExplorerTraining } from './explorer-training.ts';
export { type ExportFormat, type ExportFormatId, exportFormatOf, exportFormats } from './export-formats.ts';
export type { ModelFormat } from './imported-layer.ts';
export { type ImportedModel, isHalfNote } from './imported-model.ts';
export { isArchitecture, kerasNetwork } from './keras/architecture.ts';
export { writtenParts } from './keras/heads.ts';
export { type ExportModel, exportKeras } from './keras/write.ts';
export { exportOnnx } from './onnx/write.ts';
export { type ModelHalf, onlyPart, pairModels } from './pair-models.ts';
export { exportKerasCode } from './python-code/keras-file.ts';
export { exportTorchCode } from './python-code/torch-file.ts';
export { MODEL_EXTENSIONS, MODEL_FORMATS, type ModelFile, type ReadModelOptions, readModel } from './read-model.ts';
export {
  decodeSafetensors,
  encodeSafetensors,
  SAFETENSORS_MAX_HEADER_BYTES,
  type Safetensors,
  type SafetensorsOptions,
} from './safetensors.ts';
export { exportTfjs } from './tfjs/write.ts';
export { GUESSED } from './weights/onto-network.ts';
export { exportSafetensors } from './weights/write-safetensors.ts';
export { writeFormat } from './write-format.ts';
