/**
 * The multiplications and additions of an op, written with nothing around them: what a bench times beside a whole step.
 *
 * In: sizes. Out: how many operations there are, and the forms in which they can be written; values of one form are not
 * those of another, only as many and as large.
 */
import { type ConvolutionGeometry, paddingAfter } from './geometry.ts';
import type { Work, WorkForm } from './tensor.ts';

const transposes = [0, 1] as const;

/** A product in every order of its operands: each of them as it is or transposed, and the whole transposed. */
const productForms = (rows: number, inner: number, columns: number): readonly WorkForm[] =>
  [[rows, columns] as const, [columns, rows] as const].flatMap(([m, n]) =>
    transposes.flatMap((transA) =>
      transposes.map(
        (transB): WorkForm => ({
          inputs: [transA ? [inner, m] : [m, inner], transB ? [n, inner] : [inner, n]],
          output: [m, n],
          emit: (e, inputs) => e.node('Gemm', inputs, { transA, transB }),
        }),
      ),
    ),
  );

/** Of `[rows, inner] [inner, columns]`. */
export const productWork = (rows: number, inner: number, columns: number): Work => ({
  flops: 2 * rows * inner * columns,
  forms: productForms(rows, inner, columns),
});

/** Which of the three: the convolution, its gradient by the image, its gradient by the kernel. */
export type ConvolutionPass = 'output' | 'image' | 'kernel';

/** As an operator of ONNX on arrays that have their channels first already. */
const operatorForm = (
  pass: ConvolutionPass,
  { image, output, kernel, strides, dilation, padding, groups }: ConvolutionGeometry,
  { batch, perGroup, filters }: ConvolutionSizes,
): WorkForm => {
  const channels = perGroup * groups;
  const after = paddingAfter({ image, output, kernel, strides, dilation, padding });
  const pads = [...padding, ...after.map((n) => Math.max(0, n))];
  const usual = { kernel_shape: kernel, strides, dilations: dilation, pads, group: groups };
  const weights = [filters, perGroup, ...kernel];
  switch (pass) {
    case 'output':
      return {
        inputs: [[batch, channels, ...image], weights],
        output: [batch, filters, ...output],
        emit: (e, inputs) => e.node('Conv', inputs, usual),
      };
    case 'image': {
      const output_padding = after.map((n) => Math.max(0, -n));
      return {
        inputs: [[batch, filters, ...output], weights],
        output: [batch, channels, ...image],
        emit: (e, inputs) => e.node('ConvTranspose', inputs, { ...usual, output_padding }),
      };
    }
    case 'kernel': {
      const taps = ([0, 1] as const).map((axis) => {
        const reach = (output[axis] - 1) * strides[axis] + 1;
        return Math.floor((image[axis] + padding[axis] + Math.max(0, after[axis]) - reach) / dilation[axis]) + 1;
      });
      return {
        inputs: [
          [perGroup, groups * batch, ...image],
          [filters, batch, ...output],
        ],
        output: [perGroup, filters, ...taps],
        emit: (e, inputs) =>
          e.node('Conv', inputs, { ...usual, kernel_shape: output, strides: dilation, dilations: strides }),
      };
    }
  }
};

interface ConvolutionSizes {
  readonly batch: number;
  /** Channels of the image that a filter sees. */
  readonly perGroup: number;
  readonly filters: number;
}

/** Of a convolution or of one of its gradients: as an operator of ONNX, and as a product with patches that are there. */
export const convolutionWork = (
  pass: ConvolutionPass,
  geometry: ConvolutionGeometry,
  sizes: ConvolutionSizes,
): Work => {
  const { output, kernel, groups } = geometry;
  const { batch, perGroup, filters } = sizes;
  const positions = batch * output[0] * output[1];
  const patch = kernel[0] * kernel[1] * perGroup;
  const products: Readonly<Record<ConvolutionPass, readonly [number, number, number]>> = {
    output: [positions, patch, filters],
    image: [positions, filters, patch],
    kernel: [patch, positions, filters],
  };
  return {
    flops: 2 * positions * patch * filters,
    forms: [operatorForm(pass, geometry, sizes), ...(groups === 1 ? productForms(...products[pass]) : [])],
  };
};
