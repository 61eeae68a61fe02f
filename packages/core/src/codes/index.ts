/** Codes of a data set, meshes over them, and what the decoder draws there. */
export { type ClassPlace, classPlaces } from './class-places.ts';
export { type ClusterOptions, type CodeClusters, clusterCodes } from './clusters.ts';
export {
  axesPlane,
  type CodePlane,
  codeLine,
  codesOfPlane,
  dimensionName,
  distancesToPlane,
  firstPlane,
  freePlane,
  isCodeSpace,
  isLine,
  PLANE_DIMENSIONS,
  planeAt,
  planeThrough,
  pointsOfCodes,
} from './code-plane.ts';
export { CODE_SCORES, type CodeScore, codeScore } from './code-score.ts';
export { type CodeExtent, type Codes, codeExtent, type EncodeOptions, encodeSets } from './codes.ts';
export { covarianceOf, meanCode, sampleOfCodes } from './covariance.ts';
export { codeDirection, codesAlong } from './directions.ts';
export {
  type CodeDistribution,
  type CodeGaussian,
  codeDistances,
  type DrawOptions,
  drawCodes,
  fitGaussian,
} from './distribution.ts';
export {
  codesOfPoints,
  decodeCodes,
  decodeEach,
  decodePoints,
  MAX_MESH_SIZE,
  meshCodes,
  type PlaneBounds,
} from './mesh.ts';
export { type FittedMixture, fitMixture, logDensities, type MixtureOptions, mixtureWork } from './mixture.ts';
export {
  codeSizeOf,
  hasGaussianCode,
  inferenceBatchSize,
  type RunnableModel,
  withInference,
} from './model.ts';
export {
  type DecodedMosaicOptions,
  decodedImages,
  enlarge,
  gridOfImages,
  imageMosaic,
  type MosaicOptions,
  mosaic,
  type Picture,
  pictureSize,
  toByte,
} from './mosaic.ts';
export { lacksArc, PATH_KINDS, type PathKind, pathCodes } from './paths.ts';
export { liesOnPlane } from './plane.ts';
export { type CodeComponents, codeComponents, principalPlane, shownPlane } from './principal.ts';
export {
  coarseStride,
  type LabelledPoints,
  type LabelPoints,
  type RefinedMap,
  type RefineOptions,
  refineMap,
} from './refine.ts';
export { shownPoints } from './shown-points.ts';
export {
  centralShare,
  dimensionQuantiles,
  dimensionsBy,
  quantileBounds,
  quantileOf,
  traversalCodes,
} from './traversal.ts';
export { atOnce, inTurns, PIECE, type Work } from './turns.ts';
