/** Zeros around an image. */
import { fixed, pythonValue } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';
import { marginFields, marginSetting } from './margins.ts';
import { requireImageShape } from './place.ts';

export const zeroPadding2dLayer = defineLayer({
  type: 'zero-padding2d',
  baseName: 'zero_padding2d',
  label: 'Zero padding',
  doc: 'Adds rows and columns of zeros around the image, as many on each side as are asked for.',
  formula: '[h, w, c] -> [above + h + below, left + w + right, c]',
  fields: marginFields('of zeros'),
  outputShape: ({ rows, columns }, inputShape, place) => {
    const [height, width, channels] = requireImageShape(inputShape, place);
    return [rows[0] + height + rows[1], columns[0] + width + columns[1], channels];
  },
  build: ({ rows, columns }, { x }) => ops.padZeros(x, [rows[0], columns[0], 0], [rows[1], columns[1], 0]),
  detail: ({ rows, columns }) => [...rows, ...columns].join(' ').slice(0, 16),
  torchCode: {
    channels: () => 'first',
    output: ({ rows, columns }, { x }) => `F.pad(${x}, ${pythonValue([...columns, ...rows])})`,
  },
  keras: {
    className: 'ZeroPadding2D',
    settings: { padding: marginSetting('padding', 1), data_format: fixed('channels_last') },
    arrays: [],
  },
});
