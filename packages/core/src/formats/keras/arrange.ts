/** Arrays of a file in the order of axes that a network has. */
import { elementCount, type Shape } from '../../tensor/index.ts';
import type { Hdf5Array } from '../hdf5.ts';

/** The array with its axes in another order: axis i of the result is axis `order[i]` of the array. */
export const transposed = (array: Hdf5Array, order: readonly number[]): Hdf5Array => {
  const { dims } = array;
  if (dims.length !== order.length) return array;
  const strides = dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
  const shape = order.map((axis) => dims[axis]);
  const floats = (): Float32Array => {
    const from = array.floats();
    const to = new Float32Array(from.length);
    const index = shape.map(() => 0);
    for (let i = 0; i < to.length; i++) {
      to[i] = from[index.reduce((sum, at, axis) => sum + at * strides[order[axis]], 0)];
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        index[axis] += 1;
        if (index[axis] < shape[axis]) break;
        index[axis] = 0;
      }
    }
    return to;
  };
  return { ...array, dims: shape, floats };
};

/** A kernel turned by half a turn: Theano convolves where others correlate. */
export const turned = (array: Hdf5Array): Hdf5Array => {
  const { dims } = array;
  if (dims.length !== 4) return array;
  const places = dims[0] * dims[1];
  const each = dims[2] * dims[3];
  const floats = (): Float32Array => {
    const from = array.floats();
    const to = new Float32Array(from.length);
    for (let place = 0; place < places; place++)
      to.set(from.subarray(place * each, (place + 1) * each), (places - 1 - place) * each);
    return to;
  };
  return { ...array, floats };
};

/** The same values under another shape of as many. */
export const underShape = (array: Hdf5Array, dims: Shape): Hdf5Array =>
  elementCount(array.dims) === elementCount(dims) ? { ...array, dims } : array;

/** How a file lays its kernels out. */
export interface KernelLayout {
  /** Of Keras 1, whose axes depend on the order of those of images. */
  readonly isKeras1: boolean;
  /** Written by Theano. */
  readonly isTheano: boolean;
}

/**
 * The kernel of a convolution as Keras 2 and later have it.
 * Source: Keras 2, `preprocess_weights_for_loading`.
 */
export const modernKernel = (
  array: Hdf5Array,
  { isKeras1, isTheano }: KernelLayout,
  { transpose, channelsFirst }: { readonly transpose: boolean; readonly channelsFirst: boolean },
): Hdf5Array => {
  const orders = transpose ? { last: [0, 1, 3, 2], first: [2, 3, 0, 1] } : { last: [0, 1, 2, 3], first: [2, 3, 1, 0] };
  const axes = isKeras1 ? transposed(array, channelsFirst ? orders.first : orders.last) : array;
  return isTheano ? turned(axes) : axes;
};
