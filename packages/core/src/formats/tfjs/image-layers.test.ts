import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { largestDifference, sampleImages } from '../testing/sample-model.ts';
import { infer, readFiles } from './testing/model-files.ts';
import { predict, savedByTensorFlow, startTensorFlow } from './testing/tensorflow.ts';

/** Two engines: other orders of addition; outputs are of the order of 1. */
const TOLERANCE = 1e-5;
const { averagePooling2d, cropping2D, dense, flatten, globalAveragePooling2d, maxPooling2d, permute, repeatVector } =
  layers.layers;

beforeAll(startTensorFlow);

const autoencoder = (encoder: layers.Sequential): layers.Sequential =>
  layers.sequential({ layers: [encoder, layers.sequential({ layers: [dense({ units: 3, inputShape: [2] })] })] });

test('image layers that TensorFlow.js saved compute here what they compute there', async () => {
  const model = autoencoder(
    layers.sequential({
      layers: [
        layers.layers.zeroPadding2d({
          padding: [
            [0, 1],
            [2, 0],
          ],
          inputShape: [9, 7, 2],
        }),
        maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
        averagePooling2d({ poolSize: [3, 2], strides: [1, 1], padding: 'same' }),
        cropping2D({
          cropping: [
            [1, 0],
            [0, 1],
          ],
        }),
        permute({ dims: [2, 1, 3] }),
        layers.layers.rescaling({ scale: 2, offset: -0.5 }),
        globalAveragePooling2d({}),
        repeatVector({ n: 3 }),
        flatten(),
        dense({ units: 2 }),
      ],
    }),
  );
  const back = await readFiles(await savedByTensorFlow(model));
  const images = sampleImages([9, 7, 2], 2);
  expect(back.network.parts.flatMap((part) => part.layers.map(({ spec }) => spec.type))).toEqual([
    'zero-padding2d',
    'max-pooling2d',
    'average-pooling2d',
    'cropping2d',
    'permute',
    'rescaling',
    'global-average-pooling2d',
    'repeat-vector',
    'flatten',
    'dense',
    'dense',
  ]);
  const got = await infer(back.network, back.weights, images);
  expect(largestDifference(got, predict(model, images, [9, 7, 2]))).toBeLessThan(TOLERANCE);
  expect(back.notes.join()).not.toMatch(/as Keras computes it/);
});

test('bilinear up-sampling is read as Keras computes it, which TensorFlow.js does not, and a note says so', async () => {
  const { upSampling2d } = layers.layers;
  const model = autoencoder(
    layers.sequential({
      layers: [
        upSampling2d({ size: [2, 2], interpolation: 'bilinear', inputShape: [3, 2, 1] }),
        flatten(),
        dense({ units: 2 }),
      ],
    }),
  );
  const back = await readFiles(await savedByTensorFlow(model));
  expect(back.notes.join()).toMatch(/is read as Keras computes it: TensorFlow\.js does not have bilinear up-sampling/);
  const images = sampleImages([3, 2, 1], 2);
  const got = await infer(back.network, back.weights, images);
  expect(largestDifference(got, predict(model, images, [3, 2, 1]))).toBeGreaterThan(1e-3);
});
