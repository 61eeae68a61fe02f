/** The ops. A new one is a file here and a line in this list. */
export { relu, reluGradient, sigmoid, softmax, tanh } from './activations.ts';
export { add, divide, exponential, multiply, scale, shift, square, squareRoot, subtract } from './arithmetic.ts';
export { scaleColumns, shiftColumns } from './columns.ts';
export { conv2d, conv2dTranspose } from './convolution.ts';
export { crossEntropyWithLogits } from './cross-entropy.ts';
export {
  elu,
  gelu,
  geluTanh,
  hardSigmoid,
  hardSilu,
  leakyRelu,
  mish,
  selu,
  shapedRelu,
  softsign,
} from './elementwise.ts';
export { logSoftmax } from './log-softmax.ts';
export { dense, gemm } from './matmul.ts';
export { maximum } from './maximum.ts';
export { maxPool2d, upSample2d } from './pooling.ts';
export { repeatRows, spread, sumAll, sumRows } from './reduce.ts';
export { concatenate, cutMargins, padZeros, permute, sliceAxis } from './regions.ts';
export { resizeBilinear } from './resize.ts';
export { rollRows } from './roll-rows.ts';
export { concatRows, reshape, sliceRows } from './shape.ts';
export { silu } from './silu.ts';
export { logarithm, softplus } from './softplus.ts';
export { standardizeColumns } from './standardize-columns.ts';
export { standardizeRows } from './standardize-rows.ts';
export { stridedConv2d, stridedConv2dImage, stridedConv2dKernel } from './strided-convolution.ts';
export { averageWindows, maxImageChannels, maxWindows, meanImageChannels } from './windows.ts';
