/** The layer types: each a file here and a line in `list.ts`. */

export type { RandomInput } from './context.ts';
export { type Conv2DSpec, conv2d } from './conv2d.ts';
export { type Conv2DTransposeSpec, conv2dTranspose } from './conv2d-transpose.ts';
export type { LayerDefinition, Parameterisation, ParameterRole, ValueEffect } from './definition.ts';
export { type DenseSpec, dense } from './dense.ts';
export { activationTable, layerTable, supportedClasses } from './docs.ts';
export { type DropoutSpec, dropout } from './dropout.ts';
export { type FlattenSpec, flatten } from './flatten.ts';
export { type GaussianNoiseSpec, gaussianNoise } from './gaussian-noise.ts';
export { type GaussianSamplingSpec, gaussianSampling, spreadHead } from './gaussian-sampling.ts';
export type { BiasInitializer, Initializer, ParameterInitializer } from './initializer.ts';
export type { JoinedHeads, KerasForm, StandIn } from './keras-form.ts';
export { type LayerNormalizationSpec, layerNormalization } from './layer-normalization.ts';
export { type MaxPooling2DSpec, maxPooling2d } from './max-pooling2d.ts';
export type { LayerPlace, PartName } from './place.ts';
export {
  commutes,
  definitionOf,
  gaussianOf,
  givesDistribution,
  type LayerSpec,
  type LayerType,
  type ListedLayer,
  lastComputing,
  layerDefinitions,
  layerJsonSchema,
  layerRegistry,
  layerSchema,
  onlyReshapes,
  outputActivation,
  withActivation,
} from './registry.ts';
export { type ReshapeSpec, reshape } from './reshape.ts';
export { type ResidualDenseSpec, residualDense } from './residual-dense.ts';
export { type UpSampling2DSpec, upSampling2d } from './up-sampling2d.ts';
