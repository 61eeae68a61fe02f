/**
 * The real images near a code.
 *
 * In: all codes and labels, once. Out: for any code the classes of its nearest images and how far the nearest one is.
 * Distances are Euclidean, in code units. The search tree is Flatbush's.
 */
import Flatbush from 'flatbush';
import type { Points } from '../data/load.ts';
import type { Code } from './view.ts';

/** How many images are asked. */
export const NEIGHBOURS = 50;

export interface Neighbourhood {
  /** `[classes]`, share of each class among the nearest images, 0..1. */
  readonly shares: readonly number[];
  /** Code units. */
  readonly distance: number;
}

/** Builds the tree; tens of milliseconds for 70,000 codes. */
export const createNeighbourSearch = (
  { codes, labels }: Points,
  classCount: number,
): ((code: Code) => Neighbourhood) => {
  if (labels.length === 0) return () => ({ shares: new Array(classCount).fill(0), distance: Number.POSITIVE_INFINITY });
  const tree = new Flatbush(labels.length, 16, Float32Array);
  for (let i = 0; i < labels.length; i++) tree.add(codes[2 * i], codes[2 * i + 1]);
  tree.finish();
  return ({ x, y }) => {
    const nearest = tree.neighbors(x, y, NEIGHBOURS);
    const shares = new Array<number>(classCount).fill(0);
    for (const i of nearest) if (labels[i] < classCount) shares[labels[i]] += 1 / nearest.length;
    const [first] = nearest;
    return { shares, distance: Math.hypot(codes[2 * first] - x, codes[2 * first + 1] - y) };
  };
};

export interface Neighbour {
  /** Which of the points. */
  readonly index: number;
  /** Code units. */
  readonly distance: number;
}

/** A search among the points `begin` to `end` alone, nearest first: of these there are pictures. */
export const nearestAmong = (
  { codes }: Points,
  begin: number,
  end: number,
): ((code: Code, count: number) => readonly Neighbour[]) => {
  if (end <= begin) return () => [];
  const tree = new Flatbush(end - begin, 16, Float32Array);
  for (let i = begin; i < end; i++) tree.add(codes[2 * i], codes[2 * i + 1]);
  tree.finish();
  return ({ x, y }, count) =>
    tree.neighbors(x, y, count).map((found) => {
      const index = begin + found;
      return { index, distance: Math.hypot(codes[2 * index] - x, codes[2 * index + 1] - y) };
    });
};

/** The proximity of a code to the data: `on` among real codes, `near` their edge, `off` where no image ever was. */
export type Proximity = 'on' | 'near' | 'off';

/** Shares of the bounds' diagonal. */
const NEAR = 0.005;
const OFF = 0.02;

export const proximityOf = (distance: number, diagonal: number): Proximity => {
  if (distance <= NEAR * diagonal) return 'on';
  return distance <= OFF * diagonal ? 'near' : 'off';
};

/** The same in a space of more dimensions: as far from the data as images from each other is among them. */
export const proximityBy = (distance: number, spacing: number): Proximity => {
  if (distance <= spacing) return 'on';
  return distance <= 1.5 * spacing ? 'near' : 'off';
};
