/** The layer types. A new one is a file here and a line in this list. */

import { activationLayer } from './activation.ts';
import { activityRegularizationLayer } from './activity-regularization.ts';
import { addLayer } from './add.ts';
import { averageLayer } from './average.ts';
import { averagePooling2dLayer } from './average-pooling2d.ts';
import { batchNormalizationLayer } from './batch-normalization.ts';
import { concatenateLayer } from './concatenate.ts';
import { conv2dLayer } from './conv2d.ts';
import { conv2dTransposeLayer } from './conv2d-transpose.ts';
import { cropping2dLayer } from './cropping2d.ts';
import { denseLayer } from './dense.ts';
import { depthwiseConv2dLayer } from './depthwise-conv2d.ts';
import { dropoutLayer } from './dropout.ts';
import { eluLayer } from './elu.ts';
import { flattenLayer } from './flatten.ts';
import { gaussianDropoutLayer } from './gaussian-dropout.ts';
import { gaussianNoiseLayer } from './gaussian-noise.ts';
import { gaussianSamplingLayer } from './gaussian-sampling.ts';
import { globalAveragePooling2dLayer } from './global-average-pooling2d.ts';
import { globalMaxPooling2dLayer } from './global-max-pooling2d.ts';
import { groupNormalizationLayer } from './group-normalization.ts';
import { labelEmbeddingLayer } from './label-embedding.ts';
import { layerNormalizationLayer } from './layer-normalization.ts';
import { leakyReluLayer } from './leaky-relu.ts';
import { maxPooling2dLayer } from './max-pooling2d.ts';
import { maximumLayer } from './maximum.ts';
import { multiplyLayer } from './multiply.ts';
import { onnxGraphLayer } from './onnx-graph.ts';
import { permuteLayer } from './permute.ts';
import { preluLayer } from './prelu.ts';
import { reluLayer } from './relu.ts';
import { repeatVectorLayer } from './repeat-vector.ts';
import { rescalingLayer } from './rescaling.ts';
import { reshapeLayer } from './reshape.ts';
import { residualDenseLayer } from './residual-dense.ts';
import { samplingLayer } from './sampling.ts';
import { separableConv2dLayer } from './separable-conv2d.ts';
import { spatialDropout2dLayer } from './spatial-dropout2d.ts';
import { subtractLayer } from './subtract.ts';
import { upSampling2dLayer } from './up-sampling2d.ts';
import { zeroPadding2dLayer } from './zero-padding2d.ts';
/** In the order of menus and docs. */
export const layers = [
  denseLayer,
  conv2dLayer,
  conv2dTransposeLayer,
  depthwiseConv2dLayer,
  separableConv2dLayer,
  maxPooling2dLayer,
  averagePooling2dLayer,
  globalMaxPooling2dLayer,
  globalAveragePooling2dLayer,
  upSampling2dLayer,
  zeroPadding2dLayer,
  cropping2dLayer,
  flattenLayer,
  reshapeLayer,
  permuteLayer,
  repeatVectorLayer,
  rescalingLayer,
  activationLayer,
  reluLayer,
  leakyReluLayer,
  preluLayer,
  eluLayer,
  dropoutLayer,
  spatialDropout2dLayer,
  gaussianDropoutLayer,
  gaussianNoiseLayer,
  activityRegularizationLayer,
  layerNormalizationLayer,
  batchNormalizationLayer,
  groupNormalizationLayer,
  residualDenseLayer,
  labelEmbeddingLayer,
  addLayer,
  subtractLayer,
  multiplyLayer,
  averageLayer,
  maximumLayer,
  concatenateLayer,
  gaussianSamplingLayer,
  samplingLayer,
] as const;

/** What only files of other programs bring: in no menu, for inference alone. */
export const importedLayers = [onnxGraphLayer] as const;

// What makes a specification of each.
export { type Conv2DSpec, conv2d } from './conv2d.ts';
export { type Conv2DTransposeSpec, conv2dTranspose } from './conv2d-transpose.ts';
export { type DenseSpec, dense } from './dense.ts';
export { type DropoutSpec, dropout } from './dropout.ts';
export { type FlattenSpec, flatten } from './flatten.ts';
export { type GaussianNoiseSpec, gaussianNoise } from './gaussian-noise.ts';
export { type GaussianSamplingSpec, gaussianSampling, logScaleHead } from './gaussian-sampling.ts';
export { type LayerNormalizationSpec, layerNormalization } from './layer-normalization.ts';
export { type MaxPooling2DSpec, maxPooling2d } from './max-pooling2d.ts';
export { type ReshapeSpec, reshape } from './reshape.ts';
export { type ResidualDenseSpec, residualDense } from './residual-dense.ts';
export { type UpSampling2DSpec, upSampling2d } from './up-sampling2d.ts';
