/**
 * Which plane through a code space is shown, and where it passes: as a person set it, and as the address has it.
 *
 * In: the address's fields, or a choice. Out: the other one. What cannot be read falls back to the plane of the network.
 * Dimensions, components and images are counted from 0 here; dimensions and components from 1 in the address.
 */

/** Two dimensions of the code, two principal components, or the plane through three images. */
export type PlaneChoice =
  | { readonly by: 'axes'; readonly axes: readonly [number, number] }
  | { readonly by: 'principal'; readonly order: readonly [number, number] }
  | { readonly by: 'through'; readonly images: readonly [number, number, number] };

export interface PlaneSettings {
  /** Null for the one that the network is shown on first. */
  readonly plane: PlaneChoice | null;
  /** The image whose code the plane is moved through, counted among all; null where it is not moved. */
  readonly held: number | null;
  /** How far dimensions of the code were moved from there, code units. */
  readonly moved: readonly (readonly [dimension: number, by: number])[];
}

export const DEFAULT_PLANE: PlaneSettings = { plane: null, held: null, moved: [] };

/** Principal components that are offered. */
export const MAX_COMPONENTS = 16;

/** Moved dimensions that an address keeps: more than a hand sets. */
export const MAX_MOVED = 64;

const wholeNumbers = (text: string | null, count: number, least: number): readonly number[] | null => {
  const values = (text ?? '').split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  return values.length === count && values.every((value) => Number.isSafeInteger(value) && value >= least)
    ? values
    : null;
};

/** Two different ones, counted from 1. */
const pair = (text: string | null): readonly [number, number] | null => {
  const values = wholeNumbers(text, 2, 1);
  return values === null || values[0] === values[1] ? null : [values[0] - 1, values[1] - 1];
};

const parseChoice = (fields: URLSearchParams): PlaneChoice | null => {
  const axes = pair(fields.get('plane'));
  if (axes) return { by: 'axes', axes };
  const order = pair(fields.get('principal'));
  if (order) return { by: 'principal', order };
  const images = wholeNumbers(fields.get('through'), 3, 0);
  if (images === null || new Set(images).size < images.length) return null;
  return { by: 'through', images: [images[0], images[1], images[2]] };
};

const parseMoved = (text: string | null): PlaneSettings['moved'] =>
  (text ?? '')
    .split(',')
    .slice(0, MAX_MOVED)
    .flatMap((part) => {
      const found = /^(\d{1,7})~(-?[\d.]+(?:e-?\d+)?)$/.exec(part);
      const [dimension, by] = [Number(found?.[1]), Number(found?.[2])];
      return found && dimension >= 1 && Number.isFinite(by) ? [[dimension - 1, by] as const] : [];
    });

export const parsePlaneSettings = (fields: URLSearchParams): PlaneSettings => ({
  plane: parseChoice(fields),
  held: wholeNumbers(fields.get('held'), 1, 0)?.[0] ?? null,
  moved: parseMoved(fields.get('moved')),
});

const choiceField = (choice: PlaneChoice): [string, string] => {
  switch (choice.by) {
    case 'axes':
      return ['plane', choice.axes.map((d) => d + 1).join()];
    case 'principal':
      return ['principal', choice.order.map((i) => i + 1).join()];
    case 'through':
      return ['through', choice.images.join()];
  }
};

/** The fields that differ from the default. */
export const planeFields = ({ plane, held, moved }: PlaneSettings): readonly [string, string][] => [
  ...(plane === null ? [] : [choiceField(plane)]),
  ...(held === null ? [] : [['held', String(held)] as [string, string]]),
  ...(moved.length === 0
    ? []
    : [['moved', moved.map(([d, by]) => `${d + 1}~${Number(by.toPrecision(5))}`).join()] as [string, string]]),
];
