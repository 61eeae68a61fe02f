/** Every layer type by its `type`, and what is asked of layers without knowing their types. */
import * as v from 'valibot';
import { type Activation, activationOf } from '../activations/index.ts';
import {
  completedVariant,
  createRegistry,
  type FieldSchema,
  fieldEntries,
  type JsonSchema,
  jsonSchemaOfType,
  needsNoField,
  type SchemaOf,
  type SpecOf,
  variantSchema,
  withCurrentNames,
} from '../registry/index.ts';
import type { LayerDefinition, Parameterisation } from './definition.ts';
import { type LayerLinks, linkEntries, linkProperties } from './links.ts';
import { importedLayers, layers } from './list.ts';

/** A layer, told apart by `type`, with its name and inputs where it says them. */
export type LayerSpec = (SpecOf<typeof layers> | SpecOf<typeof importedLayers>) & LayerLinks;

/** Every type of layer. */
export type LayerType = LayerSpec['type'];

/** A layer type of the list, whichever it is. */
export interface ListedLayer extends LayerDefinition {
  readonly type: LayerType;
  readonly defaults: LayerSpec;
  readonly schema: FieldSchema<LayerSpec>;
}

/** In the order of a form's menu. */
export const layerDefinitions: readonly ListedLayer[] = layers;

const allDefinitions: readonly ListedLayer[] = [...layers, ...importedLayers];

/** Every layer type by its `type`, those of files of other programs among them. */
export const layerRegistry = createRegistry('layer', allDefinitions, ({ type }) => type);

/** The definition of a specification's type: called with specifications of that very type. */
export const definitionOf = ({ type }: { readonly type: string }): ListedLayer => layerRegistry.get(type);

/** Reads an untrusted value of any layer type: its `type` first, then the fields of that type. */
export const layerSchema: FieldSchema<LayerSpec> = variantSchema<LayerSpec>(
  allDefinitions.map(({ type, fields, defaults }) => ({
    type,
    defaults,
    schema: v.pipe(
      v.unknown(),
      v.transform((value) => withCurrentNames(value, fields)),
      // Of the fields that `LayerSpec` is inferred from.
      v.strictObject({
        type: v.literal(type),
        ...fieldEntries(fields),
        ...linkEntries,
      }) as unknown as FieldSchema<LayerSpec>,
    ),
  })),
  'layer',
);

/** JSON Schema of a layer of any type. */
export const layerJsonSchema = (of: SchemaOf = 'data'): JsonSchema => ({
  oneOf: [
    ...layerDefinitions.map((definition) => {
      const schema = jsonSchemaOfType(definition, of);
      return { ...schema, properties: { ...(schema.properties as JsonSchema), ...linkProperties } };
    }),
    ...(of === 'file' ? [{ enum: layerDefinitions.filter(needsNoField).map(({ type }) => type) }] : []),
  ],
});

/** A layer of a file in full. */
export const completedLayer = (value: unknown): unknown => completedVariant(value, layerDefinitions);

/** Whether a layer gives the values that reach it in the same order, under another shape at most. */
export const onlyReshapes = (layer: LayerSpec): boolean => definitionOf(layer).values(layer) === 'reshaped';

/** How a layer gives the standard deviation of a Gaussian code; null for a layer that is none. */
export const gaussianOf = (layer: LayerSpec | undefined): Parameterisation | null =>
  layer === undefined ? null : definitionOf(layer).gaussian(layer);

/** The layer that makes the values which a chain puts out: those behind it only arrange, pick or repeat them. */
export const lastComputing = (chain: readonly LayerSpec[]): LayerSpec | undefined =>
  chain.findLast((layer) => definitionOf(layer).values(layer) === 'computed');

/** The activation that a chain's values come out of; `linear` where the last layer that makes them has none. */
export const outputActivation = (chain: readonly LayerSpec[]): Activation => {
  const last = lastComputing(chain);
  return (last && definitionOf(last).activation(last)) ?? 'linear';
};

/** Whether a layer puts out a distribution: the probabilities of a classifier. */
export const givesDistribution = (layer: LayerSpec | undefined): boolean => {
  const activation = layer === undefined ? null : definitionOf(layer).activation(layer);
  return activation !== null && activationOf(activation).distribution;
};

/**
 * A layer without an activation, with one in it; null for a layer that has one already, or whose activation is not the
 * last that happens to its values.
 */
export const withActivation = (layer: LayerSpec, activation: Activation): LayerSpec | null => {
  const definition = definitionOf(layer);
  const takes = definition.activation(layer) === 'linear' && definition.gaussian(layer) === null;
  return takes && definition.activationField !== null ? { ...layer, [definition.activationField]: activation } : null;
};

/** Whether an activation after a layer may as well be applied before it. */
export const commutes = (layer: LayerSpec, activation: Activation): boolean => {
  const { elementwise, monotone } = activationOf(activation);
  switch (definitionOf(layer).values(layer)) {
    case 'reshaped':
    case 'repeated':
    case 'picked':
      return elementwise;
    case 'maxima':
      return elementwise && monotone;
    // What acts in training alone would act on other values there.
    case 'unchanged':
    case 'computed':
      return false;
  }
};
