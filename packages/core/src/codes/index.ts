/** Codes of a data set, meshes over them, and what the decoder draws there. */
export { type ClassPlace, classPlaces } from './class-places.ts';
export { type CodeExtent, type Codes, codeExtent, type EncodeOptions, encodeSets } from './codes.ts';
export { codesOfPoints, decodeCodes, decodeEach, MAX_MESH_SIZE, meshCodes, type PlaneBounds } from './mesh.ts';
export {
  codeSizeOf,
  inferenceBatchSize,
  type RunnableModel,
  withInference,
} from './model.ts';
export { enlarge, type MosaicOptions, mosaic, type Picture, pictureSize, toByte } from './mosaic.ts';
export { liesOnPlane, PLANE_DIMENSIONS, type PlaneUse, requirePlane } from './plane.ts';
export {
  coarseStride,
  type LabelledPoints,
  type LabelPoints,
  type RefinedMap,
  type RefineOptions,
  refineMap,
} from './refine.ts';
