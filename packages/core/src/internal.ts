/**
 * `latent-plane/internal`: what the packages of this project share beyond the public names of `latent-plane`.
 * For the packages of this project alone: a name here may change with any release.
 */

export { classColour, colourBytes, PALETTE_NAMES, PALETTE_TITLES, type PaletteName, textOn } from './charts/palette.ts';
export { codeSizeOf, inferenceBatchSize, pictureSize } from './codes/index.ts';
export { type AnyFinding, currentFindingCode, findingMarkSchema, findingSchema, findings } from './diagnosis/index.ts';
export { inputError, internalError, reasonOf, withFacts, workError } from './errors.ts';
export { baselinesSchema, flatBaselines, namedBaselines } from './evaluation/index.ts';
export {
  decodeClassMap,
  decodeEvolution,
  type Evolution,
  type EvolutionFrame,
  type ExplorerAbout,
  type ExplorerBundleOptions,
  type ExplorerComparison,
  type ExplorerIndex,
  type ExplorerModel,
  type ExplorerNetwork,
  type ExplorerPiece,
  type ExplorerScores,
  type ExplorerTraining,
  encodeClassMap,
  encodeEvolution,
  explorerBundle,
  isArchive,
  onlyParts,
  type PackedClassMap,
  PIECE_IMAGES,
  parseExplorerAbout,
  parseExplorerComparison,
  parseExplorerIndex,
  parseExplorerModel,
  parseExplorerTraining,
  readArchive,
  writeArchive,
} from './formats/index.ts';
export {
  assembleUnpacked,
  gunzip,
  IDX_MAX_FILE_BYTES,
  identityOfEntry,
  imageSize,
  mapFiles,
  sha256Hex,
  shapeWords,
  sidesWords,
  storedShape,
  takesImages,
  unpack,
} from './images/index.ts';
export {
  definitionOf,
  LABEL_INPUT,
  layerDefinitions,
  linkProperties,
  onlyReshapes,
  PART_INPUT,
} from './layers/index.ts';
export { combinedOf, curveName, isCombined, lossField, lossForm, lossWords } from './losses/index.ts';
export {
  compileTraining,
  inferenceTensors,
  inferLayers,
  isOnRecord,
  labelForm,
  nameLayers,
  optionName,
  otherRecord,
  parameterSlots,
  publishedError,
  RECORD_DATA,
  readSetting,
  recipeFacts,
  recipeFields,
  recipeForm,
  recipeSettings,
  recipeWithCurrentNames,
  requireImages,
  type Setting,
  settingsBetween,
  settingsIn,
  settingText,
  settingValue,
  settingWords,
  summaryFacts,
  summaryTables,
} from './network/index.ts';
export { RandomStream } from './random/index.ts';
export {
  asPhrase,
  type Field,
  type FormField,
  type FormKind,
  type FormVariant,
  formFields,
  suggestion,
  switchVariant,
  valueWithCurrentNames,
  withCurrentNames,
} from './registry/index.ts';
export { isRecord, parseJsonAs, tryJsonAs } from './registry/parse-json.ts';
export { readYaml } from './registry/read-yaml.ts';
export {
  aboutOfRun,
  CHECKPOINTS,
  checkSameDataset,
  createMeter,
  defaultThreads,
  epochFile,
  formatModelCard,
  type ImportConfig,
  importedNetwork,
  isKept,
  keptEpoch,
  metricsOf,
  overridesOf,
  ownScores,
  parseImportConfig,
  parseWeightsPointer,
  pathWithin,
  recordDataset,
  reportOf,
  SHIPPED_FILES,
  scoresOn,
  shellWords,
  sliceByName,
  trainedParameters,
} from './runs/index.ts';
export { pixelFiller } from './runtime/index.ts';
export { spansRun } from './schedules/index.ts';
export {
  editedNetwork,
  type JobOutcome,
  type JobProgress,
  jobId,
  type Lease,
  NETWORK_FILE,
  type Queue,
  type SweepMse,
  sweepChoiceSchema,
  sweptSettings,
  workOff,
} from './sweep/index.ts';
export {
  compileProducts,
  elementCount,
  evaluator,
  formatShape,
  gemm,
  input,
  type ProductGraph,
  sameShape,
  type Tensor,
} from './tensor/index.ts';
export { keptParameters } from './training/index.ts';
