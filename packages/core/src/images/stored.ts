/**
 * Images that lie outside memory and are read by their numbers: more of them than memory holds.
 *
 * What is made of them, a part, another size, the inverse, is made of those that are read; nothing here keeps any.
 */
import { inputError } from '../errors.ts';
import { joinLabels } from './labels.ts';
import { type Preprocessing, preprocess } from './preprocess.ts';
import { imageSize, sameImageShape, shapeWords } from './shape.ts';
import type { AnyImages, ImageSet, Labels, StoredImages } from './types.ts';

/** Whether the images have to be read. */
export const isStored = (images: AnyImages): images is StoredImages => 'read' in images;

/** Whole numbers `from .. to-1`. */
const numbersFrom = (from: number, to: number): Uint32Array =>
  Uint32Array.from({ length: to - from }, (_, i) => from + i);

const labelsAt = (labels: Labels, numbers: Uint32Array): Labels => {
  const taken = new (labels instanceof Uint8Array ? Uint8Array : Uint16Array)(numbers.length);
  for (let i = 0; i < numbers.length; i++) taken[i] = labels[numbers[i]];
  return taken;
};

const shapeOf = ({ height, width, channels }: AnyImages) => ({ height, width, channels });

/** Numbers that follow one another are read at once. */
interface Run {
  readonly from: number;
  to: number;
  /** In what is read into. */
  readonly place: number;
}

const runsOf = (numbers: Uint32Array): readonly Run[] => {
  const runs: Run[] = [];
  numbers.forEach((number, place) => {
    const last = runs.at(-1);
    if (last?.to === number) last.to++;
    else runs.push({ from: number, to: number + 1, place });
  });
  return runs;
};

/** Reads that wait for the disk at the same time. */
const AT_ONCE = 256;

/**
 * Images in any order by what reads images that follow one another.
 *
 * @param range - images `from .. to-1`.
 * @param size - bytes of an image.
 */
export const readInRuns =
  (range: (from: number, to: number) => Promise<Uint8Array>, size: number): StoredImages['read'] =>
  async (numbers, into) => {
    const runs = runsOf(numbers);
    for (let i = 0; i < runs.length; i += AT_ONCE) {
      const some = runs.slice(i, i + AT_ONCE);
      const read = await Promise.all(some.map(({ from, to }) => range(from, to)));
      for (const [at, { place }] of some.entries()) into.set(read[at], place * size);
    }
  };

/** Images in memory as if they were not. */
export const asStored = (set: ImageSet): StoredImages => {
  const size = imageSize(set);
  return {
    ...shapeOf(set),
    labels: set.labels,
    count: set.count,
    read: (numbers, into) => {
      for (let i = 0; i < numbers.length; i++)
        into.set(set.pixels.subarray(numbers[i] * size, (numbers[i] + 1) * size), i * size);
      return Promise.resolve();
    },
  };
};

/** The images with these numbers, in memory. */
export const readNumbers = async (images: StoredImages, numbers: Uint32Array): Promise<ImageSet> => {
  const pixels = new Uint8Array(numbers.length * imageSize(images));
  await images.read(numbers, pixels);
  return { ...shapeOf(images), pixels, labels: labelsAt(images.labels, numbers), count: numbers.length };
};

/** Images `from .. to-1` in memory; of a set that is there a part that shares it. */
export const readRange = async (images: AnyImages, from: number, to: number): Promise<ImageSet> => {
  if (isStored(images)) return readNumbers(images, numbersFrom(from, to));
  const size = imageSize(images);
  return {
    ...images,
    pixels: images.pixels.subarray(from * size, to * size),
    labels: images.labels.subarray(from, to),
    count: to - from,
  };
};

/** Bytes of pixels that are read at a time where all images are gone through. */
const PIECE_BYTES = 2 ** 24;

/** All images in order, as many at a time as a small piece of memory holds; a set in memory in one piece. */
export async function* piecesOf(images: AnyImages): AsyncGenerator<ImageSet & { readonly from: number }, void, void> {
  const step = isStored(images) ? Math.max(1, Math.floor(PIECE_BYTES / imageSize(images))) : Math.max(1, images.count);
  for (let from = 0; from < images.count; from += step)
    yield { ...(await readRange(images, from, Math.min(images.count, from + step))), from };
}

/** All images in memory. */
export const readAll = async (images: StoredImages): Promise<ImageSet> => {
  const pixels = new Uint8Array(images.count * imageSize(images));
  const size = imageSize(images);
  for await (const piece of piecesOf(images)) pixels.set(piece.pixels, piece.from * size);
  return { ...shapeOf(images), pixels, labels: images.labels, count: images.count };
};

/** The images with these numbers, in this order. */
export const takeStored = (images: StoredImages, numbers: Uint32Array): StoredImages => ({
  ...images,
  labels: labelsAt(images.labels, numbers),
  count: numbers.length,
  read: (wanted, into) =>
    images.read(
      Uint32Array.from(wanted, (number) => numbers[number]),
      into,
    ),
});

/**
 * The images of several sets, one after another.
 *
 * @param sets - at least one.
 * @throws LatentError (input) `idx-shape-mismatch` where the images differ in size.
 */
export const joinStored = (sets: readonly StoredImages[]): StoredImages => {
  const [first] = sets;
  if (sets.length === 1) return first;
  const other = sets.find((set) => !sameImageShape(set, first));
  if (other)
    throw inputError('idx-shape-mismatch', { problem: `images of ${shapeWords(first)} and of ${shapeWords(other)}` });
  const begins: number[] = [];
  let count = 0;
  for (const set of sets) {
    begins.push(count);
    count += set.count;
  }
  const size = imageSize(first);
  return {
    ...first,
    labels: sets.map(({ labels }) => labels).reduce(joinLabels),
    count,
    read: async (numbers, into) => {
      for (const [i, set] of sets.entries()) {
        const places: number[] = [];
        numbers.forEach((number, place) => {
          if (number >= begins[i] && number < begins[i] + set.count) places.push(place);
        });
        if (places.length === 0) continue;
        const own = new Uint8Array(places.length * size);
        await set.read(
          Uint32Array.from(places, (place) => numbers[place] - begins[i]),
          own,
        );
        places.forEach((place, at) => {
          into.set(own.subarray(at * size, (at + 1) * size), place * size);
        });
      }
    },
  };
};

/** Every image changed by itself, as it is read. */
export const mapStored = (images: StoredImages, change: (set: ImageSet) => ImageSet): StoredImages => {
  const { height, width, channels } = change({
    ...shapeOf(images),
    pixels: new Uint8Array(0),
    labels: new Uint8Array(0),
    count: 0,
  });
  return {
    ...images,
    height,
    width,
    channels,
    read: async (numbers, into) => {
      into.set(change(await readNumbers(images, numbers)).pixels);
    },
  };
};

/** The images as they are asked for. */
export const preprocessStored = (images: StoredImages, asked: Preprocessing | undefined): StoredImages =>
  asked ? mapStored(images, (set) => preprocess(set, asked)) : images;

/** What is looked at where not all images can be: most of them, and most bytes of their pixels. */
export const SAMPLE_LIMITS = { images: 20_000, bytes: 256 * 2 ** 20 } as const;

/** Images that a sample takes one after another, since what lies together is read at once. */
const TOGETHER = 8;

/** Images evenly spread over the whole, a few together, as many as {@link SAMPLE_LIMITS} allows, in memory. */
export const sampleOf = (images: StoredImages, mostImages: number = SAMPLE_LIMITS.images): Promise<ImageSet> => {
  const most = Math.max(1, Math.min(mostImages, Math.floor(SAMPLE_LIMITS.bytes / imageSize(images))));
  if (images.count <= most) return readRange(images, 0, images.count);
  const groups = Math.ceil(most / TOGETHER);
  const numberOf = (i: number): number =>
    Math.floor((Math.floor(i / TOGETHER) * images.count) / groups) + (i % TOGETHER);
  return readNumbers(
    images,
    Uint32Array.from({ length: most }, (_, i) => numberOf(i)),
  );
};
