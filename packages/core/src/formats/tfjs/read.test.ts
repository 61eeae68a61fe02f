import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { findNetwork } from '../../network/index.ts';
import { elementCount } from '../../tensor/index.ts';
import type { ImportedModel } from '../imported-model.ts';
import { differingWeights, largestDifference, sampleImages, sampleModel } from '../testing/sample-model.ts';
import {
  caught,
  changed,
  foreign,
  infer,
  type ModelFiles,
  modelOf,
  ownSpec,
  readFiles,
} from './testing/model-files.ts';
import { loadInTensorFlow, predict, savedByTensorFlow, startTensorFlow } from './testing/tensorflow.ts';
import { exportTfjs } from './write.ts';

/** Two engines: other orders of addition, another exp; outputs are of the order of 1. */
const TOLERANCE = 1e-5;

beforeAll(startTensorFlow);

describe('readTfjs of what TensorFlow.js saves', () => {
  /** What our reader makes of the files computes what TensorFlow.js computes. */
  const expectSame = async (model: layers.LayersModel, files: ModelFiles): Promise<ImportedModel> => {
    const back = await readFiles(files);
    const [{ inputShape }] = back.network.parts;
    const images = sampleImages(inputShape, 2);
    const got = await infer(back.network, back.weights, images);
    expect(largestDifference(got, predict(model, images, inputShape))).toBeLessThan(TOLERANCE);
    return back;
  };
  const drawn = () => layers.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed: 3 });
  const { activation, conv2d, conv2dTranspose, dense, dropout, flatten, maxPooling2d, reLU, reshape, upSampling2d } =
    layers.layers;
  const everyLayer = (): layers.Sequential =>
    layers.sequential({
      layers: [
        conv2d({ filters: 2, kernelSize: 3, inputShape: [8, 8, 1], biasInitializer: drawn() }),
        activation({ activation: 'tanh' }),
        maxPooling2d({ poolSize: 2 }),
        flatten(),
        dropout({ rate: 0.25 }),
        dense({ units: 2, activation: 'tanh', useBias: false }),
        dense({ units: 16, biasInitializer: drawn() }),
        reLU(),
        reshape({ targetShape: [4, 4, 1] }),
        upSampling2d({ size: [2, 2] }),
        conv2dTranspose({ filters: 1, kernelSize: [1, 1], activation: 'sigmoid', biasInitializer: drawn() }),
      ],
    });

  test('a Sequential model with every layer kind computes the same here', async () => {
    const model = everyLayer();
    const { network, notes } = await expectSame(model, await savedByTensorFlow(model));
    expect(network.spec.id).toBe('model');
    expect(network.parts.map((part) => part.layers.map(({ spec }) => spec.type))).toEqual([
      ['conv2d', 'max-pooling2d', 'flatten', 'dropout', 'dense'],
      ['dense', 'reshape', 'up-sampling2d', 'conv2d-transpose'],
    ]);
    expect(notes).toEqual([]);
  });

  test('the optimiser’s state beside the weights is no weight', async () => {
    const model = everyLayer();
    model.compile({ optimizer: tf.train.adam(0.001), loss: 'meanSquaredError' });
    const x = tf.tensor(sampleImages([8, 8, 1], 2), [2, 8, 8, 1]);
    await model.fit(x, x, { epochs: 1, verbose: 0 });
    const files = await savedByTensorFlow(model, true);
    expect(modelOf(files).weightsManifest[0].weights.some(({ group }) => group === 'optimizer')).toBe(true);
    await expectSame(model, files);
  });

  test('a Functional model of an encoder and a decoder computes the same here', async () => {
    const half = (units: readonly number[], inputs: number, name: string): layers.LayersModel => {
      const input = layers.input({ shape: [inputs] });
      const output = units.reduce(
        (x, count) =>
          dense({ units: count, activation: 'tanh', biasInitializer: drawn() }).apply(x) as layers.SymbolicTensor,
        input,
      );
      return layers.model({ inputs: input, outputs: output, name });
    };
    const [encoder, decoder] = [half([5, 2], 9, 'encoder'), half([5, 9], 2, 'decoder')];
    const input = layers.input({ shape: [9] });
    const code = encoder.apply(input) as layers.SymbolicTensor;
    const model = layers.model({ inputs: input, outputs: decoder.apply(code) as layers.SymbolicTensor });
    const { network } = await expectSame(model, await savedByTensorFlow(model));
    expect(network.parts.map(({ outputShape }) => outputShape)).toEqual([[2], [9]]);
  });

  test('our own model, loaded there and saved again, comes back to the bit with what TensorFlow.js cannot hold', async () => {
    const { network, weights } = sampleModel(ownSpec);
    const model = await loadInTensorFlow(exportTfjs({ network, weights }));
    const back = await readFiles(await savedByTensorFlow(model));
    expect(back.network).toEqual(network);
    expect(differingWeights(back.weights, weights)).toEqual([]);
    expect(back.notes).toEqual([]);
  });
});

describe('readTfjs', () => {
  const sample = sampleModel(findNetwork('cnn-1'));
  const files = exportTfjs(sample);
  const SHARD = 'group1-shard1of1.bin';

  test('knows the zoo’s networks by their layers, without our record', async () => {
    const model = await readFiles(foreign(files), {}, 'encod_decod_CNN-2.json');
    expect(model.network.spec).toBe(findNetwork('cnn-2'));
    expect(differingWeights(model.weights, sample.weights)).toEqual([]);
  });

  test('reads the converter’s wrapper and the config of Keras 3', async () => {
    const policy = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' }, registered_name: null };
    const converted = changed(foreign(files), (model) => {
      for (const part of model.modelTopology.config.layers) {
        for (const layer of part.config.layers) {
          const { batch_input_shape: shape, ...config } = layer.config;
          layer.config = { ...config, dtype: policy, ...(shape ? { batch_shape: shape } : {}) };
          layer.module = 'keras.layers';
          layer.registered_name = null;
        }
      }
      const { class_name, config } = model.modelTopology;
      Object.assign(model, {
        modelTopology: { keras_version: '3.6.0', backend: 'tensorflow', model_config: { class_name, config } },
      });
      for (const weight of model.weightsManifest[0].weights) weight.name = `cnn_1/${weight.name}:0`;
    });
    expect(differingWeights((await readFiles(converted)).weights, sample.weights)).toEqual([]);
  });

  test('tells layers of one name apart by the models around them, else takes the order and says so', async () => {
    const plain = (name: string): string => name.replace(/^(en|de)coder_/, '').replace('_transpose', '');
    const rename = (name: (part: string, layer: string) => string): ModelFiles =>
      changed(foreign(files), (model) => {
        for (const part of model.modelTopology.config.layers)
          for (const layer of part.config.layers) layer.config.name = plain(layer.config.name);
        for (const weight of model.weightsManifest[0].weights)
          weight.name = name(weight.name.startsWith('encoder') ? 'encoder' : 'decoder', plain(weight.name));
      });
    const prefixed = await readFiles(rename((part, layer) => `${part}/${layer}`));
    expect(differingWeights(prefixed.weights, sample.weights)).toEqual([]);
    expect(prefixed.notes).toEqual([]);
    const bare = await readFiles(rename((_part, layer) => layer));
    expect(differingWeights(bare.weights, sample.weights)).toEqual([]);
    expect(bare.notes).toEqual([
      'the names of its weights do not tell the layers apart; they were taken in the order of the file',
    ]);
  });

  test('takes the values onto a network that is named, though its layers cannot be read', async () => {
    const lambda = changed(foreign(files), ({ modelTopology }) =>
      modelTopology.config.layers[0].config.layers.push({ class_name: 'Lambda', config: { name: 'code' } }),
    );
    const model = await readFiles(lambda, { network: findNetwork('cnn-3') });
    expect(model.network.spec.id).toBe('cnn-3');
    expect(differingWeights(model.weights, sample.weights)).toEqual([]);
    const error = await caught(() => readFiles(lambda, { network: findNetwork('dense-1') }));
    expect(error?.message).toMatch(/^other-network: folder\/model\.json: expected the arrays of "dense-1"/);
  });

  test('takes a variational model of ours onto its network when that is named', async () => {
    const vae = sampleModel(findNetwork('vae-1'));
    const model = await readFiles(exportTfjs(vae), { network: findNetwork('vae-1') });
    expect(differingWeights(model.weights, vae.weights)).toEqual([]);
  });

  test('leaves its record aside where the layers are others, and says so', async () => {
    const other = changed(files, ({ userDefinedMetadata }) =>
      Object.assign(userDefinedMetadata?.latent_plane ?? {}, { spec: JSON.stringify(findNetwork('dense-1')) }),
    );
    const model = await readFiles(other);
    expect(model.network.spec).toBe(findNetwork('cnn-1'));
    expect(model.notes).toEqual(['the network that it records has other layers than the model, and was left aside']);
  });

  /** The files with every weight stored in another way. */
  const stored = (quantization: Record<string, unknown>, bytes: Uint8Array): ModelFiles =>
    changed(
      files,
      (model) => {
        for (const weight of model.weightsManifest[0].weights) weight.quantization = quantization;
      },
      { [SHARD]: bytes },
    );
  const elements = modelOf(files).weightsManifest[0].weights.reduce((sum, { shape }) => sum + elementCount(shape), 0);

  test.each([
    ['uint8', 1, -0.5],
    ['uint16', 2, 127.5],
  ] as const)('undoes a quantisation to %s and says so', async (dtype, bytes, expected) => {
    const quantization = { dtype, scale: 0.5, min: -1, original_dtype: 'float32' };
    const model = await readFiles(stored(quantization, new Uint8Array(elements * bytes).fill(1)));
    expect(model.weights.get('decoder/conv2d_transpose/kernel')).toEqual(new Float32Array(6).fill(expected));
    expect(model.notes).toEqual([`values of type quantised ${dtype} were converted to float32`]);
  });

  test('reads half precision as TensorFlow.js quantises to it', async () => {
    const half = new Uint8Array(Uint16Array.from({ length: elements }, () => 0x3800).buffer);
    const model = await readFiles(stored({ dtype: 'float16' }, half));
    expect([...model.weights.values()].every((values) => values.every((value) => value === 0.5))).toBe(true);
    expect(model.notes).toEqual(['values of type quantised float16 were converted to float32']);
  });
});
