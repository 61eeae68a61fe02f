/**
 * The strips of a traversal: which dimensions, over which values, and who decodes them.
 *
 * In: codes of all images. Out: rows of values, most varied dimension first, or in the order of another figure; pictures for codes out of a worker.
 */
import {
  type AutoencoderSpec,
  type Codes,
  codeExtent,
  dimensionQuantiles,
  dimensionsBy,
  type Weights,
} from 'latent-plane';

/** A dimension, its values over the data's quantiles, and how much it varies. */
export interface Strip {
  /** Counted from 0. */
  readonly dimension: number;
  /** Ascending, code units. */
  readonly values: readonly number[];
  /** Standard deviation, code units. */
  readonly deviation: number;
}

/** Quantiles of the images' codes that the pictures of a strip stand at. */
export const SHARES = [0.01, 0.15, 0.3, 0.5, 0.7, 0.85, 0.99] as const;
/** Codes that quantiles are taken from, evenly spaced. */
const SAMPLE = 20_000;

const sampleOf = ({ values, count, size }: Codes): Codes => {
  if (count <= SAMPLE) return { values, count, size };
  const sample = new Float32Array(SAMPLE * size);
  for (let i = 0; i < SAMPLE; i++) {
    const from = Math.floor((i * count) / SAMPLE) * size;
    sample.set(values.subarray(from, from + size), i * size);
  }
  return { values: sample, count: SAMPLE, size };
};

/**
 * @returns a function for the first `most` strips, by a figure of each dimension, largest first: the standard deviation of the
 *   codes where none is given.
 */
export const stripsOf = (codes: Codes): ((most: number, figures?: readonly number[]) => readonly Strip[]) => {
  const sample = sampleOf(codes);
  const { std } = codeExtent(sample);
  return (most, figures = std) =>
    dimensionsBy(figures)
      .slice(0, most)
      .map((dimension) => ({
        dimension,
        values: dimensionQuantiles(sample, dimension, SHARES),
        deviation: std[dimension],
      }));
};

/** The picture of a strip that a value is nearest to. */
export const nearestValue = (values: readonly number[], value: number): number => {
  const distances = values.map((each) => Math.abs(each - value));
  return distances.indexOf(Math.min(...distances));
};

export type CodesRequest =
  | { readonly type: 'model'; readonly spec: AutoencoderSpec; readonly weights: Weights; readonly label: number }
  | { readonly type: 'codes'; readonly id: number; readonly codes: Float32Array; readonly size: number };
export interface CodesAnswer {
  readonly id: number;
  /** `[count, height, width, channels]`, 0..1. */
  readonly pictures: Float32Array;
}

export interface StripSource {
  /** Asks for the pictures of codes; a newer question takes an older one's place. @param codes - `[count, size]`. */
  request(codes: Float32Array, size: number): void;
  dispose(): void;
}

/** Starts the worker for one network. */
export const createStripSource = (
  { spec, weights, label = 0 }: { readonly spec: AutoencoderSpec; readonly weights: Weights; readonly label?: number },
  onPictures: (pictures: Float32Array) => void,
): StripSource => {
  const worker = new Worker(new URL('../worker/codes-worker.ts', import.meta.url), { type: 'module' });
  const send = (request: CodesRequest): void => worker.postMessage(request);
  let newest = 0;
  worker.onmessage = ({ data }: MessageEvent<CodesAnswer>) => {
    if (data.id === newest) onPictures(data.pictures);
  };
  send({ type: 'model', spec, weights: new Map([...weights].filter(([name]) => name.startsWith('decoder/'))), label });
  return {
    request: (codes, size) => {
      newest += 1;
      send({ type: 'codes', id: newest, codes, size });
    },
    dispose: () => worker.terminate(),
  };
};
