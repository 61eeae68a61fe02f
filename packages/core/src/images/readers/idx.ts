/**
 * IDX, the file format of MNIST: a big-endian header, then unsigned bytes.
 *
 * In: the bytes of one file, already unpacked. Out: images or labels. A file that is anything else than exactly
 * what its header says is refused; nothing is guessed, padded or cut. Unpacking is `gzip.ts`; holding images and
 * labels against each other is `assemble.ts`.
 *
 * Images: magic 2051, count, rows, columns, then count * rows * columns pixels. Labels: magic 2049, count, then
 * count classes. All header fields are 32-bit. Source: "FILE FORMATS FOR THE MNIST DATABASE", LeCun, Cortes & Burges.
 */
import { inputError, type LatentError } from '../../errors.ts';

/** First four bytes of a file of images, big-endian: unsigned bytes in three dimensions. */
export const IDX_IMAGES_MAGIC = 2051;
/** First four bytes of a file of labels, big-endian: unsigned bytes in one dimension. */
export const IDX_LABELS_MAGIC = 2049;

/** Most images, pixels along a side, and bytes of pixels of a file: more than any data set of this kind, less than what would exhaust memory before a check can speak. */
export const IDX_LIMITS = { count: 1_000_000, side: 1024, bytes: 2 ** 30 } as const;

/** Length of the header, bytes. */
const IMAGES_HEADER = 16;
const LABELS_HEADER = 8;

/** The longest file that can be read: header and pixels. */
export const IDX_MAX_FILE_BYTES = IDX_LIMITS.bytes + IMAGES_HEADER;

/** What a file of images holds. */
export interface IdxImages {
  /** `[count * height * width]`, 0..255; a view of the file's bytes, not a copy. */
  readonly pixels: Uint8Array;
  /** How many. */
  readonly count: number;
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
}

type Kind = 'images' | 'labels';

const headerLength = (kind: Kind): number => (kind === 'images' ? IMAGES_HEADER : LABELS_HEADER);
const magicOf = (kind: Kind): number => (kind === 'images' ? IDX_IMAGES_MAGIC : IDX_LABELS_MAGIC);

function wrongMagic(file: string, kind: Kind, got: number): LatentError {
  const expected = `${file}: expected an IDX ${kind} file (magic ${magicOf(kind)})`;
  if (got === IDX_IMAGES_MAGIC || got === IDX_LABELS_MAGIC) {
    const other = got === IDX_IMAGES_MAGIC ? 'images' : 'labels';
    return inputError('idx-magic', {
      problem: `${expected}, got an IDX ${other} file (magic ${got})`,
      hint: 'are two files swapped?',
    });
  }
  if (got >>> 16 === 0x1f8b) {
    return inputError('idx-magic', {
      problem: `${expected}, got gzip inside gzip`,
      hint: 'unpack the file once and try again',
    });
  }
  const hex = `0x${got.toString(16).padStart(8, '0')}`;
  return inputError('idx-magic', { problem: `${expected}, got ${hex}`, hint: "use MNIST's unsigned-byte files" });
}

/** Header fields after the magic, checked against the length of the file before anything is read by them. */
function readHeader(bytes: Uint8Array, file: string, kind: Kind): { count: number; height: number; width: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 4 && view.getUint32(0) !== magicOf(kind)) throw wrongMagic(file, kind, view.getUint32(0));
  const header = headerLength(kind);
  if (bytes.length < header) {
    throw inputError('idx-truncated', {
      at: { file },
      expected: `a header of ${header} bytes`,
      got: `a file of ${bytes.length}`,
      hint: 'fetch the file again',
    });
  }
  const count = view.getUint32(4);
  const height = kind === 'images' ? view.getUint32(8) : 1;
  const width = kind === 'images' ? view.getUint32(12) : 1;
  if (count === 0 || height === 0 || width === 0) {
    const got = kind === 'images' ? `${count} of ${height} x ${width} pixels` : `${count}`;
    throw inputError('idx-empty', {
      at: { file },
      expected: `at least one of its ${kind}, the header says ${got}`,
    });
  }
  const { count: maxCount, side, bytes: maxBytes } = IDX_LIMITS;
  // The product stays exact: 2^32 * 1024 * 1024 is below 2^53.
  if (count > maxCount || height > side || width > side || count * height * width > maxBytes) {
    const got = kind === 'images' ? `${count} images of ${height} x ${width} pixels` : `${count} labels`;
    throw inputError('idx-oversized', {
      at: { file },
      problem: `the header says ${got}; expected at most ${maxCount} of at most ${side} x ${side}, ${maxBytes / 2 ** 30} GiB in all`,
      hint: 'the file is damaged or not meant for this',
    });
  }
  const expected = header + count * height * width;
  if (bytes.length !== expected) {
    const short = bytes.length < expected;
    const got = `${file}: the header asks for ${expected} bytes, the file has ${bytes.length}`;
    throw short
      ? inputError('idx-truncated', { at: { subject: got }, problem: 'it is cut short', hint: 'fetch the file again' })
      : inputError('idx-trailing-bytes', {
          at: { subject: got },
          problem: `something follows the ${kind}`,
          hint: 'fetch the file again',
        });
  }
  return { count, height, width };
}

/**
 * Reads an IDX images file.
 *
 * @param bytes - the whole file.
 * @param file - its name, for messages.
 * @throws LatentError (input) `idx-magic`, `idx-truncated`, `idx-trailing-bytes`, `idx-empty`, `idx-oversized`.
 */
export function parseIdxImages(bytes: Uint8Array, file: string): IdxImages {
  const { count, height, width } = readHeader(bytes, file, 'images');
  return { pixels: body(bytes, IMAGES_HEADER), count, height, width };
}

/**
 * Reads an IDX labels file.
 *
 * @param classCount - labels must be below this.
 * @returns `[count]`, a view of the file's bytes.
 * @throws LatentError (input) as `parseIdxImages`, and `idx-label-range`.
 */
export function parseIdxLabels(bytes: Uint8Array, file: string, classCount: number): Uint8Array {
  readHeader(bytes, file, 'labels');
  const labels = body(bytes, LABELS_HEADER);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] >= classCount) {
      throw inputError('idx-label-range', {
        at: { file, subject: `label ${i}` },
        expected: `0 to ${classCount - 1} for ${classCount} classes`,
        got: `${labels[i]}`,
        hint: `name all classes in classes.txt beside the files, a line each, that of label 0 first: the labels here need ${highest(labels) + 1} lines`,
      });
    }
  }
  return labels;
}

/** A loop: a million labels are too many arguments for `Math.max`. */
const highest = (labels: Uint8Array): number => labels.reduce((top, label) => Math.max(top, label), 0);

/** A plain view: Node's Buffer has a `slice` of its own that shares memory where an array's copies. */
const body = (bytes: Uint8Array, header: number): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset + header, bytes.length - header);

/**
 * Writes an IDX images file, not gzipped.
 *
 * @returns the bytes of the file: 16 of header, then the pixels as they are.
 */
export function encodeIdxImages(images: IdxImages): Uint8Array {
  const { pixels, count, height, width } = images;
  return encode([IDX_IMAGES_MAGIC, count, height, width], pixels);
}

/**
 * Writes an IDX labels file, not gzipped.
 *
 * @param labels - `[count]`, class index.
 * @returns the bytes of the file: 8 of header, then the labels as they are.
 */
export function encodeIdxLabels(labels: Uint8Array): Uint8Array {
  return encode([IDX_LABELS_MAGIC, labels.length], labels);
}

function encode(header: readonly number[], content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 * header.length + content.length);
  const view = new DataView(bytes.buffer);
  for (const [i, field] of header.entries()) view.setUint32(4 * i, field);
  bytes.set(content, 4 * header.length);
  return bytes;
}
