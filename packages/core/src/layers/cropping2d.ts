/** The inside of an image. */
import { fixed } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';
import { marginFields, marginSetting } from './margins.ts';
import { requireImageShape, shapeMismatch } from './place.ts';

export const cropping2dLayer = defineLayer({
  type: 'cropping2d',
  baseName: 'cropping2d',
  label: 'Cropping',
  doc: 'Cuts rows and columns off the image, as many on each side as are asked for.',
  formula: '[h, w, c] -> [h - above - below, w - left - right, c]',
  fields: marginFields('cut off'),
  outputShape: ({ rows, columns }, inputShape, place) => {
    const [height, width, channels] = requireImageShape(inputShape, place);
    const inside = [height - rows[0] - rows[1], width - columns[0] - columns[1]];
    if (inside.some((side) => side < 1)) {
      const expected = [
        `${rows[0] + rows[1] + 1} rows or more`,
        `${columns[0] + columns[1] + 1} columns or more`,
        'channels',
      ];
      throw shapeMismatch(place, expected, inputShape, 'cut off less');
    }
    return [...inside, channels];
  },
  build: ({ rows, columns }, { x }) => ops.cutMargins(x, [rows[0], columns[0], 0], [rows[1], columns[1], 0]),
  values: 'picked',
  detail: ({ rows, columns }) => [...rows, ...columns].join(' ').slice(0, 16),
  torchCode: {
    channels: () => 'first',
    output: ({ rows, columns }, { x, outputShape: [height, width] }) =>
      `${x}[:, :, ${rows[0]}:${rows[0] + height}, ${columns[0]}:${columns[0] + width}]`,
  },
  keras: {
    className: 'Cropping2D',
    settings: { cropping: marginSetting('cropping', 0), data_format: fixed('channels_last') },
    arrays: [],
  },
});
