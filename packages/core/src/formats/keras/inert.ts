/** Classes of layers that leave their input as it is once a model is trained. */

/** Keras' own that this project has no layer for. */
const KERAS: ReadonlySet<string> = new Set([
  'Identity',
  'AlphaDropout',
  'SpatialDropout1D',
  'SpatialDropout3D',
  'RandomBrightness',
  'RandomColorDegeneration',
  'RandomColorJitter',
  'RandomContrast',
  'RandomElasticTransform',
  'RandomErasing',
  'RandomFlip',
  'RandomGaussianBlur',
  'RandomGrayscale',
  'RandomHue',
  'RandomInvert',
  'RandomPerspective',
  'RandomPosterization',
  'RandomRotation',
  'RandomSaturation',
  'RandomSharpness',
  'RandomShear',
  'RandomTranslation',
  'RandomZoom',
]);

/** Whether a class of Keras does nothing outside of training. */
export const isInertClass = (className: string): boolean => KERAS.has(className);

/** Losses that somebody put among the layers: they add to the loss and pass their input on. */
export const isLossName = (name: string): boolean => /loss|divergence|(^|[^a-z])kl([^a-z]|$)|^KL/i.test(name);

/** Whether a class of somebody's own does nothing outside of training, by its name. */
export const isInertName = (name: string): boolean =>
  isLossName(name) || /dropout|regulari[sz]|noise|augment|^Random[A-Z]/i.test(name);

/** Wrappers whose inner layer holds all there is to compute. */
export const WRAPPERS: ReadonlySet<string> = new Set(['SpectralNormalization', 'TimeDistributed']);

/** Keras' own classes that are not computed here, and why. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /^(ConvLSTM|LSTM|GRU|SimpleRNN|RNN|Bidirectional|StackedRNNCells|CuDNN)/,
    'it works through a sequence step by step',
  ],
  [
    /^(Conv1D|Convolution1D|SeparableConv1D|DepthwiseConv1D|Conv1DTranspose|.*Pooling1D|UpSampling1D|Cropping1D|ZeroPadding1D|LocallyConnected1D)$/,
    'it works along one axis; images have rows and columns',
  ],
  [
    /^(Conv3D|Convolution3D|Conv3DTranspose|.*Pooling3D|UpSampling3D|Cropping3D|ZeroPadding3D)$/,
    'it works on volumes; images have rows and columns',
  ],
  [/Attention$/, 'attention is not computed here'],
  [
    /^(Dot|Minimum|Masking|LocallyConnected2D|UnitNormalization|Resizing|CenterCrop|RandomCrop|RandomHeight|RandomWidth|Discretization|Hashing|StringLookup|IntegerLookup|TextVectorization|EinsumDense|WeightNormalization|InstanceNormalization|VectorQuantizer|GlobalResponseNormalization|MaxoutDense|Highway|MaxNumBoundingBoxes)$/,
    'it is not computed here',
  ],
];

/** Why a class that is known is not computed here; null for one that is nobody's. */
export const whyNot = (className: string): string | null =>
  REASONS.find(([pattern]) => pattern.test(className))?.[1] ?? null;
