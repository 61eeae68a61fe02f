/** The dataset room: IDX files in; images, labels, splits and random streams out. */
export * from './assemble.ts';
export { crc32, sha256Hex } from './checksum.ts';
export { gunzip, isGzip } from './gzip.ts';
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
} from './idx.ts';
export { normalQuantile } from './normal.ts';
export { type Counter as PhiloxCounter, type Key as PhiloxKey, philox, philoxBlocks } from './philox.ts';
export { RandomStream } from './random.ts';
export * from './registry.ts';
export * from './split.ts';
export type { Dataset, ImageSet } from './types.ts';
