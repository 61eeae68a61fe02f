/** Dropout of whole channels. */
import { field, fixed, ignored, number, pythonCall } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';
import { requireImageShape } from './place.ts';

export const spatialDropout2dLayer = defineLayer({
  type: 'spatial-dropout2d',
  baseName: 'spatial_dropout2d',
  label: 'Spatial dropout',
  doc: 'In training alone, sets a random share of the channels to 0 and scales the others up.',
  formula: 'x m / (1 - rate), m = 0 with probability rate, else 1, one for each channel: [h, w, c] to itself',
  source: 'Tompson et al. 2015',
  fields: {
    rate: number({
      label: 'Rate',
      doc: 'Share of the channels that is set to 0.',
      min: 0,
      max: 0.99,
      step: 0.05,
      default: 0.2,
    }),
  },
  values: 'unchanged',
  drops: ({ rate }) => rate !== 0,
  outputShape: (_spec, inputShape, place) => {
    requireImageShape(inputShape, place);
    return inputShape;
  },
  build: ({ rate }, { x, training, draw }) => {
    if (!training || rate === 0) return x;
    const [batch, height, width, channels] = x.dims;
    const kept = ops.reshape(draw({ kind: 'dropout', rate }, [batch, channels]), [batch, 1, 1, channels]);
    return ops.multiply(x, ops.upSample2d(kept, [height, width]));
  },
  detail: ({ rate }) => `rate ${rate}`,
  tfjsLacks: () => 'dropout of whole channels',
  torchCode: {
    channels: () => 'first',
    modules: ({ rate }) => ({ '': pythonCall('nn.Dropout2d', [rate]) }),
    output: (_spec, { x, module }) => `${module()}(${x})`,
  },
  keras: {
    className: 'SpatialDropout2D',
    takesTrainable: false,
    settings: { rate: field('rate'), data_format: fixed('channels_last'), seed: ignored(null) },
    arrays: [],
  },
});
