/**
 * TensorFlow.js: trains a network of the zoo in Node and prints its throughput as one JSON line.
 *
 * In: the network's spec on standard input; `--backend cpu|wasm --batch-size N --seconds S --images FILE`.
 * The custom loop (`optimizer.minimize` inside `tf.tidy`, no loss read back) is the fastest of the documented ways:
 * `model.fit` and `trainOnBatch` run the same operations and add callbacks and metrics. The WebAssembly backend runs
 * its SIMD binary; it has threads in browsers only.
 */
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { batchesOf, layersOf, readJob, runPeer, Unsupported } from './common.mjs';

const layerOf = {
  dense: ({ units, activation }) => tf.layers.dense({ units, activation }),
  conv2d: ({ filters, kernelSize, activation }) => tf.layers.conv2d({ filters, kernelSize, activation }),
  'conv2d-transpose': ({ filters, kernelSize, activation }) =>
    tf.layers.conv2dTranspose({ filters, kernelSize, activation }),
  'max-pooling2d': ({ poolSize }) => tf.layers.maxPooling2d({ poolSize, strides: poolSize }),
  'up-sampling2d': ({ size }) => tf.layers.upSampling2d({ size }),
  flatten: () => tf.layers.flatten(),
  reshape: ({ targetShape }) => tf.layers.reshape({ targetShape }),
  dropout: ({ rate }) => tf.layers.dropout({ rate }),
};

/** The WebAssembly backend has no kernel for the gradient of a convolution's weights. */
const NOT_IN_WASM = ['conv2d', 'conv2d-transpose'];

const modelOf = ({ network, backend }) => {
  const layers = layersOf(network).map((spec) => {
    const make = layerOf[spec.type];
    if (!make) throw new Unsupported(`no layer "${spec.type}" in this script`);
    if (backend === 'wasm' && NOT_IN_WASM.includes(spec.type)) {
      throw new Unsupported('its WebAssembly backend has no gradient of a convolution (Conv2DBackpropFilter)');
    }
    return make(spec);
  });
  return tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: network.inputShape }), ...layers] });
};

const job = readJob({ backend: { type: 'string', default: 'wasm' } });

await runPeer(`tfjs-${job.backend}`, tf.version.tfjs, job, async () => {
  const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(dirname(wasm) + sep);
  if (!(await tf.setBackend(job.backend))) throw new Error(`TensorFlow.js has no backend "${job.backend}"`);
  await tf.ready();
  const model = modelOf(job);
  const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-7);
  const variables = model.trainableWeights.map(({ val }) => val);
  const nextBatch = batchesOf(job);
  const shape = [job.batchSize, ...job.network.inputShape];
  const lossOf = (x) => tf.losses.meanSquaredError(x, model.apply(x, { training: true }));
  const step = () =>
    tf.tidy(() => {
      // The array is copied: the next batch is written over it.
      const x = tf.tensor(nextBatch().slice(), shape);
      optimizer.minimize(() => lossOf(x), false, variables);
    });
  const loss = () => tf.tidy(() => lossOf(tf.tensor(nextBatch(), shape)).dataSync()[0]);
  return { step, loss };
});
