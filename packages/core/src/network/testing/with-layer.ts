/** A small autoencoder around one layer, whatever that layer is. */
import { definitionOf, dense, flatten, LABEL_INPUT, type LayerSpec, reshape } from '../../layers/index.ts';
import type { LayerSample } from '../../layers/testing/samples.ts';
import { elementCount } from '../../tensor/index.ts';
import type { AutoencoderSpec } from '../types.ts';
import { findNetwork } from '../zoo/index.ts';

/**
 * The layer at the beginning of the encoder, with what brings its values to a code of two numbers behind it; a Gaussian
 * code ends the encoder itself, and asks for the loss that goes with it.
 */
export const networkWith = ({
  spec,
  inputShape,
  inputShapes,
}: Pick<LayerSample, 'spec' | 'inputShape' | 'inputShapes'>): AutoencoderSpec => {
  const base = findNetwork('dense-1');
  if (base.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
  // A specification of a sample is one of its type.
  const alone = spec as LayerSpec;
  const isJoin = inputShapes.length > 1;
  // The image and what another layer makes of it.
  const before: LayerSpec[] = isJoin ? [{ type: 'rescaling', scale: 0.5, offset: 0.25, name: 'other' }] : [];
  const layer: LayerSpec = isJoin
    ? { ...alone, name: 'joined', inputs: inputShapes.map((_, i) => (i === 0 ? 'input' : 'other')) }
    : definitionOf(alone).ofLabel
      ? { ...alone, inputs: [LABEL_INPUT] }
      : alone;
  const gaussian = definitionOf(layer).gaussian(layer);
  const place = { networkId: 'with-layer', part: 'encoder', layer: 'layer' } as const;
  const isVector = definitionOf(layer).outputShape(layer, inputShape, place, inputShapes).length === 1;
  const drawn = dense(elementCount(inputShape), 'sigmoid');
  return {
    ...base,
    id: 'with-layer',
    title: 'Around one layer',
    file: 'autoencoders/with-layer.keras',
    inputShape,
    ...(definitionOf(layer).ofLabel ? { label: { classes: inputShape[0] } } : {}),
    encoder:
      gaussian === null ? [...before, layer, ...(isVector ? [] : [flatten()]), dense(2, 'linear')] : [...before, layer],
    decoder: [
      ...(gaussian !== null && !isVector ? [flatten()] : []),
      drawn,
      ...(inputShape.length === 1 ? [] : [reshape(inputShape)]),
    ],
    loss:
      gaussian === null ? { type: 'mse' } : { type: gaussian === 'log-sigma' ? 'vae-log-sigma' : 'vae', weight: 0.5 },
    published: null,
    record: 'None: a test.',
  };
};
