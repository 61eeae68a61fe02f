/**
 * The model room: networks as plain data, what follows from them, and the zoo.
 */
export { type AugmentationDefinition, affine, augmentationDefinitions, elastic } from './augmentations/index.ts';
export { type FormField, type FormKind, type FormVariant, fieldLabel, lossForm, recipeFields } from './form.ts';
export { type InitializeOptions, initializeParameters, type ParameterSlot, parameterSlots } from './initializers.ts';
export { parseNetworkSpec, parseRecipe } from './json.ts';
export {
  conv2d,
  conv2dTranspose,
  definitionOf,
  dense,
  dropout,
  flatten,
  gaussianNoise,
  gaussianSampling,
  type LayerDefinition,
  type LayerField,
  type LayerPlace,
  layerDefinitions,
  layerNormalization,
  maxPooling2d,
  type ParameterRole,
  type PartName,
  reshape,
  residualDense,
  spreadHead,
  upSampling2d,
} from './layers/index.ts';
export { MAX_CODE_SIZE, partOf, type ResolvedNetwork, type ResolvedPart, resolveNetwork } from './network.ts';
export { bestRecipe, documentedRecipe } from './recipes.ts';
export { elementCount, formatShape, sameShape } from './shape.ts';
export { countParameters, inferLayers, nameLayers, type ResolvedLayer } from './shape-inference.ts';
export {
  formatSummary,
  type NetworkSummary,
  type SummaryPart,
  type SummaryRow,
  summarize,
} from './summary.ts';
export type * from './types.ts';
export { findNetwork, networks } from './zoo/index.ts';
