/**
 * A network's codes on a plane through their space: the one way from what is shown to codes, and back.
 *
 * In: a network with its images, and which plane. Out: the same on that plane. Where codes are two numbers the plane is theirs,
 * and nothing is changed.
 */
import {
  axesPlane,
  type ClassPlace,
  type CodePlane,
  type Codes,
  classPlaces,
  codeExtent,
  firstPlane,
  planeThrough,
  pointsOfCodes,
} from 'latent-plane';
import { inputError, isCodeSpace, isLine, meanCode, PLANE_DIMENSIONS, shownPoints } from 'latent-plane/internal';
import type { PlaneChoice, PlaneSettings } from '../state/plane-choice.ts';
import { decoderOn } from './decoder.ts';
import type { LoadedModel, Points } from './loaded.ts';

/** The plane that a network is shown on. */
export const planeOf = ({ plane }: Pick<LoadedModel, 'plane'>): CodePlane => plane ?? firstPlane(PLANE_DIMENSIONS);

/** Numbers in a code of a network. */
export const codeSizeOn = (model: Pick<LoadedModel, 'plane'>): number => planeOf(model).origin.length;

/** The codes of images, whatever plane they are shown on. */
export const codesOf = ({ codes, whole }: Pick<Points, 'codes' | 'whole'>): Codes =>
  whole ?? { values: codes, count: codes.length / PLANE_DIMENSIONS, size: PLANE_DIMENSIONS };

/** The codes of some images, one after the other: `[wanted, code size]`. @param wanted - which of the points. */
export const codesAt = (points: Points, wanted: readonly number[]): Float32Array => {
  const { values, size } = codesOf(points);
  const codes = new Float32Array(wanted.length * size);
  wanted.forEach((i, at) => {
    codes.set(values.subarray(i * size, (i + 1) * size), at * size);
  });
  return codes;
};

/** Where codes lie on a plane, and the codes where they are not the points. */
export const placePoints = (plane: CodePlane | undefined, codes: Codes): Pick<Points, 'codes' | 'whole'> =>
  plane === undefined || isCodeSpace(plane)
    ? { codes: codes.values }
    : { codes: shownPoints(plane, codes), whole: codes };

/** A network with its images, on one plane. */
export interface Placed {
  readonly model: LoadedModel;
  readonly points: Points;
}

/** The same network and images on another plane, the names of classes without a place yet (`placesOn`). */
export const placeOn = ({ model, points }: Placed, plane: CodePlane): Placed => {
  const placed: Points = { ...points, ...placePoints(plane, codesOf(points)) };
  const count = placed.labels.length;
  // Without images nobody knows what the codes reach.
  const { min, max } = count === 0 ? model.bounds : codeExtent({ values: placed.codes, count, size: PLANE_DIMENSIONS });
  // The class map of the bundle is that of another plane.
  const { field: _, ...files } = model.files;
  return {
    points: placed,
    model: { ...model, plane, files, bounds: { min, max }, places: [], decoder: decoderOn(model.decoder, plane) },
  };
};

/** Where the names of classes stand: longer work than all else that a new plane asks for. */
export const placesOn = ({ model: { dataset, bounds }, points: { codes, labels } }: Placed): readonly ClassPlace[] =>
  dataset.classNames.length > 0 ? classPlaces(codes, labels, bounds) : [];

/** The same plane moved: points, bounds and names stay, what is decoded does not. */
export const movedTo = (model: LoadedModel, plane: CodePlane): LoadedModel => {
  const { field: _, ...files } = model.files;
  return { ...model, plane, files, decoder: decoderOn(model.decoder, plane) };
};

const means = new WeakMap<Float32Array, Float64Array>();
const meanOf = (codes: Codes): Float64Array => {
  const mean = means.get(codes.values) ?? meanCode(codes);
  means.set(codes.values, mean);
  return mean;
};

/** A plane that can be made without looking for principal components; null where that is what is asked for. */
export const chosenPlane = (choice: Exclude<PlaneChoice, { by: 'principal' }>, points: Points): CodePlane => {
  const codes = codesOf(points);
  if (choice.by === 'axes') return axesPlane(codes.size, choice.axes, codes.count > 0 ? meanOf(codes) : undefined);
  const [a, b, c] = choice.images.map((image) => {
    const code = codeOfImage(points, image);
    if (code !== null) return code;
    const first = points.first ?? 0;
    throw inputError('code-plane', {
      expected: `images from ${first} to ${first + codes.count - 1}`,
      got: `${image}`,
    });
  });
  return planeThrough(a, b, c);
};

/** The code of an image; null where it is not among the points. @param image - counted among all of the data set. */
export const codeOfImage = (points: Points, image: number): Float32Array | null => {
  const at = image - (points.first ?? 0);
  return at >= 0 && at < points.labels.length ? codesAt(points, [at]) : null;
};

/** The code that a plane is moved through; null where it stays where it was made. */
export const heldCode = (
  plane: CodePlane,
  points: Points | null,
  { held, moved }: PlaneSettings,
): Float32Array | null => {
  if (isCodeSpace(plane) || isLine(plane)) return null;
  const image = held === null || points === null ? null : codeOfImage(points, held);
  if (image === null && moved.length === 0) return null;
  const code = image ?? Float32Array.from(plane.origin);
  for (const [dimension, by] of moved) if (dimension < code.length) code[dimension] += by;
  return code;
};

/** Where a code is shown on a plane. */
export const pointOf = (plane: CodePlane, values: Float32Array): { readonly x: number; readonly y: number } => {
  const [x, y] = pointsOfCodes(plane, { values, count: 1, size: values.length });
  return { x, y };
};
