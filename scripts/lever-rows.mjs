// The rows of the two lever tables of docs/records.md: each says what was changed, from which row, and how its network and
// its training are made of that row's. Nothing is trained here (levers.mjs).
import { affine, bestRecipe, dense, elastic, gaussianNoise, layerNormalization, residualDense } from 'latent-plane';

const plain = (activation) => (units) => [dense(units, activation)];
const normalised = (units) => [dense(units, 'silu'), layerNormalization()];
/** What stands after a normalised layer: what it computed, and more of it. */
const residual = (units) => [...normalised(units), residualDense(units, 'silu'), layerNormalization()];

const encoderOf = (block, units) => [...units.flatMap(block), dense(2, 'linear')];
const decoderOf = (block, units) => [...[...units].reverse().flatMap(block), dense(784, 'sigmoid')];
const halves = (encoderBlock, units, decoderBlock = encoderBlock, decoderUnits = units) => ({
  encoder: encoderOf(encoderBlock, units),
  decoder: decoderOf(decoderBlock, decoderUnits),
});

const cosine = (learningRate) => ({ type: 'warmup-cosine', learningRate, warmupEpochs: 1, finalFraction: 0.003 });
/** After the warm-up the rate stays. */
const held = (learningRate, warmupEpochs) => ({
  ...cosine(learningRate),
  type: 'hold-cosine',
  warmupEpochs,
  decayEpochs: 0,
});
/** Whatever a row says beside it replaces this. */
const recipe = (changes) => ({
  ...bestRecipe({ epochs: 20, learningRate: 0.001, source: 'A row of docs/records.md.' }),
  schedule: cosine(0.001),
  ...changes,
});

const WIDE = [512, 256, 128];
const HALF = [256, 256, 128];
const drawn = { biasInitializer: 'fan-in-uniform', outputBias: 'mean-image' };
const moved = affine({ shift: 0.5, rotation: 3, scale: 0.03, shear: 0.03 });

const A = { ...halves(plain('relu'), WIDE), recipe: recipe() };
const C = { ...A, ...halves(plain('silu'), WIDE) };
const D = { ...C, ...halves(normalised, WIDE) };
const G = { ...D, recipe: recipe(drawn) };
const I = { ...G, recipe: recipe({ ...drawn, schedule: cosine(0.003) }) };
const with_ = (row, changes) => ({ ...row, recipe: { ...row.recipe, ...changes } });
const I4 = with_(I, { schedule: { ...cosine(0.003), warmupEpochs: 2 } });
const K = with_(I, { augmentation: [moved] });
const M = with_(I, { epochs: 60, weightAveraging: 0.998 });
const N = with_(M, { weightDecay: 0.05 });
const O = { ...M, ...halves(normalised, HALF) };
const P = { ...O, ...halves(normalised, [...HALF, 64]) };
const neighbours = { type: 'neighbours', weight: 0.03, neighbours: 15, metric: 'deskewed', strangers: 5 };

const noisy = (row, std) => ({ ...row, decoder: [gaussianNoise(std), ...row.decoder] });

/**
 * `report` holds the epochs after which a row tells its figures, each with its own words; its last alone otherwise. `stages`
 * hold what changes of the recipe from one training to the next that goes on from its weights. In the order of the page.
 */
export const ROWS = [
  {
    name: 'A',
    what: '784-512-256-128-2 and mirrored, relu, Adam at 0.001 with warm-up and cosine',
    ...A,
  },
  {
    name: 'B',
    what: 'A, he-uniform kernels, biases drawn, the last at the mean image',
    ...A,
    recipe: recipe({ ...drawn, initializer: 'he-uniform' }),
  },
  { name: 'C', what: 'A with SiLU in place of relu', ...C },
  { name: 'D', what: 'C, layers normalised', ...D },
  {
    name: 'E',
    what: 'C, layers of the decoder alone normalised',
    ...C,
    ...halves(plain('silu'), WIDE, normalised),
  },
  {
    name: 'F',
    what: 'D with one more layer of 256 in each half',
    ...D,
    ...halves(normalised, [512, 256, 256, 128]),
  },
  { name: 'G', what: 'D, biases drawn, the last at the mean image', ...G },
  { name: 'H', what: 'D at 0.003', ...D, recipe: recipe({ schedule: cosine(0.003) }) },
  { name: 'I', what: 'G at 0.003', ...I },
  { name: 'I2', what: 'I with seed 2', ...with_(I, { seed: 2 }) },
  { name: 'I3', what: 'I with seed 3', ...with_(I, { seed: 3 }) },
  { name: 'I4', what: 'I with two epochs of warm-up in place of one', ...I4 },
  {
    name: 'J',
    what: 'I with one more layer of 256 in each half',
    ...I,
    ...halves(normalised, [512, 256, 256, 128]),
  },
  {
    name: 'K',
    what: 'I, images shifted, turned, scaled and slanted a little, held against themselves',
    ...K,
  },
  {
    name: 'L',
    what: 'K, held against the image that they were made from',
    ...with_(K, { augmentationTarget: 'original' }),
  },
  {
    name: 'M',
    what: 'the same at its end',
    ...M,
    report: [{ epoch: 20, what: 'I for 60 epochs with a running average of 0.998; after 20 of them' }],
  },
  { name: 'N', what: 'M with a weight decay of 0.05', ...N },
  { name: 'O', what: 'M with layers of 256, 256, 128', ...O },
  { name: 'P', what: 'O with one more layer of 64 beside the code', ...P },
  {
    name: 'S',
    what: 'I4, images pulled about elastically (1 pixel at points 7 apart), held against themselves',
    ...with_(I4, { augmentation: [elastic(1, 7)] }),
  },
  {
    name: 'T',
    what: 'I, a residual block as wide as it after each layer of the decoder',
    ...I,
    ...halves(normalised, WIDE, residual),
  },
  {
    name: 'T4',
    what: 'the same from I4',
    ...I4,
    ...halves(normalised, WIDE, residual),
  },
  { name: 'U', what: 'I with noise of 0.1 on the code', ...noisy(I, 0.1) },
  { name: 'U4', what: 'the same from I4', ...noisy(I4, 0.1) },
  { name: 'V', what: 'M with the changed images of K', ...with_(M, { augmentation: [moved] }) },
  {
    name: 'W',
    what: 'P, begun with the loss of neighbours at 0.03 (as in row R) for 12 epochs',
    ...with_({ ...P, loss: neighbours }, { neighbourEpochs: 12 }),
  },
  {
    name: 'X',
    what: 'I with the penalty on the slope of the decoder (loss `jacobian`), weight 0.001',
    ...I,
    loss: { type: 'jacobian', weight: 0.001 },
  },
  {
    name: 'Y',
    what: 'X with a weight of 0.01',
    ...I,
    loss: { type: 'jacobian', weight: 0.01 },
  },
  {
    name: 'Z',
    what: 'I, the rate held at 0.003 and lowered by a cosine over the last 5 epochs alone',
    ...with_(I, { schedule: { ...cosine(0.003), type: 'hold-cosine', decayEpochs: 5 } }),
  },
  {
    name: 'AA',
    what: 'I with three cosines, each from 0.003 again',
    ...with_(I, { schedule: { ...cosine(0.003), type: 'cosine-restarts', cycles: 3 } }),
  },
  {
    name: 'AB',
    what: 'I at 0.003 throughout, batches of 256 for 12 epochs, 1,024 for 4, 4,096 for 4 (Adam begins anew at each)',
    ...I,
    stages: [
      { epochs: 12, batchSize: 256, schedule: held(0.003, 1) },
      { epochs: 4, batchSize: 1024, schedule: held(0.003, 0.5) },
      { epochs: 4, batchSize: 4096, schedule: held(0.003, 0.5) },
    ],
  },
  {
    name: 'AC',
    what: 'V, images as they are in the last 20 epochs',
    ...with_(M, { augmentation: [moved], augmentationEpochs: 40 }),
  },
  {
    name: 'AD',
    what: 'P, the layers of the decoder twice as wide (128, 256, 512, 512)',
    ...P,
    ...halves(normalised, [...HALF, 64], normalised, [512, 512, 256, 128]),
  },
  {
    name: 'AE',
    what: 'P with the residual blocks of T',
    ...P,
    ...halves(normalised, [...HALF, 64], residual),
  },
  {
    table: 'map',
    name: 'Q',
    what: 'neighbours with a weight of 0.003, at 0.002; 15 of them, slant taken out, 5 strangers',
    ...with_({ ...I, loss: { ...neighbours, weight: 0.003 } }, { schedule: cosine(0.002) }),
  },
  {
    table: 'map',
    name: 'R',
    what: 'Q with a weight of 0.03',
    ...with_({ ...I, loss: neighbours }, { schedule: cosine(0.002) }),
  },
];
