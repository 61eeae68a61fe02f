/** The evaluation room: how good a trained model is, and compared with what. */
export { argMax, classifyRight } from './accuracy.ts';
export {
  type Baselines,
  baselinesSchema,
  type Floors,
  floorsOf,
  type NamedBaseline,
  namedBaselines,
} from './baselines.ts';
export { type ClassField, type ClassFieldOptions, classField } from './class-field.ts';
export { type CodeSpread, cellCounts, codeSpread, OCCUPANCY_SIZE } from './code-spread.ts';
export {
  type BaselineOptions,
  type BaselinesByPart,
  computeBaselines,
  type LinearModel,
  principalComponents,
} from './compute-baselines.ts';
export {
  type ErrorByPart,
  meanByClass,
  meanByPart,
  officialSets,
  type PassOptions,
  type Reconstructions,
  reconstruct,
} from './error.ts';
export {
  type AutoencoderEvaluation,
  type ClassifierEvaluation,
  type EvaluateOptions,
  evaluateAutoencoder,
  evaluateClassifier,
} from './evaluate.ts';
export {
  type LabelledCodes,
  NEIGHBOURS,
  type NeighbourhoodOptions,
  type NeighbourhoodScores,
  neighbourAccuracy,
  neighbourhoodScores,
} from './neighbourhood.ts';
export { type PlaneReading, READING_SIZE, readPlane, readReconstructions, recognisableShare } from './recognition.ts';
export { type Refinement, type RefinementOptions, refineCodes } from './refinement.ts';
