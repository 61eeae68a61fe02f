/** Recipe fields: which images are learned from, and how they are changed. */
import { type AugmentationSpec, augmentations } from '../../augmentations/index.ts';
import type { Preprocessing } from '../../images/index.ts';
import { choice, counted, integer, list, number, optional, specWords, variant } from '../../registry/index.ts';
import { MAX_EPOCHS, row } from './definition.ts';
import { preprocessingList } from './preprocessing.ts';

/** Most augmentations of a recipe. */
export const MAX_AUGMENTATIONS = 8;
/** Without the dust of a product: 7 %, not 7.000000000000001 %. */
const percent = (share: number): string => `${Number((100 * share).toPrecision(12))} %`;

export const imageRows = {
  trainOn: row({
    field: choice({
      label: 'Images trained on',
      doc: 'The training images (`train`), or training and test images together, training first (`all`).',
      choices: ['train', 'all'],
      default: 'train',
    }),
    words: (which) => (which === 'all' ? 'training and test images' : 'training images'),
  }),
  validationSplit: row({
    field: number({
      label: 'Held out for validation',
      doc: 'Share of the images that is held out and watched; 0 for none.',
      min: 0,
      max: 0.9,
      default: 0,
    }),
    option: { flags: '--validation-split <share>', help: 'share of the images held out' },
    words: (share) => (share === 0 ? 'none' : percent(share)),
  }),
  validationFrom: row({
    field: optional(
      choice({
        label: 'Held-out images',
        doc: 'The last ones (`end`, when absent), or some that the seed chooses (`shuffled`).',
        choices: ['end', 'shuffled'],
        default: 'shuffled',
      }),
    ),
    words: (from) => (from === 'shuffled' ? 'chosen by the seed' : 'the last ones'),
  }),
  preprocessing: row({
    field: optional(
      variant<Preprocessing>({
        label: 'Preprocessing',
        doc: 'How images are brought to the shape that the network takes, before anything else and for evaluation too: the type says how they fit the size. As they are when absent.',
        definitions: preprocessingList,
        default: preprocessingList[0].defaults,
      }),
    ),
    words: ({ type, size, channels, ...rest }) =>
      [
        type,
        size && `to ${size.join(' x ')}`,
        channels && `in ${channels}`,
        'ground' in rest && rest.ground !== 0 && `on ${rest.ground}`,
      ]
        .filter(Boolean)
        .join(' '),
  }),
  augmentation: row({
    field: optional(
      list<AugmentationSpec>({
        label: 'Augmentation',
        doc: 'Random changes of the training images, drawn anew at every step; none when absent.',
        definitions: augmentations.entries,
        min: 0,
        max: MAX_AUGMENTATIONS,
        default: [],
      }),
    ),
    words: (specs) => (specs.length === 0 ? null : specs.map((spec) => specWords({ ...spec })).join(', ')),
  }),
  augmentationEpochs: row({
    field: optional(
      integer({
        label: 'Epochs with augmentation',
        doc: 'Images are changed in so many epochs, and then taken as they are; in all when absent.',
        min: 0,
        max: MAX_EPOCHS,
        default: 1,
      }),
    ),
    words: (epochs) => `the first ${counted(epochs, 'epoch')}`,
  }),
  augmentationTarget: row({
    field: optional(
      choice({
        label: 'Augmentation target',
        doc: 'What the reconstruction of a changed image is compared with: that image (`changed`, when absent), or the image before the change (`original`), which asks the encoder to undo it.',
        choices: ['changed', 'original'],
        default: 'original',
      }),
    ),
    words: (target) => (target === 'original' ? 'the image before the change' : 'the changed image'),
  }),
};
