/**
 * Pictures of a model's plane: class map and codes, ready to be written.
 *
 * In: a model, a classifier, codes with their labels. Out: figures, and the field's arrays.
 */
import {
  type ClassMap,
  classMap,
  classPlaces,
  type Dataset,
  encodeNpy,
  type PlaneBounds,
  type RunnableModel,
} from 'latent-plane';
import { classMapPicture, classMapPixels, type Figure, scatterPicture } from 'latent-plane/charts';
import { isLabelled } from 'latent-plane/internal';
import { grouped } from '../tables.ts';
import { pixelsAddress } from './render.ts';

export interface PlaneCodes {
  /** `[train + test, 2]`. */
  readonly values: Float32Array;
  readonly bounds: PlaneBounds;
}

const shownPart = ({ train, test }: Dataset, { values }: PlaneCodes) =>
  test.count > 0
    ? { codes: values.subarray(2 * train.count), labels: test.labels, of: `the ${grouped(test.count)} test images` }
    : { codes: values, labels: train.labels, of: `the ${grouped(train.count)} images` };

const namesOf = (id: string, dataset: Dataset, codes: PlaneCodes) => {
  const { codes: shown, labels } = shownPart(dataset, codes);
  const places = isLabelled(dataset) ? classPlaces(shown, labels, codes.bounds) : [];
  return { id, classNames: dataset.classNames, places };
};

/** The codes of the test images. */
export const scatterFigure = (id: string, dataset: Dataset, codes: PlaneCodes): Figure =>
  scatterPicture({ ...shownPart(dataset, codes), bounds: codes.bounds }, namesOf(id, dataset, codes));

export interface FieldPicture {
  readonly field: ClassMap;
  readonly figure: Figure;
  /** uint8 `[size, size]` (uint16 where a class is above 255), class of each point, row 0 the largest y. */
  readonly labels: Uint8Array;
  /** float32 `[size, size]`, the classifier's confidence. */
  readonly confidence: Uint8Array;
}

/** The class map of a model, as a figure and as `.npy` files. */
export const fieldFigure = async (
  id: string,
  running: RunnableModel,
  classifier: RunnableModel,
  dataset: Dataset,
  codes: PlaneCodes,
  { size, onProgress }: { readonly size: number; readonly onProgress?: (evaluated: number) => void },
): Promise<FieldPicture> => {
  const field = await classMap(running, classifier, codes.bounds, size, { onProgress });
  return {
    field,
    figure: classMapPicture(field, pixelsAddress(classMapPixels(field)), namesOf(id, dataset, codes)),
    labels: encodeNpy({ dims: [size, size], data: field.labels }),
    confidence: encodeNpy({ dims: [size, size], data: field.confidence }),
  };
};
