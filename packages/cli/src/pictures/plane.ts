/**
 * Pictures of a plane through a model's code space: class map, codes, how many images lie where, ready to be written.
 *
 * In: a model, a classifier, codes on the plane with their labels. Out: figures, and the class map's arrays.
 */
import {
  type CodePlane,
  classLine,
  classMap,
  classPlaces,
  type Dataset,
  encodeNpy,
  type PlaneBounds,
  type RunnableModel,
} from 'latent-plane';
import {
  classLinePicture,
  classMapPicture,
  classMapPixels,
  codeDensity,
  densityPicture,
  densityPixels,
  type Figure,
  type ScatterPoints,
  scatterPicture,
  stackedCodes,
} from 'latent-plane/charts';
import { isCodeSpace, isLabelled, isLine } from 'latent-plane/internal';
import { grouped } from '../tables.ts';
import { pixelsAddress } from './render.ts';
import { firstNumbers, STACKED_AXIS } from './stacked.ts';

export interface PlaneCodes extends Pick<ScatterPoints, 'frame' | 'marked'> {
  readonly plane: CodePlane;
  /** `[train + test, 2]`. */
  readonly points: Float32Array;
  /** `[train + test]`, off the plane; null where none is. */
  readonly distances: Float32Array | null;
  readonly bounds: PlaneBounds;
  /** Labels of the axes, where they say more than that these are the numbers of the code. */
  readonly axes: readonly [string, string] | undefined;
}

const rangeOf = ({ min, max }: PlaneBounds): readonly [number, number] => [min[0], max[0]];

const [SMALLEST, LARGEST] = [1.3, 3];

/** Fewer points are larger; those of codes of two numbers have one size. */
const radiusOf = (plane: CodePlane, count: number): number =>
  isCodeSpace(plane) ? SMALLEST : Math.max(SMALLEST, Math.min(LARGEST, 60 / Math.sqrt(count)));

const shownPart = ({ train, test }: Dataset, { points, distances, frame, marked }: PlaneCodes) => {
  const from = test.count > 0 ? train.count : 0;
  return {
    codes: points.subarray(2 * from),
    ...(distances ? { distances: distances.subarray(from) } : {}),
    ...(frame ? { frame } : {}),
    ...(marked ? { marked } : {}),
    ...(test.count > 0
      ? { labels: test.labels, of: `the ${grouped(test.count)} test images` }
      : { labels: train.labels, of: `the ${grouped(train.count)} images` }),
  };
};

const namesOf = (id: string, dataset: Dataset, codes: PlaneCodes) => {
  const { codes: shown, labels } = shownPart(dataset, codes);
  const places = isLabelled(dataset) ? classPlaces(shown, labels, codes.bounds) : [];
  return { id, classNames: dataset.classNames, places, ...(codes.axes ? { axes: codes.axes } : {}) };
};

/** Codes of one number, stacked where they are alike. */
const lineFigure = (id: string, dataset: Dataset, placed: PlaneCodes): Figure => {
  const { labels, codes, ...shown } = shownPart(dataset, placed);
  const { points, bounds, radius } = stackedCodes(firstNumbers(codes), labels, rangeOf(placed.bounds));
  const { classNames } = dataset;
  const places = isLabelled(dataset) ? classPlaces(points, labels, bounds) : [];
  const axes = [placed.plane.names[0], STACKED_AXIS] as const;
  const who = classNames.length > 0 ? `${new Set(labels).size} classes` : 'images';
  return scatterPicture(
    { ...shown, laid: 'upon each other where they are alike', labels, codes: points, bounds, radius },
    { id, classNames, places, axes },
    `${id}: where the ${who} lie on the line of codes`,
  );
};

const planeFigure = (id: string, dataset: Dataset, codes: PlaneCodes): Figure => {
  const shown = shownPart(dataset, codes);
  const radius = radiusOf(codes.plane, shown.labels.length);
  return scatterPicture({ ...shown, radius, bounds: codes.bounds }, namesOf(id, dataset, codes));
};

/** The codes of the test images. */
export const scatterFigure = (id: string, dataset: Dataset, codes: PlaneCodes): Figure =>
  isLine(codes.plane) ? lineFigure(id, dataset, codes) : planeFigure(id, dataset, codes);

/** How many of all images lie where; null on a line, where points stand upon each other. */
export const densityFigure = (id: string, { plane, points, bounds, axes, frame }: PlaneCodes): Figure | null => {
  if (isLine(plane)) return null;
  const density = codeDensity(points, bounds);
  const [all, within] = [points.length / 2, density.counts.reduce((sum, count) => sum + count, 0)];
  const of = within === all ? `all ${grouped(all)} images` : `${grouped(within)} of ${grouped(all)} images`;
  return densityPicture(density, pixelsAddress(densityPixels(density)), {
    id,
    of,
    ...(axes ? { axes } : {}),
    ...(frame ? { frame } : {}),
  });
};

export interface FieldPicture {
  /** Points that were looked at. */
  readonly evaluated: number;
  readonly figure: Figure;
  /**
   * uint8 `[size, size]` (uint16 where a class is above 255), class of each point, row 0 the largest y; of a line `[size]`.
   */
  readonly labels: Uint8Array;
  /** float32 of as many, the classifier's confidence. */
  readonly confidence: Uint8Array;
}

interface FieldOptions {
  readonly size: number;
  readonly onProgress?: (evaluated: number) => void;
}

const lineField = async (
  id: string,
  running: RunnableModel,
  classifier: RunnableModel,
  { classNames }: Dataset,
  { bounds, plane }: PlaneCodes,
  size: number,
): Promise<FieldPicture> => {
  const line = await classLine(running, classifier, rangeOf(bounds), size);
  const image = pixelsAddress(classMapPixels({ ...line, size }));
  return {
    evaluated: size,
    figure: classLinePicture(line, image, { id, classNames, axes: [plane.names[0], ''] }),
    labels: encodeNpy({ dims: [size], data: line.labels }),
    confidence: encodeNpy({ dims: [size], data: line.confidence }),
  };
};

/** The class map of a model, as a figure and as `.npy` files. */
export const fieldFigure = async (
  id: string,
  running: RunnableModel,
  classifier: RunnableModel,
  dataset: Dataset,
  codes: PlaneCodes,
  { size, onProgress }: FieldOptions,
): Promise<FieldPicture> => {
  const { plane, bounds } = codes;
  if (isLine(plane)) return lineField(id, running, classifier, dataset, codes, size);
  const field = await classMap(running, classifier, bounds, size, { onProgress, plane });
  return {
    evaluated: field.evaluated,
    figure: classMapPicture(field, pixelsAddress(classMapPixels(field)), namesOf(id, dataset, codes)),
    labels: encodeNpy({ dims: [size, size], data: field.labels }),
    confidence: encodeNpy({ dims: [size, size], data: field.confidence }),
  };
};
