/** A vector several times over. */
import { field, integer } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';
import { MAX_FILTERS } from './limits.ts';
import { requireVectorShape } from './place.ts';

export const repeatVectorLayer = defineLayer({
  type: 'repeat-vector',
  baseName: 'repeat_vector',
  label: 'Repeat',
  doc: 'The same vector in every row.',
  formula: '[features] -> [times, features]',
  fields: {
    times: integer({ label: 'Times', doc: 'How often it is repeated.', min: 1, max: MAX_FILTERS, default: 2 }),
  },
  values: 'repeated',
  outputShape: ({ times }, inputShape, place) => [times, requireVectorShape(inputShape, place)],
  build: ({ times }, { x }) => {
    const row = ops.reshape(x, [x.dims[0], 1, x.dims[1]]);
    return ops.concatenate(
      Array.from({ length: times }, () => row),
      1,
    );
  },
  detail: ({ times }) => `${times} times`,
  torchCode: { channels: () => 'last', output: ({ times }, { x }) => `${x}.unsqueeze(1).repeat(1, ${times}, 1)` },
  keras: { className: 'RepeatVector', settings: { n: field('times') }, arrays: [] },
});
