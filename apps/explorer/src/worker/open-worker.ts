/**
 * Opens one model away from the page, out of a file, a run folder or an archive: a damaged one can stall or bring down nothing but this worker.
 *
 * In: files (`OpenRequest`). Out: progress, then the model on its plane or a message. The file is read here, in the
 * browser; nothing is sent anywhere.
 */
import { type Dataset, decodeNpy, errorRecord, type ImageSet, type Labels, partOf, reconstruct } from 'latent-plane';
import { inputError, pictureSize, requirePlane, shapeWords, takesImages } from 'latent-plane/internal';
import { createWebRuntime } from 'latent-plane/web';
import { decodeImages } from '../data/decode-images.ts';
import { fetchBytes } from '../data/fetch-file.ts';
import type { OpenAnswer, OpenedModel, OpenRequest, Stage } from '../opened/protocol.ts';
import { readSource } from '../opened/read-source.ts';

const answer = (message: OpenAnswer, transfer: Transferable[] = []): void => self.postMessage(message, { transfer });
const tell = (stage: Stage, done: number, total: number | null): void =>
  answer({ type: 'progress', stage, done, total });

interface LabelledImages extends ImageSet {
  /** Of all images of the data set. */
  readonly allLabels: Labels;
}

/** The data set's images with their labels. @throws LatentError (input) `explorer-data`. */
const loadImages = async ({ url, from, labelsUrl }: NonNullable<OpenRequest['images']>): Promise<LabelledImages> => {
  tell('images', 0, null);
  const bytes = await fetchBytes(new URL(url), (done, total) => tell('images', done, total));
  const images = decodeImages(bytes, 'images');
  const labels = decodeNpy(await fetchBytes(new URL(labelsUrl)), 'labels');
  if (labels.data instanceof Float32Array)
    throw inputError('explorer-data', {
      expected: 'labels [count] of whole numbers',
      got: `[${labels.dims.join(', ')}]`,
      hint: 'build the data again',
    });
  const shown = labels.data.slice(from, from + images.count);
  return { ...images, labels: shown, allLabels: labels.data };
};

/** Codes that were stored with a run, and those of the same images computed here, may differ by this share of their extent. */
const STORED_TOLERANCE = 1e-3;

/** Whether stored codes are those of these weights, as far as the images here tell. */
const agree = (stored: Float32Array, computed: Float32Array, from: number): boolean => {
  let [largest, reach] = [0, 0];
  computed.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(value - stored[2 * from + i]));
    reach = Math.max(reach, Math.abs(value));
  });
  return largest <= STORED_TOLERANCE * Math.max(reach, 1e-6);
};

const open = async (request: OpenRequest): Promise<OpenedModel> => {
  const { name, images, dataset: known } = request;
  tell('reading', 0, null);
  const { network, weights, notes, about, codes: stored } = await readSource(request);
  const { spec } = network;
  if (spec.kind !== 'autoencoder')
    throw inputError('no-code', {
      at: { file: name },
      expected: 'an autoencoder',
      got: 'a classifier, which has no code and no plane',
    });
  // Tells which part is missing where the file holds one alone.
  for (const part of ['encoder', 'decoder'] as const) partOf(network, part);
  const running = { network, weights, runtime: await createWebRuntime({ backend: 'wasm' }) };
  const hint = about === null ? 'take another network' : 'drop its run folder on the Train view to go on with it there';
  requirePlane(running, { subject: name, by: 'Explore', hint });
  pictureSize(spec.inputShape, spec.id);
  if (images === null)
    throw inputError('no-images', {
      problem: 'this page has no images to place on the plane',
      hint: 'open the model with: npx latent explore FILE',
    });
  const test = await loadImages(images);
  if (!takesImages(spec.inputShape, test)) {
    throw inputError('shape-mismatch', {
      at: { file: name },
      problem: `takes images of [${spec.inputShape.join(', ')}], the data set here has ${shapeWords(test)}`,
      hint: 'open it with: npx latent explore FILE --dataset FOLDER',
    });
  }
  const none: ImageSet = { ...test, count: 0, pixels: new Uint8Array(0), labels: new Uint8Array(0) };
  const dataset: Dataset = { name: '', licence: '', source: '', classNames: known.classNames, train: none, test };
  tell('encoding', 0, test.count);
  const { codes, errors } = await reconstruct(running, dataset, {
    onProgress: (done, total) => tell('encoding', done, total),
  });
  const isWhole = stored !== null && agree(stored, codes.values, images.from);
  return {
    spec,
    weights: new Map(weights),
    parameters: network.parameterCount,
    codes: isWhole ? stored : codes.values,
    labels: isWhole ? test.allLabels : test.labels,
    first: isWhole ? 0 : images.from,
    isWhole,
    mse: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    notes:
      stored && !isWhole ? [...notes, "The folder's codes are not those of its weights, and were left out."] : notes,
    about,
  };
};

self.onmessage = async ({ data }: MessageEvent<OpenRequest>) => {
  try {
    const model = await open(data);
    answer({ type: 'opened', model }, [model.codes.buffer]);
  } catch (error) {
    answer({ type: 'refused', fault: errorRecord(error) });
  }
};
