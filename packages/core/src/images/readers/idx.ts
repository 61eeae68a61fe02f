/**
 * IDX, the file format of MNIST: a big-endian header, then unsigned bytes.
 *
 * In: the bytes of one file, already unpacked. Out: images or labels. A file that is anything else than exactly
 * what its header says is refused; nothing is guessed, padded or cut. Unpacking is `gzip.ts`; holding images and
 * labels against each other is `assemble.ts`.
 *
 * Images: magic 2051, count, rows, columns, then count * rows * columns pixels; with channels, magic 2052, count, rows,
 * columns, channels, then count * rows * columns * channels numbers. Labels: magic 2049, count, then count classes; in
 * two bytes each, magic 2817; in four, magic 3073. All header fields are 32-bit. Source: "FILE FORMATS FOR THE MNIST DATABASE", LeCun, Cortes & Burges.
 */
import { inputError, type LatentError } from '../../errors.ts';
import { highestLabel, MAX_CLASSES, narrowLabels } from '../labels.ts';
import { type Channels, type ImageShape, imageSize } from '../shape.ts';
import type { Labels } from '../types.ts';
import { packingHint } from './source.ts';
import { wrongContent } from './wrong-content.ts';

/** First four bytes of a file of images, big-endian: unsigned bytes in three dimensions. */
export const IDX_IMAGES_MAGIC = 2051;
/** The same of a file of images with channels, 1 or 3: unsigned bytes in four dimensions. */
export const IDX_CHANNELS_MAGIC = 2052;
/** First four bytes of a file of labels, big-endian: unsigned bytes in one dimension. */
export const IDX_LABELS_MAGIC = 2049;
/** The same in whole numbers of two bytes, and of four: classes above 255. */
const IDX_SHORT_LABELS_MAGIC = 0x0b01;
const IDX_LONG_LABELS_MAGIC = 0x0c01;

/** Most images, pixels along a side, and bytes of pixels of a file: more than any data set of this kind, less than what would exhaust memory before a check can speak. */
export const IDX_LIMITS = { count: 1_000_000, side: 1024, bytes: 2 ** 30 } as const;

interface Limits {
  readonly count: number;
  readonly side: number;
  /** Of pixels, or of labels. */
  readonly bytes: number;
}

/** Of images that are read piece by piece: as many as the file is long. */
const STORED_LIMITS: Limits = { ...IDX_LIMITS, count: 2 ** 32, bytes: 2 ** 53 };

/** Of labels, a few bytes each. */
const LABEL_LIMITS: Limits = { ...IDX_LIMITS, count: IDX_LIMITS.bytes };

/** Length of the longest header, bytes. */
const LONGEST_HEADER = 20;

/** The longest file that can be read: header and pixels. */
export const IDX_MAX_FILE_BYTES = IDX_LIMITS.bytes + LONGEST_HEADER;

/** What a file of images holds. */
export interface IdxImages {
  /** `[count, height, width, channels]`, 0..255; a view of the file's bytes, not a copy. */
  readonly pixels: Uint8Array;
  /** How many. */
  readonly count: number;
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
  /** Numbers in a pixel: 1 is grey; 3 are red, green, blue. */
  readonly channels: Channels;
}

type Kind = 'images' | 'labels';

/** The first is the usual one. */
const MAGICS: Readonly<Record<Kind, readonly number[]>> = {
  images: [IDX_IMAGES_MAGIC, IDX_CHANNELS_MAGIC],
  labels: [IDX_LABELS_MAGIC, IDX_SHORT_LABELS_MAGIC, IDX_LONG_LABELS_MAGIC],
};
/** Of a number of the content. */
const elementBytes = (magic: number): number =>
  magic === IDX_SHORT_LABELS_MAGIC ? 2 : magic === IDX_LONG_LABELS_MAGIC ? 4 : 1;
/** The last byte of a magic is the number of dimensions, each of which has a field behind it. */
const headerLength = (magic: number): number => 4 + 4 * (magic & 0xff);

/** What a number of an IDX file is, by the third byte of its magic. */
const ELEMENTS: Readonly<Record<number, string | undefined>> = {
  8: 'unsigned bytes',
  9: 'signed bytes',
  11: 'whole numbers of two bytes',
  12: 'whole numbers of four bytes',
  13: 'floating-point numbers of four bytes',
  14: 'floating-point numbers of eight bytes',
};

/** `floating-point numbers of four bytes in 3 dimensions`, of a magic that is one, else undefined. */
const idxWords = (magic: number): string | undefined => {
  const element = ELEMENTS[magic >>> 8];
  const dimensions = magic & 0xff;
  if (element === undefined || dimensions === 0 || dimensions > 5) return undefined;
  return `${element} in ${dimensions} dimension${dimensions === 1 ? '' : 's'}`;
};

const swapped = (magic: number): number =>
  ((magic >>> 24) | ((magic >>> 8) & 0xff00) | ((magic << 8) & 0xff0000) | (magic << 24)) >>> 0;

const magicOf = (head: Uint8Array): number =>
  head.length < 4 ? 0 : new DataView(head.buffer, head.byteOffset, head.length).getUint32(0);

/** Whether first bytes are those of an IDX file, one that cannot be read among them. */
export const isIdxHead = (head: Uint8Array): boolean =>
  idxWords(magicOf(head)) !== undefined || idxWords(swapped(magicOf(head))) !== undefined;

/** Whether first bytes are those of labels. */
export const isIdxLabelsHead = (head: Uint8Array): boolean => (magicOf(head) & 0xff) === 1;

/** What a file is instead, and what to do. */
const otherContent = (bytes: Uint8Array, got: number): readonly [what: string, hint: string] => {
  if (MAGICS.images.includes(got) || MAGICS.labels.includes(got)) {
    const other = MAGICS.images.includes(got) ? 'images' : 'labels';
    return [`an IDX ${other} file (magic ${got})`, 'are two files swapped?'];
  }
  if (got >>> 16 === 0x1f8b) return ['gzip inside gzip', 'unpack the file once and try again'];
  const wrong = wrongContent(bytes.subarray(0, 200));
  if (wrong) return [wrong.what, wrong.hint];
  const kinds = 'images are unsigned bytes, labels bytes or whole numbers of two or four bytes, all big-endian';
  const words = idxWords(got);
  if (words !== undefined) return [`IDX of ${words}`, `${kinds}: convert it, floats 0 to 1 times 255`];
  const reversed = idxWords(swapped(got));
  if (reversed !== undefined) return [`little-endian IDX of ${reversed}`, `${kinds}: write its header big-endian`];
  return [`0x${got.toString(16).padStart(8, '0')}`, kinds];
};

function wrongMagic(bytes: Uint8Array, file: string, kind: Kind, got: number): LatentError {
  const [what, hint] = otherContent(bytes, got);
  return inputError('idx-magic', {
    problem: `${file}: expected an IDX ${kind} file (magic ${MAGICS[kind][0]}), got ${what}`,
    hint,
  });
}

interface Header {
  /** Bytes of a number of the content. */
  readonly bytesEach: number;
  /** Bytes before the content. */
  readonly length: number;
  readonly count: number;
  readonly shape: ImageShape & { readonly channels: Channels };
}

/** Header fields as they stand, once all of them are there. */
function readFields(bytes: Uint8Array, file: string, kind: Kind) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length >= 4 ? view.getUint32(0) : MAGICS[kind][0];
  if (!MAGICS[kind].includes(magic)) throw wrongMagic(bytes, file, kind, magic);
  const length = headerLength(magic);
  if (bytes.length < length) {
    throw inputError('idx-truncated', {
      at: { file },
      expected: `a header of ${length} bytes`,
      got: `a file of ${bytes.length}`,
      hint: 'fetch the file again',
    });
  }
  const field = (at: number): number => (4 * at < length ? view.getUint32(4 * at) : 1);
  return {
    length,
    elementBytes: elementBytes(magic),
    count: field(1),
    height: field(2),
    width: field(3),
    channels: field(4),
  };
}

/**
 * Header fields after the magic, checked against the length of the file before anything is read by them.
 *
 * @param size - of the whole file, of which `bytes` is the beginning.
 * @param limits - of what the header may say.
 */
function readHeader(
  bytes: Uint8Array,
  file: string,
  kind: Kind,
  { size = bytes.length, limits = IDX_LIMITS as Limits } = {},
): Header {
  const { length, elementBytes: bytesEach, count, height, width, channels } = readFields(bytes, file, kind);
  if (count === 0 || height === 0 || width === 0) {
    const got = kind === 'images' ? `${count} of ${height} x ${width} pixels` : `${count}`;
    throw inputError('idx-empty', {
      at: { file },
      expected: `at least one of its ${kind}, the header says ${got}`,
    });
  }
  if (channels !== 1 && channels !== 3) {
    throw inputError('idx-channels', {
      at: { file },
      expected: '1 (grey) or 3 (red, green, blue) channels',
      got: `${channels}`,
      hint: 'leave an opacity out, and put the channels last',
    });
  }
  const shape = { height, width, channels } as const;
  const { count: maxCount, side, bytes: most } = limits;
  // The product stays exact: 2^32 * 1024 * 1024 * 3 is below 2^54 and even.
  if (count > maxCount || height > side || width > side || count * imageSize(shape) > most) {
    const got = kind === 'images' ? `${count} images of ${height} x ${width} pixels` : `${count} labels`;
    const isWhole = size === length + count * imageSize(shape) * bytesEach && Math.max(height, width) <= side;
    throw inputError('idx-oversized', {
      at: { file },
      problem: `the header says ${got}; expected at most ${maxCount} of at most ${side} x ${side}${most < 2 ** 53 ? `, ${most / 2 ** 30} GiB in all` : ''}`,
      hint: isWhole ? packingHint(file) : 'the file is damaged or not meant for this',
    });
  }
  requireLength(size, file, kind, length + count * imageSize(shape) * bytesEach);
  return { length, bytesEach, count, shape };
}

function requireLength(size: number, file: string, kind: Kind, expected: number): void {
  if (size === expected) return;
  const got = `${file}: the header asks for ${expected} bytes, the file has ${size}`;
  throw size < expected
    ? inputError('idx-truncated', { at: { subject: got }, problem: 'it is cut short', hint: 'fetch the file again' })
    : inputError('idx-trailing-bytes', {
        at: { subject: got },
        problem: `something follows the ${kind}`,
        hint: 'fetch the file again',
      });
}

/**
 * Reads an IDX images file.
 *
 * @param bytes - the whole file.
 * @param file - its name, for messages.
 * @throws LatentError (input) `idx-magic`, `idx-truncated`, `idx-trailing-bytes`, `idx-empty`, `idx-channels`,
 *   `idx-oversized`.
 */
export function parseIdxImages(bytes: Uint8Array, file: string): IdxImages {
  const { length, count, shape } = readHeader(bytes, file, 'images');
  return { pixels: body(bytes, length), count, ...shape };
}

/** Bytes of a header, of every kind. */
export const IDX_HEAD_BYTES = LONGEST_HEADER;

/**
 * Reads the header of an IDX images file of any length.
 *
 * @param head - its first {@link IDX_HEAD_BYTES}.
 * @param size - bytes of the whole file.
 * @param file - its name, for messages.
 * @returns what it holds, and how many bytes lie before the pixels.
 * @throws LatentError (input) as `parseIdxImages`.
 */
export function parseIdxHead(
  head: Uint8Array,
  size: number,
  file: string,
): Omit<IdxImages, 'pixels'> & { readonly start: number } {
  const { length, count, shape } = readHeader(head, file, 'images', { size, limits: STORED_LIMITS });
  return { count, ...shape, start: length };
}

/** The labels of a file, whatever a number of it is. */
const readLabels = (bytes: Uint8Array, file: string): Labels => {
  const { length, bytesEach } = readHeader(bytes, file, 'labels', { limits: LABEL_LIMITS });
  const content = body(bytes, length);
  if (bytesEach === 1) return content;
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const labels = Array.from({ length: content.length / bytesEach }, (_, i) =>
    bytesEach === 2 ? view.getInt16(2 * i) : view.getInt32(4 * i),
  );
  const wrong = labels.findIndex((label) => label < 0 || label >= MAX_CLASSES);
  if (wrong < 0) return narrowLabels(labels);
  throw inputError('idx-label-range', {
    at: { file, subject: `label ${wrong}` },
    expected: `0 to ${MAX_CLASSES - 1}`,
    got: `${labels[wrong]}`,
    hint: 'number the classes from 0 on',
  });
};

/**
 * Reads an IDX labels file.
 *
 * @param classCount - labels must be below this; any that a label can be when absent.
 * @returns `[count]`; of a file of bytes a view, not a copy.
 * @throws LatentError (input) as `parseIdxImages`, and `idx-label-range`.
 */
export function parseIdxLabels(bytes: Uint8Array, file: string, classCount: number = MAX_CLASSES): Labels {
  const labels = readLabels(bytes, file);
  const wrong = labels.findIndex((label) => label >= classCount);
  if (wrong < 0) return labels;
  throw inputError('idx-label-range', {
    at: { file, subject: `label ${wrong}` },
    expected: `0 to ${classCount - 1} for ${classCount} classes`,
    got: `${labels[wrong]}`,
    hint: `where classes have names each needs one: give classes.txt ${highestLabel(labels) + 1} lines, that of label 0 first, or leave it out`,
  });
}

/** A plain view: Node's Buffer has a `slice` of its own that shares memory where an array's copies. */
const body = (bytes: Uint8Array, header: number): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset + header, bytes.length - header);

/**
 * Writes an IDX images file, not gzipped.
 *
 * @returns the bytes of the file: 16 of header, 20 of images in colour, then the pixels as they are.
 */
export function encodeIdxImages(images: Omit<IdxImages, 'channels'> & ImageShape): Uint8Array {
  const { pixels, count, height, width, channels = 1 } = images;
  return channels === 1
    ? encode([IDX_IMAGES_MAGIC, count, height, width], pixels)
    : encode([IDX_CHANNELS_MAGIC, count, height, width, channels], pixels);
}

/**
 * Writes an IDX labels file, not gzipped.
 *
 * @param labels - `[count]`, class index.
 * @returns the bytes of the file: 8 of header, then a byte for each label, or four where one is above 255.
 */
export function encodeIdxLabels(labels: Labels): Uint8Array {
  const narrow = narrowLabels(labels);
  if (narrow instanceof Uint8Array) return encode([IDX_LABELS_MAGIC, narrow.length], narrow);
  const content = new Uint8Array(4 * narrow.length);
  const view = new DataView(content.buffer);
  narrow.forEach((label, i) => {
    view.setUint32(4 * i, label);
  });
  return encode([IDX_LONG_LABELS_MAGIC, narrow.length], content);
}

function encode(header: readonly number[], content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 * header.length + content.length);
  const view = new DataView(bytes.buffer);
  for (const [i, field] of header.entries()) view.setUint32(4 * i, field);
  bytes.set(content, 4 * header.length);
  return bytes;
}
