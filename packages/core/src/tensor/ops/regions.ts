/**
 * Regions of an array: cut out, put among zeros, put one behind another, its axes in another order.
 *
 * Axes are counted from 0, the batch, which is left whole and may be of unknown size.
 */
import { type Dims, type NdArray, opTensor, requireDims, sizeOf, type Tensor } from '../tensor.ts';

/** Of each axis but the first. */
type Margins = readonly number[];

const withRest = (batch: number, rest: readonly number[]): Dims => [batch, ...rest];

/** Copies `small` to the place in `big` that begins at `at`, or back. */
const copyRegion = (
  big: { readonly dims: Dims; readonly data: Float64Array },
  small: { readonly dims: Dims; readonly data: Float64Array },
  at: readonly number[],
  copy: (big: number, small: number, run: number) => void,
): void => {
  const rank = small.dims.length;
  const run = small.dims[rank - 1];
  const count = run === 0 ? 0 : small.data.length / run;
  for (let n = 0; n < count; n++) {
    let rest = n;
    let index = at[rank - 1];
    let stride = big.dims[rank - 1];
    for (let axis = rank - 2; axis >= 0; axis--) {
      index += ((rest % small.dims[axis]) + at[axis]) * stride;
      rest = Math.floor(rest / small.dims[axis]);
      stride *= big.dims[axis];
    }
    copy(index, n * run, run);
  }
};

/** Zeros before and after each axis but the batch. */
export const padZeros = (x: Tensor, before: Margins, after: Margins): Tensor => {
  const [batch, ...sides] = x.dims;
  requireDims('padZeros', [...before, ...after].every((n) => n >= 0) && before.length === sides.length, x);
  const padded = sides.map((side, i) => side + before[i] + after[i]);
  return opTensor('padZeros', withRest(batch, padded), [x], {
    gradient: (dy) => [cutMargins(dy, before, after)],
    emit: (e, [name]) => e.node('Pad', [name, e.ints([0, ...before, 0, ...after])]),
    evaluate: ([value]) => {
      const dims = withRest(value.dims[0], padded);
      const data = new Float64Array(sizeOf(dims));
      copyRegion({ dims, data }, value, [0, ...before], (to, from, run) =>
        data.set(value.data.subarray(from, from + run), to),
      );
      return { dims, data };
    },
  });
};

/** The inverse of `padZeros`: without so many elements before and after each axis but the batch. */
export const cutMargins = (x: Tensor, before: Margins, after: Margins): Tensor => {
  const [batch, ...sides] = x.dims;
  const rest = sides.map((side, i) => side - before[i] - after[i]);
  requireDims('cutMargins', [...before, ...after].every((n) => n >= 0) && rest.every((side) => side > 0), x);
  return opTensor('cutMargins', withRest(batch, rest), [x], {
    gradient: (dy) => [padZeros(dy, before, after)],
    picks: (other) => cutMargins(other, before, after),
    emit: (e, [name]) =>
      e.node('Slice', [
        name,
        e.ints(before),
        e.ints(rest.map((side, i) => side + before[i])),
        e.ints(sides.map((_, i) => i + 1)),
      ]),
    evaluate: ([value]) => {
      const dims = withRest(value.dims[0], rest);
      const data = new Float64Array(sizeOf(dims));
      copyRegion(value, { dims, data }, [0, ...before], (from, to, run) =>
        data.set(value.data.subarray(from, from + run), to),
      );
      return { dims, data };
    },
  });
};

/** Elements `from` (included) to `to` (not included) along an axis other than the batch. */
export const sliceAxis = (x: Tensor, axis: number, from: number, to: number): Tensor => {
  const [, ...sides] = x.dims;
  const margin = (n: number): Margins => sides.map((_, i) => (i + 1 === axis ? n : 0));
  return cutMargins(x, margin(from), margin(x.dims[axis] - to));
};

/** Tensors one behind another along an axis other than the batch; along all others they are alike. */
export const concatenate = (tensors: readonly Tensor[], axis: number): Tensor => {
  const [first] = tensors;
  const size = tensors.reduce((sum, { dims }) => sum + dims[axis], 0);
  const alike = tensors.every(({ dims }) => dims.every((dim, i) => i === axis || dim === first.dims[i]));
  requireDims('concatenate', axis > 0 && axis < first.dims.length && alike, ...tensors);
  const joined = first.dims.map((dim, i) => (i === axis ? size : dim));
  const starts = tensors.map((_, n) => tensors.slice(0, n).reduce((sum, { dims }) => sum + dims[axis], 0));
  return opTensor('concatenate', joined, tensors, {
    gradient: (dy) => tensors.map(({ dims }, n) => sliceAxis(dy, axis, starts[n], starts[n] + dims[axis])),
    emit: (e, names) => e.node('Concat', names, { axis }),
    evaluate: (values) => {
      const dims = withRest(values[0].dims[0], joined.slice(1));
      const data = new Float64Array(sizeOf(dims));
      values.forEach((value, n) => {
        const at = dims.map((_, i) => (i === axis ? starts[n] : 0));
        copyRegion({ dims, data }, value, at, (to, from, run) => data.set(value.data.subarray(from, from + run), to));
      });
      return { dims, data };
    },
  });
};

const permuted = ({ dims, data }: NdArray, order: readonly number[]): NdArray => {
  const strides = dims.map((_, axis) => sizeOf(dims.slice(axis + 1)));
  const turned = order.map((axis) => dims[axis]);
  const out = new Float64Array(data.length);
  for (let n = 0; n < out.length; n++) {
    let rest = n;
    let from = 0;
    for (let i = order.length - 1; i >= 0; i--) {
      from += (rest % turned[i]) * strides[order[i]];
      rest = Math.floor(rest / turned[i]);
    }
    out[n] = data[from];
  }
  return { dims: turned, data: out };
};

/** The axes in another order: axis `i` of the result is axis `order[i]` of `x`; the batch stays in front. */
export const permute = (x: Tensor, order: readonly number[]): Tensor => {
  const isOrder = [...order].sort((a, b) => a - b).every((axis, i) => axis === i);
  requireDims('permute', order[0] === 0 && order.length === x.dims.length && isOrder, x);
  return opTensor(
    'permute',
    order.map((axis) => x.dims[axis]),
    [x],
    {
      gradient: (dy) => [
        permute(
          dy,
          order.map((_, axis) => order.indexOf(axis)),
        ),
      ],
      picks: (other) => permute(other, order),
      emit: (e, [name]) => e.node('Transpose', [name], { perm: order }),
      evaluate: ([value]) => permuted(value, order),
    },
  );
};
