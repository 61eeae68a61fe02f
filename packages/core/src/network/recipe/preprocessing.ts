/** How images are brought to the shape that a network takes, as a recipe says it; `images/preprocess.ts` does it. */
import { IDX_LIMITS, type Preprocessing } from '../../images/index.ts';
import { choice, defineSpec, type Fields, integer, optional, type SpecSource, size } from '../../registry/index.ts';

const shared = {
  size: optional(
    size({
      label: 'Size of images',
      doc: 'Rows and columns; as they are when absent.',
      min: 1,
      max: IDX_LIMITS.side,
      default: [64, 64],
    }),
  ),
  channels: optional(
    choice({
      label: 'Channels of images',
      doc: '`grey`: luma of Rec. 601, rounded. `colour`: red, green, blue; grey three times. As they are when absent.',
      choices: ['grey', 'colour'],
      default: 'grey',
    }),
  ),
  threshold: optional(
    integer({
      label: 'Threshold',
      doc: 'Values above it become white (255), all others black (0); pixels keep their values when absent.',
      min: 0,
      max: 254,
      default: 127,
    }),
  ),
};

/** @param formula - what becomes of the pixels, for the docs. */
const definePreprocessing = <const Type extends Preprocessing['type'], const F extends Fields>({
  formula,
  ...source
}: SpecSource<Type, F> & { readonly formula: string }) => ({ ...defineSpec(source), formula });

const pad = definePreprocessing({
  formula: 'scale = min(1, rows / height, columns / width)',
  type: 'pad',
  label: 'Pad',
  doc: 'Images keep their proportions and are never enlarged: they shrink until they lie within the size, and are centred on a ground.',
  fields: {
    ...shared,
    ground: integer({
      label: 'Ground',
      doc: 'Value of the pixels around, 0 (black) to 255 (white).',
      min: 0,
      max: 255,
      default: 0,
      fileDefault: 0,
    }),
  },
});

const crop = definePreprocessing({
  formula: 'scale = max(rows / height, columns / width)',
  type: 'crop',
  label: 'Crop',
  doc: 'Images keep their proportions: they are scaled until they cover the size, and their middle is taken.',
  fields: shared,
});

const stretch = definePreprocessing({
  formula: 'scale of a side = its new length / its old length',
  type: 'stretch',
  label: 'Stretch',
  doc: 'Rows and columns are scaled each by itself, whatever becomes of the proportions.',
  fields: shared,
});

/** In the order of menus and docs. */
export const preprocessingList = [pad, crop, stretch] as const;
