/**
 * Pictures of a person's own, or a zip of them, as grey images of the size that a network takes.
 *
 * In: files with their paths. Out: an image set, class names from the folders, notes on what was left out. Decoding is
 * the browser's; a picture is scaled to fit and centred; grey is Rec. 601 luma; where the border of a picture is light
 * (ink on paper) it is turned over, since the ground of the networks' images is black. Transparent is white paper.
 */
import type { ImageSet, LatentError } from 'latent-plane';
import { inputError, isArchive, readArchive } from 'latent-plane/internal';
import type { LoadProgress } from './dataset.ts';
import type { NamedImages } from './idx-pair.ts';

export interface GivenPicture {
  /** With its folders, forward slashes. */
  readonly path: string;
  readonly file: Blob;
}

/** Of pictures, of the bytes of one and of all, of the pixels of one: what a browser's tab can hold. */
const MAX_PICTURES = 20_000;
const MAX_PICTURE_BYTES = 32 * 2 ** 20;
const MAX_BYTES = 2 ** 30;
const MAX_PIXELS = 64e6;
const MAX_CLASSES = 256;
/** Names that a note lists. */
const NAMED = 3;

const PICTURE = /\.(png|jpe?g|jfif|gif|webp|bmp|avif|ico)$/i;
/** What systems leave in folders and archives. */
const HIDDEN = /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(\/|$)/i;

const NO_FOLDER = 'no label';

const refuse = (name: string, fault: string): LatentError =>
  inputError('pictures', { at: { file: name }, problem: `${fault}` });

/** The pictures of an archive. */
const unpackZip = async (name: string, archive: Blob): Promise<GivenPicture[]> => {
  if (archive.size > MAX_BYTES)
    throw refuse(name, `expected an archive of at most ${MAX_BYTES / 2 ** 20} MiB, got ${archive.size} bytes`);
  const bytes = new Uint8Array(await archive.arrayBuffer());
  const most = { maxEntries: 2 * MAX_PICTURES };
  const { names } = await readArchive(bytes, name, {}, most);
  const wanted = names.filter((path) => PICTURE.test(path) && !HIDDEN.test(path));
  const limits = Object.fromEntries(wanted.map((path) => [path, MAX_PICTURE_BYTES]));
  const { entries } = await readArchive(bytes, name, limits, most);
  return names
    .filter((path) => !path.endsWith('/'))
    .map((path) => ({ path, file: new Blob([new Uint8Array(entries.get(path) ?? [])]) }));
};

/** The folder that holds a picture; folders that hold all of them say nothing. */
const folderOf = (path: string): string => path.split('/').at(-2) ?? NO_FOLDER;

/** Grey levels of one picture, `[height, width]`. */
const readPicture = async (
  file: Blob,
  { height, width }: Pick<ImageSet, 'height' | 'width'>,
): Promise<Uint8Array | null> => {
  let whole: ImageBitmap;
  try {
    whole = await createImageBitmap(file);
  } catch {
    return null;
  }
  try {
    if (whole.width * whole.height > MAX_PIXELS) return null;
    const scale = Math.min(width / whole.width, height / whole.height);
    const [w, h] = [Math.max(1, Math.round(whole.width * scale)), Math.max(1, Math.round(whole.height * scale))];
    const small = await createImageBitmap(whole, { resizeWidth: w, resizeHeight: h, resizeQuality: 'high' });
    const context = new OffscreenCanvas(w, h).getContext('2d', { willReadFrequently: true });
    if (context === null) return null;
    context.fillStyle = '#fff';
    context.fillRect(0, 0, w, h);
    context.drawImage(small, 0, 0);
    small.close();
    return centred(greyOf(context.getImageData(0, 0, w, h).data), { w, h, width, height });
  } finally {
    whole.close();
  }
};

/** `0.299 R + 0.587 G + 0.114 B`. Source: ITU-R BT.601. */
export const greyOf = (rgba: Uint8ClampedArray): Uint8Array =>
  Uint8Array.from({ length: rgba.length / 4 }, (_, i) =>
    Math.round(0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2]),
  );

/** In the middle of a black ground, turned over where the picture's border is light. */
export const centred = (
  grey: Uint8Array,
  { w, h, width, height }: { readonly w: number; readonly h: number; readonly width: number; readonly height: number },
): Uint8Array => {
  let [border, count] = [0, 0];
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      if (x > 0 && y > 0 && x < w - 1 && y < h - 1) continue;
      border += grey[y * w + x];
      count += 1;
    }
  }
  const isPaper = border / count > 127.5;
  const image = new Uint8Array(height * width);
  const [left, top] = [Math.floor((width - w) / 2), Math.floor((height - h) / 2)];
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) image[(top + y) * width + left + x] = isPaper ? 255 - grey[y * w + x] : grey[y * w + x];
  return image;
};

const listed = (paths: readonly string[]): string =>
  paths.slice(0, NAMED).join(', ') + (paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '');
const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** The folder that holds all that was given; null where there is none. */
const topFolder = (given: readonly GivenPicture[]): string | null => {
  const tops = new Set(given.map(({ path }) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : null)));
  return tops.size === 1 ? ([...tops][0] ?? null) : null;
};

/**
 * @throws LatentError (input) `pictures` where there are none that can be read, too many, or too large ones; as `readArchive`.
 */
export const readPictures = async (
  given: readonly GivenPicture[],
  size: Pick<ImageSet, 'height' | 'width'>,
  onProgress: LoadProgress,
): Promise<NamedImages> => {
  const [first] = given;
  if (first === undefined) throw refuse('pictures', 'expected a folder or a zip of pictures, got no files');
  const isZip = given.length === 1 && isArchive(new Uint8Array(await first.file.slice(0, 2).arrayBuffer()));
  const files = isZip ? await unpackZip(first.path, first.file) : given;
  const name = isZip ? first.path.replace(/^.*\//, '').replace(/\.zip$/i, '') : (topFolder(given) ?? 'pictures');
  const seen = files.filter(({ path }) => !HIDDEN.test(path));
  const pictures = seen
    .filter(({ path }) => PICTURE.test(path))
    .sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  const others = seen.filter(({ path }) => !PICTURE.test(path)).map(({ path }) => path);
  if (pictures.length === 0)
    throw refuse(name, `expected pictures (PNG, JPEG, GIF, WebP, BMP, AVIF), got ${listed(others) || 'hidden files'}`);
  if (pictures.length > MAX_PICTURES)
    throw refuse(name, `expected at most ${MAX_PICTURES} pictures, got ${pictures.length}; take a part of them`);
  const large = pictures.find(({ file }) => file.size > MAX_PICTURE_BYTES);
  if (large)
    throw refuse(
      large.path,
      `expected a picture of at most ${MAX_PICTURE_BYTES / 2 ** 20} MiB, got ${large.file.size} bytes; make it smaller`,
    );
  const { height, width } = size;
  const read: { readonly label: string; readonly image: Uint8Array }[] = [];
  const unread: string[] = [];
  for (const [i, { path, file }] of pictures.entries()) {
    const image = await readPicture(file, size);
    if (image) read.push({ label: folderOf(path), image });
    else unread.push(path);
    onProgress('pictures', i + 1, pictures.length);
  }
  if (read.length === 0)
    throw refuse(
      name,
      `expected pictures that this browser can read, got ${listed(unread)}; export them as PNG or JPEG`,
    );
  const classNames = [...new Set(read.map(({ label }) => label))].sort();
  if (classNames.length > MAX_CLASSES)
    throw refuse(name, `expected at most ${MAX_CLASSES} folders, one for each class, got ${classNames.length}`);
  const pixels = new Uint8Array(read.length * height * width);
  for (const [i, { image }] of read.entries()) pixels.set(image, i * height * width);
  const notes = [
    `pictures are scaled to ${height} x ${width}, centred, grey; those with a light border are turned over`,
    ...(others.length > 0
      ? [`${counted(others.length, 'file was no picture', 'files were no pictures')}: ${listed(others)}`]
      : []),
    ...(unread.length > 0
      ? [`${counted(unread.length, 'picture', 'pictures')} could not be read: ${listed(unread)}`]
      : []),
    ...(files.length > seen.length
      ? [`${counted(files.length - seen.length, 'hidden file was', 'hidden files were')} left out`]
      : []),
  ];
  return {
    name,
    classNames,
    images: {
      pixels,
      labels: Uint8Array.from(read, ({ label }) => classNames.indexOf(label)),
      count: read.length,
      height,
      width,
      channels: 1,
    },
    notes,
  };
};
