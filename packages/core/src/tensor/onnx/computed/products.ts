/** Products of matrices and convolutions, of floats and of whole numbers. */
import { type Constant, constantOf, sizeOf, transposeConstant } from '../constants.ts';
import { floatOf, intOf, intsOf, notComputed, textOf } from '../nodes.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { type Computed, floats, required } from './shared.ts';

/** Most products that one node adds up. */
const MAX_WORK = 4e9;

const bounded = (work: number): void => {
  if (!(work <= MAX_WORK)) throw notComputed(`${work} products in one node`);
};

/** `[..., rows, inner] x [inner, columns]`, or as many matrices on both sides. */
export const matrixProduct = (a: Constant, b: Constant, node: NodeProto): Constant => {
  const inner = a.dims[a.dims.length - 1];
  const isShared = b.dims.length === 2;
  const [depth, columns] = b.dims.slice(-2);
  const rows = a.data.length / inner;
  const batches = isShared ? 1 : sizeOf(b.dims.slice(0, -2));
  const fits = depth === inner && columns > 0 && (isShared || sizeOf(a.dims.slice(0, -2)) === batches);
  if (!fits) throw notComputed(`${node.opType} of [${a.dims}] and [${b.dims}]`);
  bounded(rows * inner * columns);
  const out = new Float64Array(rows * columns);
  const perBatch = rows / batches;
  for (let row = 0; row < rows; row++) {
    const base = Math.floor(row / perBatch) * inner * columns;
    for (let k = 0; k < inner; k++) {
      const value = a.data[row * inner + k];
      if (value === 0) continue;
      for (let c = 0; c < columns; c++) out[row * columns + c] += value * b.data[base + k * columns + c];
    }
  }
  return constantOf([...a.dims.slice(0, -1), columns], out, a.isInteger && b.isInteger);
};

const asFloats = ({ dims, data }: Constant): Constant => floats(dims, Float32Array.from(data));

const gemm: Computed = (node, inputs) => {
  const a = required(inputs, 0, node);
  const b = required(inputs, 1, node);
  const left = intOf(node, 'transA', 0) === 1 ? transposeConstant(a, [1, 0]) : a;
  const right = intOf(node, 'transB', 0) === 1 ? transposeConstant(b, [1, 0]) : b;
  const product = matrixProduct(left, right, node);
  const [alpha, beta] = [floatOf(node, 'alpha', 1), floatOf(node, 'beta', 1)];
  const bias = inputs[2]?.data ?? [0];
  const columns = product.dims[1];
  const values = Float32Array.from(product.data, (value, i) => {
    const at = bias.length === 1 ? 0 : bias.length === columns ? i % columns : i;
    return alpha * value + beta * bias[at];
  });
  return [floats(product.dims, values)];
};

interface Windows {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Above, left, below, right. */
  readonly pads: readonly number[];
  readonly output: readonly number[];
}

/** How windows lie over an image of `[rows, columns]`. */
export const windowsOf = (node: NodeProto, image: readonly number[], kernel: readonly number[]): Windows => {
  if (image.length !== 2) throw notComputed(`${node.opType} over other than two axes`);
  const strides = intsOf(node, 'strides') ?? [1, 1];
  const dilations = intsOf(node, 'dilations') ?? [1, 1];
  const auto = textOf(node, 'auto_pad', 'NOTSET');
  const covered = kernel.map((side, axis) => (side - 1) * dilations[axis] + 1);
  const total = image.map((side, axis) =>
    Math.max(0, (Math.ceil(side / strides[axis]) - 1) * strides[axis] + covered[axis] - side),
  );
  const less = total.map((n) => (auto === 'SAME_LOWER' ? Math.ceil(n / 2) : Math.floor(n / 2)));
  const isSame = auto.startsWith('SAME');
  const stated = auto === 'VALID' ? null : intsOf(node, 'pads');
  const pads = isSame ? [...less, ...total.map((n, axis) => n - less[axis])] : (stated ?? [0, 0, 0, 0]);
  const isUp = intOf(node, 'ceil_mode', 0) === 1;
  const output = image.map((side, axis) => {
    const steps = (side + pads[axis] + pads[axis + 2] - covered[axis]) / strides[axis];
    const count = (isUp ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // The last window begins within the image or the padding before it.
    return isUp && (count - 1) * strides[axis] >= side + pads[axis] ? count - 1 : count;
  });
  if (output.some((n) => !(n >= 1))) throw notComputed(`${node.opType} of a window larger than the image`);
  return { strides, dilations, pads, output };
};

/** Products of windows and kernels, in double precision: `[images, filters, rows, columns]`. */
export const convolution = (node: NodeProto, x: Constant, kernel: Constant): Constant => {
  const [count, channels, height, width] = x.dims;
  const [filters, perGroup, rows, columns] = kernel.dims;
  const groups = intOf(node, 'group', 1);
  if (x.dims.length !== 4 || kernel.dims.length !== 4 || perGroup * groups !== channels || filters % groups !== 0)
    throw notComputed(`${node.opType} of [${x.dims}] and [${kernel.dims}]`);
  const { strides, dilations, pads, output } = windowsOf(node, [height, width], [rows, columns]);
  const [outRows, outColumns] = output;
  const plane = outRows * outColumns;
  bounded(count * filters * plane * perGroup * rows * columns);
  const out = new Float64Array(count * filters * plane);
  const filtersPerGroup = filters / groups;
  for (let n = 0; n < count; n++)
    for (let f = 0; f < filters; f++) {
      const to = (n * filters + f) * plane;
      for (let c = 0; c < perGroup; c++) {
        const from = (n * channels + Math.floor(f / filtersPerGroup) * perGroup + c) * height * width;
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++) {
            const weight = kernel.data[((f * perGroup + c) * rows + i) * columns + j];
            if (weight === 0) continue;
            for (let r = 0; r < outRows; r++) {
              const y = r * strides[0] + i * dilations[0] - pads[0];
              if (y < 0 || y >= height) continue;
              for (let s = 0; s < outColumns; s++) {
                const z = s * strides[1] + j * dilations[1] - pads[1];
                if (z >= 0 && z < width) out[to + r * outColumns + s] += weight * x.data[from + y * width + z];
              }
            }
          }
      }
    }
  return constantOf([count, filters, outRows, outColumns], out, x.isInteger && kernel.isInteger);
};

/** With a number added for each channel. */
const withBias = (value: Constant, bias: Constant | null | undefined): Float32Array => {
  const plane = value.dims[2] * value.dims[3];
  const channels = value.dims[1];
  return Float32Array.from(value.data, (sum, i) => sum + (bias ? bias.data[Math.floor(i / plane) % channels] : 0));
};

const conv: Computed = (node, inputs) => {
  const made = convolution(node, required(inputs, 0, node), required(inputs, 1, node));
  return [floats(made.dims, withBias(made, inputs[2]))];
};

const convTranspose: Computed = (node, inputs) => {
  const [x, kernel] = [required(inputs, 0, node), required(inputs, 1, node)];
  const [count, channels, height, width] = x.dims;
  const [, filters, rows, columns] = kernel.dims;
  if (x.dims.length !== 4 || kernel.dims.length !== 4 || kernel.dims[0] !== channels || intOf(node, 'group', 1) !== 1)
    throw notComputed(`${node.opType} of [${x.dims}] and [${kernel.dims}]`);
  const strides = intsOf(node, 'strides') ?? [1, 1];
  const dilations = intsOf(node, 'dilations') ?? [1, 1];
  const added = intsOf(node, 'output_padding') ?? [0, 0];
  const auto = textOf(node, 'auto_pad', 'NOTSET');
  const full = [height, width].map(
    (side, axis) => (side - 1) * strides[axis] + ([rows, columns][axis] - 1) * dilations[axis] + 1 + added[axis],
  );
  const wanted =
    intsOf(node, 'output_shape')?.slice(-2) ??
    (auto.startsWith('SAME') ? [height * strides[0], width * strides[1]] : null);
  const stated = intsOf(node, 'pads') ?? [0, 0, 0, 0];
  const total = full.map((side, axis) => (wanted ? side - wanted[axis] : stated[axis] + stated[axis + 2]));
  const before = total.map((n, axis) => {
    if (!wanted) return stated[axis];
    return auto === 'SAME_UPPER' ? Math.floor(n / 2) : n - Math.floor(n / 2);
  });
  const [outRows, outColumns] = full.map((side, axis) => side - total[axis]);
  if (!(outRows >= 1 && outColumns >= 1)) throw notComputed(`${node.opType} to nothing`);
  bounded(x.data.length * filters * rows * columns);
  bounded(count * filters * outRows * outColumns);
  const out = new Float64Array(count * filters * outRows * outColumns);
  for (let n = 0; n < count; n++)
    for (let c = 0; c < channels; c++)
      for (let f = 0; f < filters; f++)
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++) {
            const weight = kernel.data[((c * filters + f) * rows + i) * columns + j];
            for (let r = 0; r < height; r++) {
              const y = r * strides[0] + i * dilations[0] - before[0];
              if (y < 0 || y >= outRows) continue;
              for (let s = 0; s < width; s++) {
                const z = s * strides[1] + j * dilations[1] - before[1];
                if (z < 0 || z >= outColumns) continue;
                out[((n * filters + f) * outRows + y) * outColumns + z] +=
                  weight * x.data[((n * channels + c) * height + r) * width + s];
              }
            }
          }
  const made = constantOf([count, filters, outRows, outColumns], out, false);
  return [floats(made.dims, withBias(made, inputs[2]))];
};

export const productsComputed: Readonly<Record<string, Computed>> = {
  Gemm: gemm,
  MatMul: (node, inputs) => [asFloats(matrixProduct(required(inputs, 0, node), required(inputs, 1, node), node))],
  Conv: conv,
  ConvTranspose: convTranspose,
};
