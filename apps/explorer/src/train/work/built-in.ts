/**
 * The bundle's own images, piece by piece.
 *
 * In: the page's address and how many images are wanted. Out: exactly these, each piece compared with its sum. An epoch
 * draws its order over all the images that it trains on, so these are all needed before the first batch; a person who
 * does not want to wait for ten megabytes takes the first few thousand.
 */
import { decodeNpy, type ImageSet } from 'latent-plane';
import {
  type ExplorerPiece,
  type ExplorerTraining,
  gunzip,
  imageSize,
  inputError,
  labelBytes,
  parseExplorerIndex,
  parseExplorerTraining,
  sha256Hex,
  storedShape,
  workError,
} from 'latent-plane/internal';
import { fetchBytes, fetchJson } from '../../data/fetch-file.ts';
import { emptyLike, type LoadProgress, OWN_DATA, type TrainingData } from './dataset.ts';

/** Pieces under way at once: enough for a line with delay, few enough that progress is even. */
const AT_ONCE = 3;

const fetchPiece = async (
  url: URL,
  { path, bytes, sha256, count }: ExplorerPiece,
  size: number,
  onBytes: (received: number) => void,
): Promise<Uint8Array> => {
  const packed = await fetchBytes(new URL(path, url), onBytes);
  const sum = await sha256Hex(packed);
  if (sum !== sha256)
    throw workError('checksum', {
      at: { subject: `data/training/${path}` },
      expected: `${bytes} bytes with SHA-256 ${sha256}`,
      got: `${packed.length} with ${sum}`,
      hint: 'load the page again',
    });
  const pixels = gunzip(packed, path, count * size);
  if (pixels.length !== count * size)
    throw inputError('explorer-data', {
      at: { subject: `data/training/${path}` },
      expected: `${count} images of ${size} bytes`,
      got: `${pixels.length} bytes`,
    });
  return pixels;
};

/** The first `count` images of a part, whole pieces unpacked one after the other. */
const fetchPixels = async (
  url: URL,
  pieces: readonly ExplorerPiece[],
  count: number,
  size: number,
  tell: (done: number, total: number) => void,
): Promise<Uint8Array> => {
  const starts: { readonly piece: ExplorerPiece; readonly from: number }[] = [];
  for (let i = 0, from = 0; i < pieces.length && from < count; from += pieces[i++].count)
    starts.push({ piece: pieces[i], from });
  const total = starts.reduce((sum, { piece }) => sum + piece.bytes, 0);
  const received = starts.map(() => 0);
  const pixels = new Uint8Array(count * size);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < starts.length; i = next++) {
      const { piece, from } = starts[i];
      const part = await fetchPiece(url, piece, size, (bytes) => {
        received[i] = Math.min(bytes, piece.bytes);
        tell(
          received.reduce((sum, n) => sum + n, 0),
          total,
        );
      });
      pixels.set(part.subarray(0, Math.min(part.length, (count - from) * size)), from * size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return pixels;
};

const countOf = (pieces: readonly ExplorerPiece[]): number => pieces.reduce((sum, { count }) => sum + count, 0);

const open = async (base: string): Promise<{ readonly url: URL; readonly index: ExplorerTraining }> => {
  const indexUrl = new URL('data/index.json', base);
  const { training } = parseExplorerIndex(await fetchJson(indexUrl));
  if (training === undefined)
    throw inputError('no-images', {
      problem: 'this page came without images to train on',
      hint: 'choose files of your own, or build its data again: npx latent explore',
    });
  const url = new URL(training, indexUrl);
  return { url, index: parseExplorerTraining(await fetchJson(url)) };
};

/**
 * @param base - address of the page's folder.
 * @param wanted - how many of the training images, from the first; null for all.
 * @throws LatentError (input) `no-images`, `explorer-data`; (work) `load-failed`, `checksum`.
 */
export const loadBuiltIn = async (
  base: string,
  wanted: number | null,
  onProgress: LoadProgress,
): Promise<TrainingData> => {
  onProgress('training images', 0, null);
  const { url, index } = await open(base);
  const { height, width, channels = 1, name, licence, source, classNames } = index;
  const shape = { height, width, channels };
  const size = imageSize(shape);
  const all = countOf(index.train);
  const count = Math.min(wanted ?? all, all);
  const labels = decodeNpy(await fetchBytes(new URL(index.labels, url)), 'labels').data;
  const testCount = countOf(index.test);
  if (labels instanceof Float32Array || labels.length !== all + testCount)
    throw inputError('explorer-data', {
      at: { subject: 'data/labels.npy' },
      expected: `${all + testCount} labels`,
      got: `${labels.length}`,
    });
  const pixels = await fetchPixels(url, index.train, count, size, (done, total) =>
    onProgress('training images', done, total),
  );
  const train: ImageSet = { pixels, labels: labels.slice(0, count), count, ...shape };
  const isWhole = count === all;
  let test: Promise<ImageSet> | null = null;
  return {
    facts: { name: isWhole ? name : `${name}-${count}`, licence, source, classNames },
    train,
    test: () => {
      test ??= fetchPixels(url, index.test, testCount, size, (done, total) =>
        onProgress('test images', done, total),
      ).then((data) => ({ pixels: data, labels: labels.slice(all), count: testCount, ...shape }));
      test.catch(() => {
        test = null;
      });
      return testCount === 0 ? Promise.resolve(emptyLike(train)) : test;
    },
    record: {
      argument: isWhole && index.argument !== null ? index.argument : OWN_DATA,
      name: isWhole ? name : `${name}-${count}`,
      licence,
      source,
      train: count,
      test: testCount,
      ...storedShape(shape),
      sha256: isWhole
        ? index.sha256
        : {
            ...index.sha256,
            trainImages: await sha256Hex(pixels),
            trainLabels: await sha256Hex(labelBytes(train.labels)),
          },
    },
    builtIn: { count: isWhole ? null : count },
    notes: isWhole ? [] : [`trains on the first ${count} of ${all} images`],
  };
};
