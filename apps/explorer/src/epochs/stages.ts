/**
 * A network at the epochs of its training, each as the views take it.
 *
 * In: a network of the bundle with its points. Out: for each kept epoch a model and points on one scale, so that the axes
 * stand still while the points move.
 */
import { classPlaces, codeExtent, type PlaneBounds, resolveNetwork } from 'latent-plane';
import { decodeEvolution, type Evolution, inputError } from 'latent-plane/internal';
import { codeSizeOn, placePoints } from '../data/code-plane.ts';
import { createDecoder } from '../data/decoder.ts';
import { fetchBytes, type Progress } from '../data/fetch-file.ts';
import type { LoadedModel, Points } from '../data/load.ts';

export interface Stage {
  readonly epoch: number;
  readonly model: LoadedModel;
  readonly points: Points;
}

/** Where the points of all epochs lie. @param points - `[count, 2]` each. */
const boundsOf = (points: readonly Float32Array[]): PlaneBounds => {
  const all = points.map((values) => codeExtent({ values, count: values.length / 2, size: 2 }));
  return {
    min: [0, 1].map((d) => Math.min(...all.map(({ min }) => min[d]))),
    max: [0, 1].map((d) => Math.max(...all.map(({ max }) => max[d]))),
  };
};

/** @throws LatentError (work) `load-failed`; (input) as `decodeEvolution`, or `explorer-data` without frames. */
export const loadEvolution = async ({ files, url, spec }: LoadedModel, onProgress: Progress): Promise<Evolution> => {
  const file = files.evolution;
  if (file === undefined)
    throw inputError('explorer-data', {
      at: { network: spec.id },
      expected: 'the epochs of its training',
      got: 'none',
    });
  return decodeEvolution(await fetchBytes(new URL(file, url), onProgress), resolveNetwork(spec), file);
};

/** Of so many images. */
const firstOf = (
  { codes, whole }: Pick<Points, 'codes' | 'whole'>,
  count: number,
): Pick<Points, 'codes' | 'whole'> => ({
  codes: codes.slice(0, 2 * count),
  ...(whole ? { whole: { ...whole, values: whole.values.slice(0, whole.size * count), count } } : {}),
});

/** @param points - of all images; the followed ones are among them. */
export const stagesOf = (evolution: Evolution, model: LoadedModel, points: Points): readonly Stage[] => {
  const { from, frames } = evolution;
  const size = codeSizeOn(model);
  const placed = frames.map(({ codes }) =>
    placePoints(model.plane, { values: codes, count: codes.length / size, size }),
  );
  const bounds = boundsOf(placed.map(({ codes }) => codes));
  // The shipped class map is the last epoch's, on other bounds.
  const { field: _, ...files } = model.files;
  const begin = from - (points.first ?? 0);
  const labels = points.labels.slice(begin, begin + placed[0].codes.length / 2);
  return frames.map(({ epoch, decoder }, i) => ({
    epoch,
    points: { ...firstOf(placed[i], labels.length), labels, first: from },
    model: {
      ...model,
      files,
      bounds,
      weights: decoder,
      decoder: createDecoder(model.spec, decoder, 0, model.plane),
      places: classPlaces(placed[i].codes, labels, bounds),
    },
  }));
};
