/**
 * Opens one model away from the page, out of a file, a run folder or an archive: a damaged one can stall or bring down nothing but this worker.
 *
 * In: files (`OpenRequest`). Out: progress, then the model on its plane or a message. The file is read here, in the
 * browser; nothing is sent anywhere.
 */
import {
  type AutoencoderSpec,
  type Codes,
  type Dataset,
  decodeNpy,
  encodeSets,
  errorRecord,
  firstPlane,
  type ImageSet,
  type Labels,
  otherRange,
  reconstruct,
  shownPlane,
} from 'latent-plane';
import {
  codeSizeOf,
  inputError,
  isHalfNote,
  joinLabels,
  onlyPart,
  pictureSize,
  shapeWords,
  takesImages,
} from 'latent-plane/internal';
import { createWebRuntime } from 'latent-plane/web';
import { decodeImages } from '../data/decode-images.ts';
import { fetchBytes } from '../data/fetch-file.ts';
import type { OpenAnswer, OpenedModel, OpenRequest, Stage } from '../opened/protocol.ts';
import { readSource, type TrainedOn } from '../opened/read-source.ts';

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
const agree = (stored: Float32Array, { values, size }: Codes, from: number): boolean => {
  let [largest, reach] = [0, 0];
  values.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(value - stored[size * from + i]));
    reach = Math.max(reach, Math.abs(value));
  });
  return largest <= STORED_TOLERANCE * Math.max(reach, 1e-6);
};

const errorMean = (errors: Float64Array, from: number, to: number): number | undefined =>
  to > from ? errors.subarray(from, to).reduce((sum, error) => sum + error, 0) / (to - from) : undefined;

type Running = Parameters<typeof reconstruct>[0];
type Placed = Pick<OpenedModel, 'codes' | 'labels' | 'first' | 'isWhole' | 'mse' | 'notes' | 'own'> & {
  /** That were placed; none of a model without. */
  readonly images?: ImageSet;
};

const NONE_PLACED = { labels: new Uint8Array(0), first: 0, isWhole: true, mse: undefined };

/** Codes, and the error of each image where there is a decoder too. */
const encoded = async (
  running: Running,
  dataset: Dataset,
): Promise<{ readonly codes: Codes; readonly errors: Float64Array }> => {
  const { train, test } = dataset;
  tell('encoding', 0, train.count + test.count);
  const onProgress = (done: number, total: number): void => tell('encoding', done, total);
  if (onlyPart(running.network) === null) return reconstruct(running, dataset, { onProgress });
  return { codes: await encodeSets(running, [train, test], { onProgress }), errors: new Float64Array(0) };
};

/** What the last activation of an encoder lets through, by its name; of others what codes of small weights reach. */
const REACH: Readonly<Record<string, readonly [number, number]>> = { sigmoid: [0, 1], tanh: [-1, 1] };
const UNKNOWN_REACH = [-3, 3] as const;

const reachOf = ({ encoder }: AutoencoderSpec): readonly [number, number] => {
  const last = encoder.at(-1);
  const activation = last && 'activation' in last ? String(last.activation) : '';
  return REACH[activation] ?? UNKNOWN_REACH;
};

/** No image has a code of a decoder alone. */
const placeNone = (running: Running, name: string, trainedOn: TrainedOn | undefined): Placed => {
  const [least, most] = UNKNOWN_REACH;
  return {
    ...NONE_PLACED,
    codes: { values: new Float32Array(0), count: 0, size: codeSizeOf(running) },
    notes: [
      `It is a decoder alone, so no image has a code here; its plane is shown from −${-least} to ${most}. Open the file of its encoder too: the two open as one model.`,
    ],
    own: {
      dataset: { name: trainedOn?.name ?? `what ${name} was trained on`, classNames: [], train: 0, test: 0 },
      images: null,
      bounds: { min: [least, least], max: [most, most] },
    },
  };
};

/** On its own images, or on none: those of the page it has not seen. */
const placeOwn = async (running: Running, spec: AutoencoderSpec, trainedOn: TrainedOn): Promise<Placed> => {
  const { name, identity, images } = trainedOn;
  if (images === null) {
    const [least, most] = reachOf(spec);
    return {
      ...NONE_PLACED,
      codes: { values: new Float32Array(0), count: 0, size: codeSizeOf(running) },
      notes: [
        `It was trained on ${name}, which is not at hand here, so its plane has no images; it is shown from ${least} to ${most}. With them: npx latent explore FILE --dataset FOLDER`,
      ],
      own: {
        dataset: { name, classNames: [], train: 0, test: 0, ...(identity ? { identity } : {}) },
        images: null,
        bounds: { min: [least, least], max: [most, most] },
      },
    };
  }
  const { train, test, classNames } = images;
  requireShape(spec, train, name);
  const { codes, errors } = await encoded(running, images);
  const pixels = new Uint8Array(train.pixels.length + test.pixels.length);
  pixels.set(train.pixels);
  pixels.set(test.pixels, train.pixels.length);
  const { height, width, channels } = train;
  const count = train.count + test.count;
  return {
    codes,
    labels: joinLabels(train.labels, test.labels),
    first: 0,
    isWhole: true,
    mse: { train: errorMean(errors, 0, train.count), test: errorMean(errors, train.count, count) },
    notes: [],
    own: {
      dataset: { name, classNames, train: train.count, test: test.count, ...(identity ? { identity } : {}) },
      images: { pixels, count, height, width, channels, from: 0 },
      bounds: null,
    },
  };
};

const requireShape = (spec: AutoencoderSpec, images: ImageSet, file: string): void => {
  if (takesImages(spec.inputShape, images)) return;
  throw inputError('shape-mismatch', {
    at: { file },
    problem: `takes images of [${spec.inputShape.join(', ')}], the data set here has ${shapeWords(images)}`,
    hint: 'open it with: npx latent explore FILE --dataset FOLDER',
  });
};

/** On the images that the page has. */
const placeHere = async (
  running: Running,
  spec: AutoencoderSpec,
  stored: Float32Array | null,
  { name, images, dataset: known }: OpenRequest,
): Promise<Placed> => {
  if (images === null)
    throw inputError('no-images', {
      problem: 'this page has no images to place on the plane',
      hint: 'open the model with: npx latent explore FILE',
    });
  const shown = await loadImages(images);
  requireShape(spec, shown, name);
  const none: ImageSet = { ...shown, count: 0, pixels: new Uint8Array(0), labels: new Uint8Array(0) };
  const dataset: Dataset = {
    name: '',
    licence: '',
    source: '',
    classNames: known.classNames,
    train: none,
    test: shown,
  };
  const { codes, errors } = await encoded(running, dataset);
  const isWhole = stored !== null && agree(stored, codes, images.from);
  const half = onlyPart(running.network);
  const mse = errorMean(errors, 0, errors.length);
  return {
    images: shown,
    codes: isWhole ? { values: stored, count: known.count, size: codes.size } : codes,
    labels: isWhole ? shown.allLabels : shown.labels,
    first: isWhole ? 0 : images.from,
    isWhole,
    mse: images.from >= known.train ? { test: mse } : { train: mse },
    notes: [
      ...(stored && !isWhole ? ["The folder's codes are not those of its weights, and were left out."] : []),
      ...(half === null
        ? []
        : [
            'It is an encoder alone, so nothing is decoded: the picture at the cursor is the image whose code is nearest. Open the file of its decoder too: the two open as one model.',
          ]),
    ],
  };
};

const open = async (request: OpenRequest): Promise<OpenedModel> => {
  const { name } = request;
  tell('reading', 0, null);
  const { network, weights, notes, about, codes: stored, trainedOn, isForeign = false } = await readSource(request);
  const { spec } = network;
  if (spec.kind !== 'autoencoder')
    throw inputError('no-code', {
      at: { file: name },
      expected: 'an autoencoder',
      got: 'a classifier, which has no code and no plane',
    });
  const running = { network, weights, runtime: await createWebRuntime({ backend: 'wasm' }) };
  pictureSize(spec.inputShape, spec.id);
  const half = onlyPart(network);
  // Without a decoder there is nothing to see but images.
  const isOwn = trainedOn !== undefined && (half === null || trainedOn.images !== null);
  const placed =
    half === 'decoder'
      ? placeNone(running, name, trainedOn)
      : isOwn
        ? await placeOwn(running, spec, trainedOn)
        : await placeHere(running, spec, stored, request);
  const { images, ...shown } = placed;
  const isTold = request.told.inputRange !== undefined;
  return {
    ...shown,
    isForeign,
    otherRange: isForeign && !isTold && half === null && images ? await otherRange(running, images) : null,
    plane: placed.codes.count > 0 ? shownPlane(placed.codes) : firstPlane(placed.codes.size),
    spec,
    ...(half === null ? {} : { half }),
    weights: new Map(weights),
    parameters: network.parameterCount,
    // What a half lacks is told with what is shown of it.
    notes:
      half === null ? [...notes, ...placed.notes] : [...notes.filter((note) => !isHalfNote(note)), ...placed.notes],
    about,
  };
};

self.onmessage = async ({ data }: MessageEvent<OpenRequest>) => {
  try {
    const model = await open(data);
    answer({ type: 'opened', model }, [model.codes.values.buffer]);
  } catch (error) {
    answer({ type: 'refused', fault: errorRecord(error) });
  }
};
