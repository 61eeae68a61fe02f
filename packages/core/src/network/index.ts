/**
 * Networks and recipes as plain data, what follows from them, and the zoo.
 */

export {
  asPhrase,
  type Field,
  type FormField,
  type FormKind,
  type FormVariant,
  switchVariant,
} from '../registry/index.ts';
export { type Lengths, lengthFrom, networkAtSize, type Sides, takenLengths } from './any-size.ts';
export type { RandomInput } from './build-part.ts';
export {
  compileInference,
  compileTraining,
  type InferenceGraph,
  type InferenceGraphOptions,
  type InferenceTarget,
  inferenceTensors,
  inTrainingOrder,
  type TrainingGraph,
  type TrainingGraphOptions,
} from './compile.ts';
export { compileLoss, type LossGraph } from './compile-loss.ts';
export { compileRefinement, type RefinementGraph } from './compile-refinement.ts';
export * from './file/index.ts';
export { labelForm, type RecipeForm, recipeFields, recipeForm } from './form.ts';
export { type InitializeOptions, initializeParameters, type ParameterSlot, parameterSlots } from './initializers.ts';
export { type InputRange, networkWithInputRange } from './input-range.ts';
export { parseNetworkSpec } from './json.ts';
export { requireMemory } from './memory.ts';
export {
  MAX_CODE_SIZE,
  onlyParts,
  partOf,
  type ResolvedNetwork,
  type ResolvedPart,
  resolveNetwork,
  takesLabel,
} from './network.ts';
export * from './recipe/index.ts';
export { bestRecipe, documentedRecipe, newRecipes } from './recipes.ts';
export { requireImages } from './require-images.ts';
export { requireKnownLabels, requireLabels } from './require-labels.ts';
export { requirePreprocessing } from './require-preprocessing.ts';
export {
  countParameters,
  inferLayers,
  isChain,
  MAX_ELEMENTS,
  nameLayers,
  type ResolvedLayer,
} from './shape-inference.ts';
export {
  formatSummary,
  type NetworkSummary,
  type SummaryPart,
  type SummaryRow,
  summarize,
  summaryFacts,
  summaryTables,
} from './summary.ts';
export type * from './types.ts';
export { findNetwork, networks } from './zoo/index.ts';
export { isOnRecord, publishedError, RECORD_DATA } from './zoo/on-record.ts';
export { otherRecord } from './zoo/other-record.ts';
