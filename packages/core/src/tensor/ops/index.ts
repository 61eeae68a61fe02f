/** The ops. A new one is a file here and a line in this list. */
export { relu, reluGradient, sigmoid, softmax, tanh } from './activations.ts';
export { add, divide, exponential, multiply, scale, shift, square, squareRoot, subtract } from './arithmetic.ts';
export { scaleColumns, shiftColumns } from './columns.ts';
export { conv2d, conv2dTranspose } from './convolution.ts';
export { crossEntropyWithLogits } from './cross-entropy.ts';
export { dense, gemm } from './matmul.ts';
export { maximum } from './maximum.ts';
export { maxPool2d, upSample2d } from './pooling.ts';
export { repeatRows, spread, sumAll, sumRows } from './reduce.ts';
export { rollRows } from './roll-rows.ts';
export { concatRows, reshape, sliceRows } from './shape.ts';
export { silu } from './silu.ts';
export { logarithm, softplus } from './softplus.ts';
export { standardizeColumns } from './standardize-columns.ts';
export { standardizeRows } from './standardize-rows.ts';
