/**
 * A network of the zoo in jax-js and one training step of it, for Node and for the browser.
 *
 * In: the library, its device initialised and chosen; a network's spec, batches. Out: a step and its loss.
 * The whole step (loss, gradients, Adam) is one function under `jit`, as its author's examples have it, and is waited
 * for with `blockUntilReady`. Its Adam is written here: `@jax-js/optax` would run the same operations.
 */
import { layersOf, Unsupported } from './measure.mjs';

/**
 * @param nextBatch - gives a new `Float32Array` of `[batchSize, ...inputShape]` at every call.
 */
export const trainingOf = (
  { blockUntilReady, jit, lax, nn, numpy: np, random, tree, valueAndGrad },
  network,
  batchSize,
  nextBatch,
) => {
  const activations = { linear: (x) => x, relu: nn.relu, sigmoid: nn.sigmoid, tanh: np.tanh };

  /** For each layer: first parameters and the function; images are `[batch, channels, rows, columns]` as jax-js has it. */
  const layerOf = {
    dense: ({ units, activation }, [inputs]) => ({
      shape: [units],
      kernel: [inputs, units],
      fans: [inputs, units],
      bias: [units],
      apply: (x, { kernel, bias }) => activations[activation](np.matmul(x, kernel).add(bias)),
    }),
    conv2d: ({ filters, kernelSize: [rows, columns], activation }, [channels, h, w]) => ({
      shape: [filters, h - rows + 1, w - columns + 1],
      kernel: [filters, channels, rows, columns],
      fans: [rows * columns * channels, rows * columns * filters],
      bias: [filters, 1, 1],
      apply: (x, { kernel, bias }) => activations[activation](lax.conv(x, kernel, [1, 1], 'VALID').add(bias)),
    }),
    flatten: (_spec, shape) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return { shape: [size], apply: (x) => x.reshape([-1, size]) };
    },
    reshape: ({ targetShape }) => {
      const [rows, columns, channels] = targetShape;
      const shape = targetShape.length === 3 ? [channels, rows, columns] : targetShape;
      return { shape, apply: (x) => x.reshape([-1, ...shape]) };
    },
  };

  const networkOf = (network) => {
    const [rows, columns, channels] = network.inputShape;
    let shape = columns === undefined ? [rows] : [channels, rows, columns];
    const inputShape = shape;
    const layers = layersOf(network).map((spec) => {
      const make = layerOf[spec.type];
      if (!make) throw new Unsupported(`no layer "${spec.type}" in this script`);
      const layer = make(spec, shape);
      shape = layer.shape;
      return layer;
    });
    return { layers, inputShape };
  };

  /** Glorot-uniform kernels and zero biases; null for a layer without parameters. */
  const initialParameters = (layers) =>
    layers.flatMap(({ kernel, bias, fans }, i) => {
      if (!kernel) return [];
      const limit = Math.sqrt(6 / (fans[0] + fans[1]));
      return [
        { kernel: random.uniform(random.key(i), kernel, { minval: -limit, maxval: limit }), bias: np.zeros(bias) },
      ];
    });

  const [BETA1, BETA2, EPSILON, LEARNING_RATE] = [0.9, 0.999, 1e-7, 1e-3];

  const stepOf = (layers) => {
    const forward = (parameters, x) => {
      let next = 0;
      return layers.reduce((y, layer) => layer.apply(y, layer.kernel ? parameters[next++] : null), x);
    };
    const lossOf = (parameters, x) => {
      const y = forward(parameters, x.ref);
      return np.square(y.sub(x)).mean();
    };
    /** `rate` and `correction` are fed, so that one compiled function serves every step. */
    return jit((parameters, m, v, rate, correction, x) => {
      const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(parameters), x);
      const nextM = tree.map((a, g) => a.mul(BETA1).add(g.mul(1 - BETA1)), m, tree.ref(gradients));
      const nextV = tree.map((a, g) => a.mul(BETA2).add(np.square(g).mul(1 - BETA2)), v, gradients);
      const next = tree.map(
        (p, a, b) => p.sub(a.mul(rate.ref).div(np.sqrt(b).mul(correction.ref).add(EPSILON))),
        parameters,
        tree.ref(nextM),
        tree.ref(nextV),
      );
      rate.dispose();
      correction.dispose();
      return [next, nextM, nextV, loss];
    });
  };

  const { layers, inputShape } = networkOf(network);
  let parameters = initialParameters(layers);
  let m = tree.map((p) => np.zeros(p.shape), tree.ref(parameters));
  let v = tree.map((p) => np.zeros(p.shape), tree.ref(parameters));
  let loss = np.array([0]);
  let t = 0;
  const run = stepOf(layers);
  const step = async () => {
    t += 1;
    const x = np.array(nextBatch()).reshape([batchSize, ...inputShape]);
    const rate = np.array(LEARNING_RATE / (1 - BETA1 ** t));
    const correction = np.array(1 / Math.sqrt(1 - BETA2 ** t));
    loss.dispose();
    [parameters, m, v, loss] = run(parameters, m, v, rate, correction, x);
    await blockUntilReady([parameters, m, v, loss]);
  };
  return { step, loss: async () => (await loss.data())[0] };
};
