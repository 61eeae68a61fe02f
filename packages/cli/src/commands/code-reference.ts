/**
 * A code named on the command line: that of an image (`12`, `test:12`), or the mean of a class (`class:cat`).
 *
 * In: what was typed, a model, a data set. Out: the code.
 */
import { type Dataset, encodeSets, type RunnableModel, takeImages } from 'latent-plane';
import { classNumber, inputError, meanCode } from 'latent-plane/internal';
import { type ImageReference, imageOf, imageReference } from './image-reference.ts';

/** Whose code. */
export type CodeReference = ImageReference | { readonly className: string; readonly text: string };

export const CODE_HELP = 'number of an image, or class:NAME, the mean code of its training images';

const CLASS = /^class:(.+)$/s;

/** A parser for commander of an option that may be given several times. @throws LatentError (input) `invalid-option`. */
export const codeReferences =
  (option: string) =>
  (text: string, list: readonly CodeReference[] = []): readonly CodeReference[] => {
    const [, className] = CLASS.exec(text.trim()) ?? [];
    return [...list, className === undefined ? imageReference(option)(text) : { className, text }];
  };

/** In words: `image test:12`, `class cat`. */
export const referenceWords = (reference: CodeReference, dataset: Dataset): string =>
  'className' in reference
    ? `class ${dataset.classNames[classNumber(reference.className, dataset.classNames, reference.text)]}`
    : `image ${reference.text}`;

/**
 * The code.
 *
 * @returns `[size]`.
 * @throws LatentError (input) `no-such-image`, `unknown-class`, `no-labels`, `empty-data`.
 */
export const codeOf = async (
  running: RunnableModel,
  dataset: Dataset,
  reference: CodeReference,
): Promise<Float32Array> => {
  if (!('className' in reference)) return (await encodeSets(running, [imageOf(dataset, reference)])).values;
  const { train, classNames } = dataset;
  const number = classNumber(reference.className, classNames, reference.text);
  const places = Uint32Array.from(Array.from(train.labels.keys()).filter((i) => train.labels[i] === number));
  if (places.length === 0)
    throw inputError('empty-data', {
      at: { subject: reference.text },
      problem: `${dataset.name} has no training image of this class`,
      hint: 'take another class, or other images',
    });
  return Float32Array.from(meanCode(await encodeSets(running, [takeImages(train, places)])));
};
