/** Image sets: files in; images, labels, splits and orders out. */
export * from './assemble.ts';
export { crc32, sha256Hex } from './checksum.ts';
export { countShared, hashesOf, sharedWords } from './duplicates.ts';
export {
  type DataIdentity,
  datasetSums,
  identityOfEntry,
  registeredEntry,
  sameData,
  sameSums,
} from './identity.ts';
export {
  highestLabel,
  isLabelled,
  joinLabels,
  labelBytes,
  MAX_CLASSES,
  narrowLabels,
  numberedClasses,
} from './labels.ts';
export { formatPack, PACK_FILE, type PackManifest, type PackSplit, shardLayout } from './packs/manifest.ts';
export { isPack, openPack } from './packs/open.ts';
export type { CodecName, Codecs } from './pictures/decoder.ts';
export { inGrey, type Preprocessing, preprocess, preprocessDataset } from './preprocess.ts';
export { classNumber, withClasses } from './readers/class-choice.ts';
export type { NamedImage, PictureDefaults } from './readers/container.ts';
export { gunzip, isGzip } from './readers/gzip.ts';
export {
  encodeIdxImages,
  encodeIdxLabels,
  IDX_IMAGES_MAGIC,
  IDX_LABELS_MAGIC,
  IDX_LIMITS,
  IDX_MAX_FILE_BYTES,
  type IdxImages,
  parseIdxImages,
  parseIdxLabels,
} from './readers/idx.ts';
export { containerIds, optionsOf } from './readers/list.ts';
export { type OptionId, parseReadOptions, READ_OPTIONS, type ReadOptions } from './readers/options.ts';
export { borderOf, groundOf, inverted, withPolarity } from './readers/polarity.ts';
export {
  CLASSES_FILE,
  type EachImages,
  type OpenedImages,
  openImages,
  type ReadImages,
  readEachImage,
  readImages,
} from './readers/read.ts';
export { memoryFile, type ReadProgress, type ReadUnit, type Source, type SourceFile } from './readers/source.ts';
export * from './registry.ts';
export {
  type Channels,
  type ImageShape,
  imageSize,
  sameImageShape,
  shapeWords,
  sidesWords,
  storedShape,
  takesImages,
} from './shape.ts';
export * from './split.ts';
export {
  asStored,
  isStored,
  joinStored,
  mapStored,
  piecesOf,
  preprocessStored,
  readAll,
  readNumbers,
  readRange,
  SAMPLE_LIMITS,
  sampleOf,
  takeStored,
} from './stored.ts';
export type {
  AnyImages,
  Dataset,
  DatasetSums,
  ImageNames,
  ImageSet,
  Labels,
  StoredImages,
  StoredSets,
} from './types.ts';
