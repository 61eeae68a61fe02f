/** Patches of pages, to train networks of convolutions on: small pieces at places drawn at random. */
import type { ImageSet } from 'latent-plane';
import { imageSize, RandomStream } from 'latent-plane/internal';

/** Of four patches of one value, paper without ink, one is kept. */
const BLANK_KEPT = 0.25;

/** How many patches of which side. */
export interface PatchOptions {
  readonly count: number;
  readonly side: number;
  readonly seed: number;
  /** Of the random stream. */
  readonly name: string;
}

const isBlank = (pixels: Uint8Array, channels: number): boolean =>
  pixels.every((value, i) => i < channels || value === pixels[i - channels]);

/**
 * Cuts patches out of pages, each page as often as it has room for them.
 *
 * @param pages - single images of as many channels, none smaller than a patch.
 */
export const cutPatches = (pages: readonly ImageSet[], { count, side, seed, name }: PatchOptions): ImageSet => {
  const [{ channels }] = pages;
  const stream = new RandomStream(seed, name);
  const drawn = new Float32Array(4);
  const size = imageSize({ height: side, width: side, channels });
  const pixels = new Uint8Array(count * size);
  const patch = new Uint8Array(size);
  const below = (share: number, values: number): number => Math.min(values - 1, Math.floor(share * values));
  /** Up to and with each page, places where a patch may begin. */
  let room = 0;
  const ends = pages.map(({ height, width }) => {
    room += (height - side + 1) * (width - side + 1);
    return room;
  });
  const pageAt = (share: number): ImageSet =>
    pages[ends.findIndex((end) => share * room < end)] ?? pages[pages.length - 1];
  for (let at = 0; at < pixels.length; ) {
    stream.fillUniform(drawn, 0, 1);
    const page = pageAt(drawn[0]);
    const [top, left] = [below(drawn[1], page.height - side + 1), below(drawn[2], page.width - side + 1)];
    for (let row = 0; row < side; row++) {
      const from = ((top + row) * page.width + left) * channels;
      patch.set(page.pixels.subarray(from, from + side * channels), row * side * channels);
    }
    if (drawn[3] >= BLANK_KEPT && isBlank(patch, channels)) continue;
    pixels.set(patch, at);
    at += size;
  }
  return { count, height: side, width: side, channels, pixels, labels: new Uint8Array(count) };
};
