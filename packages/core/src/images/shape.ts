/** Height, width and channels of an image, and what follows from them: written once, so that colour counts everywhere. */

/** Numbers in a pixel: 1 is grey; 3 are red, green, blue. */
export type Channels = 1 | 3;

/** Of one image; where a file says nothing of channels it is grey. */
export interface ImageShape {
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
  /** Numbers in a pixel; 1 when absent. */
  readonly channels?: Channels;
}

/** Bytes of an image: `height * width * channels`. */
export const imageSize = ({ height, width, channels = 1 }: ImageShape): number => height * width * channels;

/** Whether images of both are laid out alike. */
export const sameImageShape = (a: ImageShape, b: ImageShape): boolean =>
  a.height === b.height && a.width === b.width && (a.channels ?? 1) === (b.channels ?? 1);

/** `64 x 48`, `64 x 48 x 3`. */
export const sidesWords = ({ height, width, channels = 1 }: ImageShape): string =>
  `${height} x ${width}${channels === 1 ? '' : ` x ${channels}`}`;

/** `64 x 48 pixels`, `64 x 48 x 3 pixels`. */
export const shapeWords = (shape: ImageShape): string => `${sidesWords(shape)} pixels`;

/** The shape alone, of anything that has one; of grey images without `channels`, as files state it. */
export const storedShape = ({ height, width, channels = 1 }: ImageShape): ImageShape =>
  channels === 1 ? { height, width } : { height, width, channels };

const withoutOnes = (dims: readonly number[]): string => dims.filter((dim) => dim !== 1).join();

/**
 * Whether a network with this input takes such images. A flat input takes any image of as many numbers; another one must
 * name their sides, and the channels of those in colour: `[h, w, 3]`, `[h, w, 1]`, `[h, w]`.
 */
export const takesImages = (inputShape: readonly number[], shape: ImageShape): boolean =>
  inputShape.length === 1
    ? inputShape[0] === imageSize(shape)
    : withoutOnes(inputShape) === withoutOnes([shape.height, shape.width, shape.channels ?? 1]);
