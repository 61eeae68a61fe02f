import { describe, expect, it } from 'vitest';
import { encodeIdxImages, encodeIdxLabels, parseIdxImages, parseIdxLabels } from './idx.ts';

const images = {
  pixels: Uint8Array.from({ length: 24 }, (_, i) => 10 * i),
  count: 4,
  height: 2,
  width: 3,
  channels: 1 as const,
};
const colours = { ...images, pixels: images.pixels, count: 2, height: 1, width: 4, channels: 3 as const };
const labels = Uint8Array.of(3, 0, 9, 1);
const imageFile = (): Uint8Array => encodeIdxImages(images);
const labelFile = (): Uint8Array => encodeIdxLabels(labels);

/** A copy of a file with one 32-bit header field replaced. */
function withField(file: Uint8Array, field: number, value: number): Uint8Array {
  const copy = file.slice();
  new DataView(copy.buffer).setUint32(4 * field, value);
  return copy;
}

describe('parseIdxImages', () => {
  it('gives back what was encoded', () => expect(parseIdxImages(imageFile(), 'a')).toEqual(images));

  it('reads the header as big-endian 32-bit fields', () => {
    expect([...imageFile().subarray(0, 16)]).toEqual([0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 3]);
  });

  it('gives back images in colour, behind a header of four dimensions', () => {
    const file = encodeIdxImages(colours);
    expect([...file.subarray(0, 20)]).toEqual([0, 0, 8, 4, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 3]);
    expect(parseIdxImages(file, 'a')).toEqual(colours);
  });

  it('reads one channel in four dimensions as grey', () => {
    const file = withField(encodeIdxImages({ ...colours, pixels: images.pixels.slice(0, 8) }), 4, 1);
    expect(parseIdxImages(file, 'a')).toEqual({ ...colours, pixels: images.pixels.slice(0, 8), channels: 1 });
  });

  it('reads a view that does not begin its buffer', () => {
    const shifted = new Uint8Array(imageFile().length + 5);
    shifted.set(imageFile(), 5);
    expect(parseIdxImages(shifted.subarray(5), 'a').pixels).toEqual(images.pixels);
  });

  it('gives plain arrays for a Node buffer, whose slice would share memory', () => {
    const { pixels } = parseIdxImages(Buffer.from(imageFile()), 'a');
    expect(Buffer.isBuffer(pixels)).toBe(false);
  });

  it.each<[string, Uint8Array, RegExp]>([
    [
      'a labels file',
      labelFile(),
      /^idx-magic: x\.idx: .*IDX images file \(magic 2051\), got an IDX labels file .*swapped/,
    ],
    ['a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0, 0), /^idx-magic: x\.idx: .*gzip inside gzip/],
    ['little-endian fields', withField(imageFile(), 0, 0x03080000), /^idx-magic: x\.idx: .*got little-endian IDX/],
    ['an empty file', new Uint8Array(0), /^idx-truncated: x\.idx: .*16 bytes, got a file of 0/],
    ['half a header', imageFile().subarray(0, 9), /^idx-truncated: x\.idx: .*16 bytes, got a file of 9/],
    ['one pixel too few', imageFile().subarray(0, 39), /^idx-truncated: x\.idx: .*asks for 40 bytes, the file has 39/],
    [
      'one byte too many',
      new Uint8Array([...imageFile(), 0]),
      /^idx-trailing-bytes: x\.idx: .*40 bytes, the file has 41/,
    ],
    ['an opacity', withField(encodeIdxImages(colours), 4, 4), /^idx-channels: x\.idx: .*1 .* or 3 .*got 4/],
    [
      'half of four dimensions',
      encodeIdxImages(colours).subarray(0, 16),
      /^idx-truncated: x\.idx: .*20 bytes, got a file of 16/,
    ],
    ['no images', withField(imageFile(), 1, 0), /^idx-empty: x\.idx: .*0 of 2 x 3 pixels/],
    ['no columns', withField(imageFile(), 3, 0), /^idx-empty: x\.idx/],
    ['2^32-1 images', withField(imageFile(), 1, 0xffffffff), /^idx-oversized: x\.idx: .*4294967295 images/],
    ['1025 rows', withField(imageFile(), 2, 1025), /^idx-oversized: x\.idx: .*1025 x 3/],
    [
      'more than 1 GiB of pixels',
      withField(withField(withField(imageFile(), 1, 1025), 2, 1024), 3, 1024),
      /^idx-oversized: x\.idx: .*1 GiB in all/,
    ],
  ])('refuses %s', (_, file, message) => {
    expect(() => parseIdxImages(file, 'x.idx')).toThrow(message);
    expect(() => parseIdxImages(file, 'x.idx')).toThrow(expect.objectContaining({ kind: 'input' }));
  });
});

describe('parseIdxLabels', () => {
  it('gives back what was encoded', () => expect(parseIdxLabels(labelFile(), 'a', 10)).toEqual(labels));

  it('refuses an images file', () =>
    expect(() => parseIdxLabels(imageFile(), 'a', 10)).toThrow(/^idx-magic: a: .*images/));

  it('takes any label that a byte holds, and those that two and four bytes hold, up to 65535', () => {
    const narrow = Uint8Array.of(0, 255, 7);
    expect(parseIdxLabels(encodeIdxLabels(narrow), 'a')).toEqual(narrow);
    const wide = Uint16Array.of(3, 300, 65_535);
    expect(encodeIdxLabels(wide).slice(0, 8)).toEqual(Uint8Array.of(0, 0, 0x0c, 1, 0, 0, 0, 3));
    expect(parseIdxLabels(encodeIdxLabels(wide), 'a')).toEqual(wide);
    // Labels that would fit into bytes are the same whatever their file spends on them.
    expect(encodeIdxLabels(Uint16Array.from(narrow))).toEqual(encodeIdxLabels(narrow));
    expect(parseIdxLabels(Uint8Array.of(0, 0, 0x0b, 1, 0, 0, 0, 2, 0, 9, 0, 4), 'a')).toEqual(Uint8Array.of(9, 4));
    expect(parseIdxLabels(Uint8Array.of(0, 0, 0x0b, 1, 0, 0, 0, 1, 1, 44), 'a')).toEqual(Uint16Array.of(300));
  });

  it.each([
    ['a negative one', Uint8Array.of(0, 0, 0x0b, 1, 0, 0, 0, 1, 0xff, 0xff), /label 0: expected 0 to 65535, got -1/],
    ['65536', Uint8Array.of(0, 0, 0x0c, 1, 0, 0, 0, 1, 0, 1, 0, 0), /label 0: expected 0 to 65535, got 65536/],
    ['half of one', Uint8Array.of(0, 0, 0x0c, 1, 0, 0, 0, 1, 0, 1), /^idx-truncated: a: .* asks for 12 bytes/],
  ])('refuses %s', (_, file, message) => expect(() => parseIdxLabels(file, 'a')).toThrow(message));

  it('refuses a label that has no class name', () => {
    expect(() => parseIdxLabels(labelFile(), 'a', 9)).toThrow(
      /^idx-label-range: a: label 2: expected 0 to 8 for 9 classes, got 9; where classes have names .* classes\.txt 10 lines, .* leave it out$/,
    );
  });
});
