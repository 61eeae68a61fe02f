/** Every activation in files: what another program has is computed there as here, and what it has not is refused. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type ActivationDefinition, activationRegistry } from '../activations/index.ts';
import { dense, denseLayer } from '../layers/dense.ts';
import { networkWith } from '../network/testing/with-layer.ts';
import { createInference } from '../runtime/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { exportKeras } from './keras/write.ts';
import { readModel } from './read-model.ts';
import { differingWeights, largestDifference, sampleImages, sampleModel } from './testing/sample-model.ts';
import { loadInTensorFlow, predict, startTensorFlow } from './tfjs/testing/tensorflow.ts';
import { exportTfjs } from './tfjs/write.ts';

const BATCH = 4;
const TOLERANCE = 1e-5;
const SHAPE = [6];

beforeAll(startTensorFlow);

const describeInFiles = ({ id, keras, tfjs }: ActivationDefinition & { readonly id: (typeof ids)[number] }): void => {
  const model = sampleModel(networkWith({ spec: dense(5, id), inputShape: SHAPE, inputShapes: [SHAPE] }));
  const refusal = new RegExp(`^unsupported-layer: layer "encoder/dense": .*"${id}".*--to onnx$`);

  test.runIf(keras === null)('is refused in Keras by name', async () => {
    await expect(exportKeras(model)).rejects.toThrow(refusal);
  });

  test.runIf(keras !== null)('goes to Keras and comes back', async () => {
    const back = await readModel({ file: 'mine.keras', bytes: await exportKeras(model) });
    expect(back.network.parts[0].layers[0].spec).toEqual(dense(5, id));
    expect(differingWeights(back.weights, model.weights)).toEqual([]);
  });

  test.runIf(tfjs === false || keras === null)('is refused in TensorFlow.js by name', () => {
    expect(() => exportTfjs(model)).toThrow(refusal);
  });

  test.runIf(tfjs !== false && keras !== null)('computes in TensorFlow.js what it computes here', async () => {
    const loaded = await loadInTensorFlow(exportTfjs(model));
    const images = sampleImages(SHAPE, BATCH);
    const theirs = predict(loaded, images, SHAPE);
    loaded.dispose();
    const inference = await createInference(model.network, model.weights, {
      target: 'autoencoder',
      runtime: nodeRuntime,
      batchSize: BATCH,
    });
    const { reconstruction } = await inference.run(images);
    await inference.release();
    expect(largestDifference(theirs, reconstruction)).toBeLessThan(TOLERANCE);
  });
};

const { ids } = activationRegistry;

describe.each(activationRegistry.entries.map((entry) => [entry.id, entry] as const))('%s', (_id, entry) => {
  describeInFiles(entry);
});

test('a dense layer takes every activation', () => {
  expect(denseLayer.fields.activation.choices).toEqual(ids);
});
