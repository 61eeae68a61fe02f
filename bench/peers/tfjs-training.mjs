/**
 * A network of the zoo in TensorFlow.js and one training step of it, for Node and for the browser.
 *
 * In: the library (a module in Node, a script's global in a browser), a network's spec, batches. Out: a step and its
 * loss. Choosing the backend is the caller's.
 * The custom loop (`optimizer.minimize` inside `tf.tidy`, no loss read back) is the fastest of the documented ways:
 * `model.fit` and `trainOnBatch` run the same operations and add callbacks and metrics.
 */
import { layersOf, Unsupported } from './measure.mjs';

const layersBy = (tf) => ({
  dense: ({ units, activation }) => tf.layers.dense({ units, activation }),
  conv2d: ({ filters, kernelSize, activation }) => tf.layers.conv2d({ filters, kernelSize, activation }),
  'conv2d-transpose': ({ filters, kernelSize, activation }) =>
    tf.layers.conv2dTranspose({ filters, kernelSize, activation }),
  'max-pooling2d': ({ poolSize }) => tf.layers.maxPooling2d({ poolSize, strides: poolSize }),
  'up-sampling2d': ({ size }) => tf.layers.upSampling2d({ size }),
  flatten: () => tf.layers.flatten(),
  reshape: ({ targetShape }) => tf.layers.reshape({ targetShape }),
  dropout: ({ rate }) => tf.layers.dropout({ rate }),
});

/** The WebAssembly backend has no kernel for the gradient of a convolution's weights. */
const NOT_IN_WASM = ['conv2d', 'conv2d-transpose'];

const modelOf = (tf, network) => {
  const layerOf = layersBy(tf);
  const layers = layersOf(network).map((spec) => {
    const make = layerOf[spec.type];
    if (!make) throw new Unsupported(`no layer "${spec.type}" in this script`);
    if (tf.getBackend() === 'wasm' && NOT_IN_WASM.includes(spec.type)) {
      throw new Unsupported('its WebAssembly backend has no gradient of a convolution (Conv2DBackpropFilter)');
    }
    return make(spec);
  });
  return tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: network.inputShape }), ...layers] });
};

/**
 * One training step.
 *
 * @param tf - the library, its backend chosen and ready.
 * @param nextBatch - gives a new `Float32Array` of `[batchSize, ...inputShape]` at every call.
 */
export const trainingOf = (tf, network, batchSize, nextBatch) => {
  const model = modelOf(tf, network);
  const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-7);
  const variables = model.trainableWeights.map(({ val }) => val);
  const shape = [batchSize, ...network.inputShape];
  const lossOf = (x) => tf.losses.meanSquaredError(x, model.apply(x, { training: true }));
  const step = () =>
    tf.tidy(() => {
      const x = tf.tensor(nextBatch(), shape);
      optimizer.minimize(() => lossOf(x), false, variables);
    });
  const loss = async () => {
    const value = tf.tidy(() => lossOf(tf.tensor(nextBatch(), shape)));
    const [number] = await value.data();
    value.dispose();
    return number;
  };
  /** Waits until the last step is done: reads the smallest of its results. */
  const finish = async () => {
    const [smallest] = [...variables].sort((a, b) => a.size - b.size);
    await smallest.data();
  };
  return { step, loss, finish };
};
