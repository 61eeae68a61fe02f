/**
 * A network over images of another size than it was made for.
 *
 * In: a resolved network, rows and columns. Out: the same layers with the same weights over images of that size, where the
 * layers have such a form: convolutions, pooling, upsampling and what works on each value by itself have; a layer whose weights
 * or target shape depend on the size has none. No layer type is asked by name: the shapes of the weights tell.
 */
import { LatentError } from '../errors.ts';
import { sameShape } from '../tensor/shape.ts';
import { type ResolvedNetwork, resolveWithin } from './network.ts';

/** Rows and columns of an image. */
export type Sides = readonly [rows: number, columns: number];

const sameWeights = (a: ResolvedNetwork, b: ResolvedNetwork): boolean =>
  a.parameters.length === b.parameters.length &&
  a.parameters.every(({ name, shape }, i) => name === b.parameters[i].name && sameShape(shape, b.parameters[i].shape));

/**
 * The network over images of that size, with weights of the same shapes; null where its layers cannot follow, where weights
 * would have other shapes, and where what comes out is not of the size of what went in.
 */
export const networkAtSize = (network: ResolvedNetwork, [rows, columns]: Sides): ResolvedNetwork | null => {
  const { spec } = network;
  const [height, width, ...channels] = spec.inputShape;
  if (spec.kind !== 'autoencoder' || spec.inputShape.length < 2) return null;
  if (height === rows && width === columns) return network;
  try {
    const other = resolveWithin({ ...spec, inputShape: [rows, columns, ...channels] });
    return sameWeights(network, other) ? other : null;
  } catch (error) {
    if (error instanceof LatentError && error.kind === 'input') return null;
    throw error;
  }
};

/** Lengths along one axis that a network takes: `first`, `first + step`, ... */
export interface Lengths {
  /** The smallest one. */
  readonly first: number;
  /** From one to the next: the product of the strides, as a rule. */
  readonly step: number;
}

/** Along one axis, the other side as it was made for. */
const lengthsAlong = (network: ResolvedNetwork, axis: 0 | 1): Lengths | null => {
  const [height, width] = network.spec.inputShape;
  const own = network.spec.inputShape[axis];
  const takes = (length: number): boolean =>
    networkAtSize(network, axis === 0 ? [length, width] : [height, length]) !== null;
  const beyond = Array.from({ length: own }, (_, i) => own + 1 + i).find(takes);
  if (beyond === undefined) return null;
  const step = beyond - own;
  let first = own % step === 0 ? step : own % step;
  // An image may be smaller than a kernel.
  while (!takes(first)) first += step;
  return { first, step };
};

/**
 * Rows and columns that a network takes; null of one that takes no size but its own. They are looked for up to twice its own
 * ones: what its strides cover is no longer than an image that it was made for.
 */
export const takenLengths = (network: ResolvedNetwork): readonly [Lengths, Lengths] | null => {
  if (network.spec.kind !== 'autoencoder' || network.spec.inputShape.length < 2) return null;
  const [rows, columns] = [lengthsAlong(network, 0), lengthsAlong(network, 1)];
  return rows === null || columns === null ? null : [rows, columns];
};

/** The smallest of the lengths that is not below `least`. */
export const lengthFrom = ({ first, step }: Lengths, least: number): number =>
  first + step * Math.max(0, Math.ceil((least - first) / step));
