/**
 * Max pooling and nearest-neighbour up-sampling, channels last, with the window as stride.
 */
import { type Dims, type EmitContext, type NdArray, opTensor, requireDims, sizeOf, type Tensor } from '../tensor.ts';

/** The strided view of element `(i, j)` of every window, rows and columns beyond the last whole window left out. */
const emitTap = (
  e: EmitContext,
  name: string,
  [, h, w]: Dims,
  ph: number,
  pw: number,
  i: number,
  j: number,
): string => {
  const [rows, columns] = [Math.floor(h / ph), Math.floor(w / pw)];
  return e.node('Slice', [
    name,
    e.ints([i, j]),
    e.ints([(rows - 1) * ph + i + 1, (columns - 1) * pw + j + 1]),
    e.ints([1, 2]),
    e.ints([ph, pw]),
  ]);
};

const taps = (ph: number, pw: number): readonly (readonly [number, number])[] =>
  Array.from({ length: ph * pw }, (_, n) => [Math.floor(n / pw), n % pw] as const);

/** For every element of the pooled image, the index into `x` of its first largest element. */
const firstMaxima = (x: NdArray, ph: number, pw: number): { readonly dims: Dims; readonly at: Int32Array } => {
  const [batch, h, w, channels] = x.dims;
  const dims = [batch, Math.floor(h / ph), Math.floor(w / pw), channels];
  const at = new Int32Array(sizeOf(dims));
  let out = 0;
  for (let b = 0; b < batch; b++) {
    for (let r = 0; r < dims[1]; r++) {
      for (let c = 0; c < dims[2]; c++) {
        for (let k = 0; k < channels; k++) {
          let best = -1;
          for (const [i, j] of taps(ph, pw)) {
            const index = ((b * h + r * ph + i) * w + c * pw + j) * channels + k;
            if (best < 0 || x.data[index] > x.data[best]) best = index;
          }
          at[out++] = best;
        }
      }
    }
  }
  return { dims, at };
};

/**
 * Largest value of each window: `[batch, h, w, c] -> [batch, floor(h / ph), floor(w / pw), c]`.
 * Among equal values the first in reading order takes the gradient.
 */
export const maxPool2d = (x: Tensor, [ph, pw]: readonly [number, number]): Tensor => {
  const [batch, h, w, channels] = x.dims;
  requireDims('maxPool2d', x.dims.length === 4 && h >= ph && w >= pw, x);
  const y: Tensor = opTensor('maxPool2d', [batch, Math.floor(h / ph), Math.floor(w / pw), channels], [x], {
    gradient: (dy) => [maxPool2dGradient(x, y, dy, ph, pw)],
    picks: (other) => maxPool2d(other, [ph, pw]),
    emit: (e, [name]) =>
      e.node(
        'Max',
        taps(ph, pw).map(([i, j]) => emitTap(e, name, x.dims, ph, pw, i, j)),
      ),
    evaluate: ([value]) => {
      const { dims, at } = firstMaxima(value, ph, pw);
      return { dims, data: Float64Array.from(at, (index) => value.data[index]) };
    },
  });
  return y;
};

const maxPool2dGradient = (x: Tensor, y: Tensor, dy: Tensor, ph: number, pw: number): Tensor => {
  const [, h, w, channels] = x.dims;
  const [batch, rows, columns] = y.dims;
  return opTensor('maxPool2dGradient', x.dims, [x, y, dy], {
    gradient: () => [null, null, null],
    emit: (e, [xs, ys, dys]) => {
      const zero = e.floats([0], []);
      let free = '';
      const parts = taps(ph, pw).map(([i, j], n) => {
        const hit = e.node('Equal', [emitTap(e, xs, x.dims, ph, pw, i, j), ys]);
        const mine = n === 0 ? hit : e.node('And', [hit, free]);
        const missed = e.node('Not', [hit]);
        free = n === 0 ? missed : e.node('And', [free, missed]);
        const part = e.node('Where', [mine, dys, zero]);
        return e.node('Reshape', [part, e.ints([batch, rows, 1, columns, 1, channels])]);
      });
      const lines = Array.from({ length: ph }, (_, i) =>
        e.node('Concat', parts.slice(i * pw, (i + 1) * pw), { axis: 4 }),
      );
      const whole = e.node('Reshape', [
        e.node('Concat', lines, { axis: 2 }),
        e.ints([batch, rows * ph, columns * pw, channels]),
      ]);
      const [below, right] = [h - rows * ph, w - columns * pw];
      return below + right === 0 ? whole : e.node('Pad', [whole, e.ints([0, 0, 0, 0, 0, below, right, 0])]);
    },
    evaluate: ([xs, , dys]) => {
      const data = new Float64Array(xs.data.length);
      firstMaxima(xs, ph, pw).at.forEach((index, out) => {
        data[index] += dys.data[out];
      });
      return { dims: xs.dims, data };
    },
  });
};

/** Every pixel repeated: `[batch, h, w, c] -> [batch, h * sh, w * sw, c]`. */
export const upSample2d = (x: Tensor, [sh, sw]: readonly [number, number]): Tensor => {
  const [batch, h, w, channels] = x.dims;
  requireDims('upSample2d', x.dims.length === 4, x);
  return opTensor('upSample2d', [batch, h * sh, w * sw, channels], [x], {
    gradient: (dy) => [sumWindows(dy, sh, sw)],
    picks: (other) => upSample2d(other, [sh, sw]),
    emit: (e, [name]) => {
      const apart = e.node('Reshape', [name, e.ints([-1, h, 1, w, 1, channels])]);
      const repeated = e.node('Expand', [apart, e.ints([1, 1, sh, 1, sw, 1])]);
      return e.node('Reshape', [repeated, e.ints([batch, h * sh, w * sw, channels])]);
    },
    evaluate: ([value]) => {
      const dims = [value.dims[0], h * sh, w * sw, channels];
      const data = new Float64Array(sizeOf(dims));
      eachWindowElement(dims, sh, sw, (big, small) => {
        data[big] = value.data[small];
      });
      return { dims, data };
    },
  });
};

/** Pairs each element of an image with the element of the image of its windows. */
const eachWindowElement = (
  [batch, h, w, channels]: Dims,
  sh: number,
  sw: number,
  visit: (big: number, small: number) => void,
): void => {
  for (let b = 0; b < batch; b++) {
    for (let r = 0; r < h; r++) {
      for (let c = 0; c < w; c++) {
        const small = ((b * (h / sh) + Math.floor(r / sh)) * (w / sw) + Math.floor(c / sw)) * channels;
        for (let k = 0; k < channels; k++) visit(((b * h + r) * w + c) * channels + k, small + k);
      }
    }
  }
};

/** Sum over each window, the gradient of up-sampling. */
const sumWindows = (x: Tensor, sh: number, sw: number): Tensor => {
  const [batch, h, w, channels] = x.dims;
  const dims = [batch, h / sh, w / sw, channels];
  return opTensor('sumWindows', dims, [x], {
    gradient: (dy) => [upSample2d(dy, [sh, sw])],
    emit: (e, [name]) =>
      e.node(
        'Sum',
        taps(sh, sw).map(([i, j]) => emitTap(e, name, x.dims, sh, sw, i, j)),
      ),
    evaluate: ([value]) => {
      const data = new Float64Array(sizeOf([value.dims[0], dims[1], dims[2], channels]));
      eachWindowElement(value.dims, sh, sw, (big, small) => {
        data[small] += value.data[big];
      });
      return { dims: [value.dims[0], dims[1], dims[2], channels], data };
    },
  });
};
