/** The evaluation room: how good a trained model is, and compared with what. */
export { argMax, classifyRight } from './accuracy.ts';
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
  evaluateAutoencoder,
  evaluateClassifier,
} from './evaluate.ts';
export {
  computeFloors,
  type FloorOptions,
  type Floors,
  type FloorsByPart,
  type LinearModel,
  principalComponents,
} from './floors.ts';
