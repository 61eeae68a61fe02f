/** The layer types: each a file here and a line in `list.ts`. */

export type { RandomInput } from './context.ts';
export type { LayerDefinition, Parameterisation, ParameterRole, ValueEffect } from './definition.ts';
export { logScaleHead } from './gaussian-sampling.ts';
export type { BiasInitializer, Initializer, ParameterInitializer } from './initializer.ts';
export type { JoinedHeads, KerasForm, StandIn } from './keras-form.ts';
export { LABEL_INPUT, type LayerLinks, linkProperties, PART_INPUT } from './links.ts';
export * from './list.ts';
export type { LayerPlace, PartName } from './place.ts';
export {
  commutes,
  completedLayer,
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
export { supportedClasses } from './supported.ts';
export type { ChannelPlace, TorchCodeContext } from './torch-code.ts';
export type { TorchArray, TorchModule, VectorAxis } from './torch-form.ts';
