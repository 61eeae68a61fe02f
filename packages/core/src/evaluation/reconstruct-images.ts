/**
 * Images of any size through an autoencoder, and back as images.
 *
 * In: a model, images. Out: images of the same size. A network whose layers follow any size is applied at the size of the
 * images; large ones go through it in overlapping tiles, so that memory does not grow with them.
 */
import { inferenceBatchSize, type RunnableModel, toByte } from '../codes/index.ts';
import { inputError, workError } from '../errors.ts';
import { type ImageSet, imageSize, type Labels, shapeWords, takesImages } from '../images/index.ts';
import { networkAtSize, partOf, type ResolvedNetwork, takenLengths } from '../network/index.ts';
import { createInference } from '../runtime/index.ts';
import type { PassOptions } from './error.ts';
import { type AxisTiles, axisTiles } from './tiles.ts';

/** Sides of tiles, the largest first: the first whose layers are small enough is taken. */
const TILE_SIDES = [512, 256, 128] as const;
/** Of a side: pixels at an edge that are taken from the next tile. */
const MARGIN_SHARE = 1 / 8;

/** What reconstructing images may be given. */
export interface ReconstructOptions extends PassOptions {
  /** `[count]`, class of each image, of a network that takes one; the model's `label` for all where absent. */
  readonly labels?: Labels;
}

/** Images that a network made of images. */
export interface ReconstructedImages {
  /** As many, of the same size and channels, with the same labels; values beyond 0 to 255 are cut off. */
  readonly images: ImageSet;
  /** `[count]`: mean over pixels of the squared difference to the image, pixels 0..1, before rounding to bytes. */
  readonly errors: Float64Array;
  /** Rows below and columns at the right by which each image was extended, its last pixels repeated, for the network's strides. */
  readonly padding: readonly [rows: number, columns: number];
  /** Along rows and columns; `[1, 1]` where an image went through in one piece. */
  readonly tiles: readonly [rows: number, columns: number];
}

interface Layout {
  readonly network: ResolvedNetwork;
  readonly rows: AxisTiles;
  readonly columns: AxisTiles;
}

const whole = (length: number): AxisTiles => ({ length, starts: [0], kept: [[0, length]] });

/**
 * Whether a network takes images of any height and width: its layers follow the size, and none of its weights depends on it.
 * A flattened image has one size.
 */
export const takesAnySize = ({ network }: Pick<RunnableModel, 'network'>): boolean => takenLengths(network) !== null;

const layOut = (network: ResolvedNetwork, { height, width, channels }: ImageSet): Layout => {
  const { id, inputShape } = network.spec;
  if (takesImages(inputShape, { height, width, channels }))
    return { network, rows: whole(height), columns: whole(width) };
  const lengths = takenLengths(network);
  const isOfSize = lengths === null;
  if (isOfSize || (inputShape[2] ?? 1) !== channels)
    throw inputError('shape-mismatch', {
      at: { network: id, field: 'inputShape' },
      expected: isOfSize
        ? `images of [${inputShape.join(', ')}], since its layers are made for one size`
        : `images of ${inputShape[2] ?? 1} ${(inputShape[2] ?? 1) === 1 ? 'channel' : 'channels'}`,
      got: shapeWords({ height, width, channels }),
      hint: isOfSize
        ? 'bring them to that size, or take a network of convolutions alone'
        : 'bring them to grey or colour',
    });
  for (const side of TILE_SIDES) {
    const margin = side * MARGIN_SHARE;
    const [rows, columns] = [height, width].map((length, axis) => axisTiles(lengths[axis], length, side, margin));
    const sized = rows && columns && networkAtSize(network, [rows.length, columns.length]);
    if (sized) return { network: sized, rows, columns };
  }
  const least = TILE_SIDES[TILE_SIDES.length - 1];
  throw inputError('step-too-large', {
    at: { network: id },
    problem: `its layers hold too many numbers for tiles of ${least} x ${least} pixels, or its strides are longer than these`,
    hint: 'take a network of fewer filters or strides, or images of its own size',
  });
};

/**
 * Decodes what the encoder makes of every image, at the images' own size.
 *
 * Of a network that takes any size (`takesAnySize`) images may have any. Where its strides do not divide the size, the image
 * is extended at right and bottom by its last pixels, and the result cut. Images of more than 512 rows or columns are taken in
 * tiles of 512 x 512 (256 or 128 where layers would hold more than 2^24 numbers), of which the outer eighth is taken from
 * the neighbour: the same as in one piece, as long as no output depends on pixels farther away than that.
 *
 * @param model - an autoencoder; of one that takes a label, the options say that of each image, or the model that of all.
 * @throws LatentError (input) `no-such-part` of a classifier; `shape-mismatch` where a network takes one size alone, or other
 *   channels; `step-too-large`; (work) `not-finite` where a reconstruction is no number.
 */
export const reconstructImages = async (
  model: RunnableModel,
  images: ImageSet,
  { onProgress, labels }: ReconstructOptions = {},
): Promise<ReconstructedImages> => {
  const { weights, runtime, threads, label } = model;
  for (const part of ['encoder', 'decoder'] as const) partOf(model.network, part);
  const { network, rows, columns } = layOut(model.network, images);
  const { height, width, channels, count } = images;
  const size = imageSize(images);
  const places = rows.starts.flatMap((_, row) => columns.starts.map((__, column) => ({ row, column })));
  const each = places.length;
  const pixels = new Uint8Array(count * size);
  const errors = new Float64Array(count);

  const fillTile = (x: Float32Array, at: number, image: number, place: number): void => {
    const [top, left] = [rows.starts[places[place].row], columns.starts[places[place].column]];
    for (let r = 0; r < rows.length; r++) {
      const line = image * size + Math.min(height - 1, top + r) * width * channels;
      for (let c = 0; c < columns.length; c++) {
        const from = line + Math.min(width - 1, left + c) * channels;
        for (let channel = 0; channel < channels; channel++) x[at++] = images.pixels[from + channel] / 255;
      }
    }
  };
  /** Sums the squared differences of what is kept of a tile. */
  const takeTile = (y: Float32Array, at: number, image: number, place: number): void => {
    const { row, column } = places[place];
    const [[top, bottom], [left, right]] = [rows.kept[row], columns.kept[column]];
    let sum = 0;
    for (let r = top; r < bottom; r++) {
      const line = at + (r - rows.starts[row]) * columns.length * channels;
      const begin = line + (left - columns.starts[column]) * channels;
      const to = image * size + (r * width + left) * channels;
      for (let i = 0; i < (right - left) * channels; i++) {
        const difference = y[begin + i] - images.pixels[to + i] / 255;
        sum += difference * difference;
        pixels[to + i] = toByte(y[begin + i]);
      }
    }
    errors[image] += sum / size;
  };

  const batchSize = Math.max(1, Math.min(inferenceBatchSize(network), count * each));
  const inference = await createInference(network, weights, {
    target: 'autoencoder',
    runtime,
    threads,
    label,
    batchSize,
  });
  const tile = inference.inputSize;
  try {
    await inference.each(
      count * each,
      (x, from, to) => {
        for (let i = from; i < to; i++) fillTile(x, (i - from) * tile, Math.floor(i / each), i % each);
      },
      ({ reconstruction }, from, to) => {
        for (let i = from; i < to; i++) takeTile(reconstruction, (i - from) * tile, Math.floor(i / each), i % each);
        onProgress?.(Math.floor(to / each), count);
      },
      labels && Uint16Array.from({ length: count * each }, (_, i) => labels[Math.floor(i / each)]),
    );
  } finally {
    await inference.release();
  }
  const bad = errors.findIndex((error) => !Number.isFinite(error));
  if (bad >= 0)
    throw workError('not-finite', {
      at: { network: model.network.spec.id },
      problem: `the reconstruction of image ${bad} is not a finite number`,
      hint: 'train it again with a lower learning rate',
    });
  const padding = [
    Math.max(0, rows.starts[rows.starts.length - 1] + rows.length - height),
    Math.max(0, columns.starts[columns.starts.length - 1] + columns.length - width),
  ] as const;
  return {
    images: { ...images, pixels },
    errors,
    padding,
    tiles: [rows.starts.length, columns.starts.length],
  };
};
