/** The runs room: what a run folder is, wherever it lies. */
export {
  decodeState,
  decodeWeights,
  encodeState,
  encodeWeights,
  formatHistory,
  parseHistory,
  type StoredWeights,
} from './checkpoint.ts';
export {
  commandOf,
  formatRunConfig,
  parseRunConfig,
  RUN_FORMAT,
  type RunConfig,
  type RunDataset,
  type RunOverrides,
  type RunVersions,
} from './config.ts';
export { checkSameDataset, type DatasetSums, datasetSums, imagesOf, type RunImages, recordDataset } from './data.ts';
export { CHECKPOINTS, epochFile, isKept, keptEpoch, RUN_FILES } from './files.ts';
export {
  formatMetrics,
  metricsOf,
  parseMetrics,
  type RunMetrics,
  type RunProgress,
  reportOf,
  type TrainReport,
} from './metrics.ts';
export { formatModelCard } from './model-card.ts';
export {
  DEFAULT_RECIPE,
  defaultThreads,
  overridesOf,
  RECIPE_NAMES,
  type RecipeName,
  type RecipeOptions,
  recipeOf,
} from './recipe.ts';
export { createMeter, sliceByName, trainedParameters } from './training.ts';
