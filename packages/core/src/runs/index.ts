/** What a run folder is, wherever it lies. */
export { aboutOfRun, type RunFacts } from './about.ts';
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
  type RunOrigin,
  type RunOverrides,
  type RunVersions,
  shellWords,
} from './config.ts';
export { checkSameDataset, imagesOf, type RunImages, recordDataset } from './data.ts';
export { CHECKPOINTS, epochFile, isKept, keptEpoch, RUN_FILES } from './files.ts';
export { type ImportConfig, importedNetwork, parseImportConfig } from './imported.ts';
export {
  formatMetrics,
  type KeptScores,
  metricsOf,
  ownScores,
  parseMetrics,
  type RunMetrics,
  type RunProgress,
  reportOf,
  scoresOn,
  type TrainReport,
} from './metrics.ts';
export { formatModelCard } from './model-card.ts';
export { type ReadRun, type RunSource, readRun } from './read-run.ts';
export {
  DEFAULT_RECIPE,
  defaultThreads,
  overridesOf,
  RECIPE_NAMES,
  type RecipeName,
  type RecipeOptions,
  recipeOf,
} from './recipe.ts';
export { parseWeightsPointer, pathWithin, SHIPPED_FILES, type WeightsPointer } from './shipped.ts';
export { createMeter, sliceByName, trainedParameters } from './training.ts';
