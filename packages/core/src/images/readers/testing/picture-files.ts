/** Small pictures in every format, all of one colour or of rows that tell up from down, for tests. Not part of the program. */
import { encode as encodePng } from 'fast-png';
import { encode as encodeJpeg } from 'jpeg-js';
import { GifWriter } from 'omggif';

const [WIDTH, HEIGHT] = [8, 4];
/** Of pictures of one colour. */
export const ORANGE = [200, 100, 50] as const;

const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

const filled = (channels: number, colour: readonly number[]): Uint8Array =>
  Uint8Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => colour[i % channels]);

/** A grey PNG whose pixels are these. */
export const greyPng = (width: number, height: number, value: (x: number, y: number) => number): Uint8Array =>
  encodePng({
    width,
    height,
    channels: 1,
    data: Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
  });

/** A PNG with opacity. */
export const rgbaPng = (colour: readonly number[], opacity: (i: number) => number): Uint8Array =>
  encodePng({
    width: WIDTH,
    height: HEIGHT,
    channels: 4,
    data: Uint8Array.from({ length: 4 * WIDTH * HEIGHT }, (_, i) => (i % 4 === 3 ? opacity(i >> 2) : colour[i % 4])),
  });

/** A JPEG, black above and white below, with an EXIF orientation. */
export const jpegUpsideDown = (orientation: number): Uint8Array => {
  const side = 16;
  const data = Uint8Array.from({ length: 4 * side * side }, (_, i) => (i % 4 === 3 || i >= 2 * side * side ? 255 : 0));
  const plain = encodeJpeg({ data, width: side, height: side }, 100).data;
  const exif = [...'Exif\0\0MM\0*\0\0\0\b\0\x01\x01\x12\0\x03\0\0\0\x01\0'].map((character) => character.charCodeAt(0));
  const content = [...exif, orientation, 0, 0, 0, 0, 0, 0];
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0, content.length + 2, ...content, ...plain.subarray(2)]);
};

const gif = (): Uint8Array => {
  const bytes: number[] = [];
  const writer = new GifWriter(bytes as unknown as Buffer, WIDTH, HEIGHT, { palette: [0xc86432, 0] });
  writer.addFrame(0, 0, WIDTH, HEIGHT, new Array<number>(WIDTH * HEIGHT).fill(0));
  return Uint8Array.from(bytes.slice(0, writer.end()));
};

/** A bitmap of 8 bits with a palette, or of 24. */
export const bmp = (bits: 8 | 24): Uint8Array => {
  const palette = bits === 8 ? [0, 0, 0, 0, 50, 100, 200, 0] : [];
  const start = 54 + palette.length;
  const row =
    bits === 8 ? new Array<number>(WIDTH).fill(1) : Array.from({ length: 3 * WIDTH }, (_, i) => [50, 100, 200][i % 3]);
  const file = new Uint8Array(start + row.length * HEIGHT);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  for (const [at, value] of [
    [10, start],
    [14, 40],
    [18, WIDTH],
    [22, HEIGHT],
    [46, palette.length / 4],
  ])
    view.setUint32(at, value, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  file.set(palette, 54);
  for (let i = 0; i < HEIGHT; i++) file.set(row, start + i * row.length);
  return file;
};

const tiff = (): Uint8Array => {
  const pixels = filled(3, ORANGE);
  const tags = [
    [256, 4, 1, WIDTH],
    [257, 4, 1, HEIGHT],
    [258, 3, 1, 8],
    [259, 3, 1, 1],
    [262, 3, 1, 2],
    [273, 4, 1, 8],
    [277, 3, 1, 3],
    [278, 4, 1, HEIGHT],
    [279, 4, 1, pixels.length],
  ];
  const at = 8 + pixels.length;
  const file = new Uint8Array(at + 2 + 12 * tags.length + 4);
  const view = new DataView(file.buffer);
  file.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, at, true);
  file.set(pixels, 8);
  view.setUint16(at, tags.length, true);
  tags.forEach(([tag, type, count, value], i) => {
    const entry = at + 2 + 12 * i;
    view.setUint16(entry, tag, true);
    view.setUint16(entry + 2, type, true);
    view.setUint32(entry + 4, count, true);
    view.setUint32(entry + 8, value, true);
  });
  return file;
};

/** A picture of one colour, 8 x 4, in every format; the last two as libwebp and libavif wrote them. */
export const ONE_COLOUR: Readonly<Record<string, Uint8Array>> = {
  'a.png': encodePng({ width: WIDTH, height: HEIGHT, channels: 3, data: filled(3, ORANGE) }),
  'sixteen.png': encodePng({
    width: WIDTH,
    height: HEIGHT,
    channels: 3,
    depth: 16,
    data: Uint16Array.from(filled(3, ORANGE), (value) => value * 257),
  }),
  'a.jpg': new Uint8Array(encodeJpeg({ data: filled(4, [...ORANGE, 255]), width: WIDTH, height: HEIGHT }, 100).data),
  'a.gif': gif(),
  'a.bmp': bmp(24),
  'palette.bmp': bmp(8),
  'a.tif': tiff(),
  'a.webp': fromBase64('UklGRh4AAABXRUJQVlA4TBEAAAAvB8AAAAdQsiJXpv+BiOh/AAA='),
  'a.avif': fromBase64(
    'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxpYmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAAB0AAAAoaWluZgAAAAAAAQAAABppbmZlAgAAAAABAABhdjAxQ29sb3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAAAgAAAAEAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgQAMAAAAABNjb2xybmNseAACAAIABoAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAACVtZGF0EgAKCBgIfsECAgaEMg8QAABHI5GIeVV5wcuT/UU=',
  ),
};
