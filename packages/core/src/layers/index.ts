/**
 * The layer types. A new one is a new file here, an entry in this list and a member of `LayerSpec`.
 */
import * as v from 'valibot';
import { internalError } from '../errors.ts';
import { choiceSchema, type FieldSchema } from '../registry/validation.ts';
import { conv2dDefinition } from './conv2d.ts';
import { conv2dTransposeDefinition } from './conv2d-transpose.ts';
import type { LayerDefinition } from './definition.ts';
import { denseDefinition } from './dense.ts';
import { dropoutDefinition } from './dropout.ts';
import { flattenDefinition } from './flatten.ts';
import { gaussianNoiseDefinition } from './gaussian-noise.ts';
import { gaussianSamplingDefinition } from './gaussian-sampling.ts';
import { layerNormalizationDefinition } from './layer-normalization.ts';
import { maxPooling2dDefinition } from './max-pooling2d.ts';
import { reshapeDefinition } from './reshape.ts';
import { residualDenseDefinition } from './residual-dense.ts';
import type { LayerSpec, LayerType } from './types.ts';
import { upSampling2dDefinition } from './up-sampling2d.ts';

/** By type; the compiler asks for an entry for each member of `LayerSpec`. */
const definitionByType: { readonly [Type in LayerType]: LayerDefinition<Extract<LayerSpec, { type: Type }>> } = {
  dense: denseDefinition,
  conv2d: conv2dDefinition,
  'conv2d-transpose': conv2dTransposeDefinition,
  'max-pooling2d': maxPooling2dDefinition,
  'up-sampling2d': upSampling2dDefinition,
  flatten: flattenDefinition,
  reshape: reshapeDefinition,
  dropout: dropoutDefinition,
  'gaussian-noise': gaussianNoiseDefinition,
  'layer-normalization': layerNormalizationDefinition,
  'residual-dense': residualDenseDefinition,
  'gaussian-sampling': gaussianSamplingDefinition,
};

/** In the order of a form's menu. */
export const layerDefinitions: readonly LayerDefinition[] = Object.values(definitionByType);

/** The definition of a spec's type: called with specs of that very type, as their `type` says. */
export const definitionOf = (spec: LayerSpec): LayerDefinition => definitionByType[spec.type];

const typeSchema = v.looseObject({ type: choiceSchema(layerDefinitions.map(({ type }) => type)) }, 'a layer');

/** Refuses a layer whose `type` names none, at the path of that `type`. */
const noLayerSchema: FieldSchema<never> = v.pipe(
  typeSchema,
  v.transform((): never => {
    throw internalError('a layer type without a definition passed its check');
  }),
);

/** Reads an untrusted value of any layer type: its `type` first, then the fields of that type. */
export const layerSchema: FieldSchema<LayerSpec> = v.lazy((value) => {
  const read = v.safeParse(typeSchema, value);
  const definition = read.success ? layerDefinitions.find(({ type }) => type === read.output.type) : undefined;
  return definition?.schema ?? noLayerSchema;
});

export { conv2d } from './conv2d.ts';
export { conv2dTranspose } from './conv2d-transpose.ts';
export type { LayerDefinition, LayerPlace, ParameterRole, PartName } from './definition.ts';
export { dense } from './dense.ts';
export { dropout } from './dropout.ts';
export type { LayerField } from './fields.ts';
export { flatten } from './flatten.ts';
export { gaussianNoise } from './gaussian-noise.ts';
export { gaussianSampling, spreadHead } from './gaussian-sampling.ts';
export { layerNormalization } from './layer-normalization.ts';
export { maxPooling2d } from './max-pooling2d.ts';
export { reshape } from './reshape.ts';
export { residualDense } from './residual-dense.ts';
export type * from './types.ts';
export { upSampling2d } from './up-sampling2d.ts';
