/** How good a trained model is, and compared with what. */
export { argMax, classifyRight } from './accuracy.ts';
export {
  type Baselines,
  baselinesSchema,
  type FlatBaselines,
  flatBaselines,
  type NamedBaseline,
  namedBaselines,
} from './baselines.ts';
export { type ClassLine, type ClassMap, type ClassMapOptions, classLine, classMap } from './class-map.ts';
export {
  classifierAgreement,
  type PlanePrediction,
  PREDICTION_SIZE,
  type PredictPlaneOptions,
  predictPlane,
  predictReconstructions,
} from './class-predictions.ts';
export { type ClusterAgreement, clusterAgreement } from './cluster-agreement.ts';
export { type CodeSummary, cellCounts, codeSummary, OCCUPANCY_SIZE, summaryWork } from './code-summary.ts';
export {
  type BaselineOptions,
  type BaselinesByPart,
  computeBaselines,
  type LinearModel,
  principalComponents,
} from './compute-baselines.ts';
export {
  accuracyOf,
  type ClassifierTraining,
  DATA_CLASSIFIER_VERSION,
  dataClassifier,
  isClassifiable,
  type TrainedClassifier,
  trainDataClassifier,
} from './data-classifier.ts';
export { divergencePerDimension } from './divergence.ts';
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
  type AllScores,
  type AutoencoderEvaluation,
  type ClassifierEvaluation,
  type CodeDivergence,
  type EvaluateOptions,
  evaluateAutoencoder,
  evaluateClassifier,
  type ShownPlane,
} from './evaluate.ts';
export { BETTER_RANGE, type OtherRange, otherRange, type TriedRange } from './input-ranges.ts';
export { probeWork, WIDEST_PROBED } from './linear-probe.ts';
export { type LossOptions, type LossPart, type MeasuredLoss, measureLoss } from './loss.ts';
export { type NearestCodes, nearestCodes } from './nearest-codes.ts';
export {
  type LabelledCodes,
  NEIGHBOURS,
  type NeighbourhoodOptions,
  type NeighbourhoodScores,
  neighbourAccuracy,
  neighbourhoodScores,
  type SpaceOptions,
  type SpaceScores,
  spaceScores,
} from './neighbourhood.ts';
export { byScore, type Found, foundAbove, quantile, type Ranking, type RocPoint, rankingOf } from './ranking.ts';
export {
  type ReconstructedImages,
  type ReconstructOptions,
  reconstructImages,
  takesAnySize,
} from './reconstruct-images.ts';
export { type Refinement, type RefinementOptions, refineCodes } from './refinement.ts';
export {
  evaluateSpaces,
  NEIGHBOURHOOD_SIZES,
  type Neighbourhood,
  type OnNeighbours,
  type SpaceEvaluation,
} from './space.ts';
