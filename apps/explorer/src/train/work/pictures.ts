/**
 * Pictures of a person's own, or a zip of them, as images of the shape that a network takes.
 *
 * In: files with their paths. Out: an image set, class names from the folders, notes on what was left out.
 */
import type { LatentError } from 'latent-plane';
import { imageSize, inputError, isArchive, readArchive } from 'latent-plane/internal';
import type { LoadProgress } from './dataset.ts';
import type { NamedImages } from './idx-pair.ts';
import { fitWords, type PictureFit } from './picture-fit.ts';
import { readPicture } from './read-picture.ts';

export interface GivenPicture {
  /** With its folders, forward slashes. */
  readonly path: string;
  readonly file: Blob;
}

/** Of pictures, of the bytes of one and of all: what a browser's tab can hold. */
const MAX_PICTURES = 20_000;
const MAX_PICTURE_BYTES = 32 * 2 ** 20;
const MAX_BYTES = 2 ** 30;
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
  fit: PictureFit,
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
  const { height, width, channels } = fit;
  const read: { readonly label: string; readonly image: Uint8Array }[] = [];
  const unread: string[] = [];
  for (const [i, { path, file }] of pictures.entries()) {
    const image = await readPicture(file, fit);
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
  const pixels = new Uint8Array(read.length * imageSize(fit));
  for (const [i, { image }] of read.entries()) pixels.set(image, i * imageSize(fit));
  const notes = [
    fitWords(fit),
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
      channels,
    },
    notes,
  };
};
