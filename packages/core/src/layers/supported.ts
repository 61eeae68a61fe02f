/** The layers and activations of other programs that are read, for messages. */
import { type ActivationDefinition, activationRegistry } from '../activations/index.ts';
import { layerDefinitions } from './registry.ts';

/** `silu (swish)`. */
const activationNames = ({ id, keras }: ActivationDefinition): string => {
  const others = keras === null ? [] : [keras.name, ...(keras.aliases ?? [])].filter((other) => other !== id);
  return others.length === 0 ? id : `${id} (${others.join(', ')})`;
};

/** The Keras classes and activations that are read, in one line for messages. */
export const supportedClasses = (): string => {
  const classes = layerDefinitions.flatMap(({ keras }) => {
    if (keras === null) return [];
    return [keras.limits === undefined ? keras.className : `${keras.className} (${keras.limits})`];
  });
  const asLayers = activationRegistry.entries.flatMap(({ keras }) => keras?.layer?.className ?? []);
  const others = ['Activation', ...asLayers, 'InputLayer', 'Sequential', 'Functional'];
  return `${[...classes, ...others].join(', ')}; activations ${activationRegistry.entries
    .filter(({ keras }) => keras !== null)
    .map(activationNames)
    .join(', ')}`;
};
