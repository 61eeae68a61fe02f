/**
 * Where the images of a batch lie when a step wants them: in the arena, all of them or those of the batch.
 *
 * In: what a training learns from. Out: bytes in the arena and places of the batch's images in them. Stored images of the next
 * batch are read while a step is computed.
 */
import { type AnyImages, asStored, imageSize, isStored } from '../images/index.ts';
import { type Arena, arenaBytes } from './arena.ts';

/** Images of batches in an arena. */
export interface BatchImages {
  /** Images one after another, of a batch or of all. */
  readonly pixels: Uint8Array;
  /** Whether all are there, so that a batch's images lie at their numbers. */
  readonly holdsAll: boolean;
  /**
   * Has the images of a batch in `pixels`.
   *
   * @param order - of the epoch.
   * @param next - end of the batch after this one; none where it is the epoch's last.
   */
  readonly take: (order: Uint32Array, from: number, to: number, next: number) => Promise<void>;
}

/** Images in memory of more bytes than these are not copied as a whole: a batch at a time, as stored ones. */
const MOST_COPIED_BYTES = 256 * 2 ** 20;

/** @param needsAll - batches may hold images that the order does not name. */
export const drawnImages = (images: AnyImages, needsAll: boolean): AnyImages =>
  isStored(images) || needsAll || images.count * imageSize(images) <= MOST_COPIED_BYTES ? images : asStored(images);

/** Bytes that the images take in an arena. */
export const batchImagesBytes = (images: AnyImages, rows: number): number =>
  arenaBytes((isStored(images) ? rows : images.count) * imageSize(images), 1);

interface Pending {
  readonly order: Uint32Array;
  readonly from: number;
  readonly to: number;
  readonly bytes: Promise<Uint8Array>;
}

/** @param rows - most images of a batch. */
export const batchImages = (images: AnyImages, arena: Arena, rows: number): BatchImages => {
  const size = imageSize(images);
  if (!isStored(images)) {
    const pixels = arena.bytes(images.count * size);
    pixels.set(images.pixels);
    return { pixels, holdsAll: true, take: () => Promise.resolve() };
  }
  const pixels = arena.bytes(rows * size);
  const begin = (order: Uint32Array, from: number, to: number): Pending => {
    const read = async (): Promise<Uint8Array> => {
      const bytes = new Uint8Array((to - from) * size);
      await images.read(order.subarray(from, to), bytes);
      return bytes;
    };
    const bytes = read();
    bytes.catch(() => undefined); // whoever takes the batch is told
    return { order, from, to, bytes };
  };
  let pending: Pending | null = null;
  return {
    pixels,
    holdsAll: false,
    take: async (order, from, to, next) => {
      const isRead = pending !== null && pending.order === order && pending.from === from && pending.to === to;
      const { bytes } = isRead && pending !== null ? pending : begin(order, from, to);
      pending = null;
      pixels.set(await bytes);
      if (next > to) pending = begin(order, to, next);
    },
  };
};
