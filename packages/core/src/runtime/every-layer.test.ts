/**
 * Every layer type and every activation in both engines: the training step and inference of a small network around each
 * of their samples, in onnxruntime-node and in WebAssembly, against the evaluator in double precision.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import { activationRegistry } from '../activations/index.ts';
import { dense, layerDefinitions } from '../layers/index.ts';
import { type LayerSample, layerSamples } from '../layers/testing/samples.ts';
import { compileInference, resolveNetwork } from '../network/index.ts';
import { trainingValues } from '../network/testing/training-values.ts';
import { networkWith } from '../network/testing/with-layer.ts';
import { evaluator } from '../tensor/evaluate.ts';
import type { Runtime } from '../tensor/session.ts';
import type { NdArray, Tensor } from '../tensor/tensor.ts';
import { relativeError } from '../tensor/testing/gradient-check.ts';
import { nodeRuntime } from './node.ts';
import { createWebRuntime } from './web.ts';

/** Single precision over a few layers, of each array's largest number. Measured: below 2e-6. */
const TOLERANCE = 1e-4;
const BATCH = 3;

const samplesOf = layerDefinitions.map((definition) => [definition.type, layerSamples(definition)] as const);

type Values = Readonly<Record<string, NdArray>>;

const inEngine = async (runtime: Runtime, bytes: Uint8Array, values: Values) => {
  const session = await runtime.createSession(bytes, { threads: 1 });
  const feeds = Object.entries(values).map(([name, { dims, data }]) => [name, { dims, data: Float32Array.from(data) }]);
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return results;
};

/** A graph's tensors, its bytes, and what enters it. */
interface Case {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly bytes: Uint8Array;
  readonly values: Values;
}

/** The training step, with the gradient of every weight, and inference of the whole. */
const casesOf = (sample: LayerSample): Readonly<Record<string, Case>> => {
  const network = resolveNetwork(networkWith(sample));
  const { graph, values } = trainingValues(network, { batchSize: BATCH });
  const inference = compileInference(network, { target: 'autoencoder', batchSize: BATCH });
  const entering = network.spec.kind === 'autoencoder' && network.spec.label !== undefined ? ['x', 'label'] : ['x'];
  const needed = [...entering, ...inference.parameters.map(({ name }) => name)].map((name) => [name, values[name]]);
  return {
    training: { outputs: graph.outputs, bytes: graph.bytes, values },
    inference: { outputs: inference.outputs, bytes: inference.bytes, values: Object.fromEntries(needed) },
  };
};

let engines: readonly Runtime[] = [];
beforeAll(async () => {
  const files = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  const web = await createWebRuntime({ backend: 'wasm', files: new Uint8Array(readFileSync(files)) });
  engines = [nodeRuntime, web];
});

const expectSame = async (sample: LayerSample): Promise<void> => {
  for (const [step, { outputs, bytes, values }] of Object.entries(casesOf(sample))) {
    const exact = evaluator(Object.values(outputs))(values);
    for (const engine of engines) {
      const results = await inEngine(engine, bytes, values);
      expect(Object.keys(results).sort()).toEqual(Object.keys(outputs).sort());
      Object.keys(outputs).forEach((name, i) => {
        const what = `${name}, ${step}, ${engine.name}`;
        expect(results[name].dims, what).toEqual(exact[i].dims);
        expect(relativeError(Array.from(results[name].data, Number), exact[i].data), what).toBeLessThan(TOLERANCE);
      });
    }
  }
};

describe.each(samplesOf)('%s', (_type, samples) => {
  test.each(samples.map((sample) => [sample.title, sample] as const))(
    '%s gives the same loss, gradients, running state and outputs in both engines',
    (_title, sample) => expectSame(sample),
  );
});

test.each(activationRegistry.entries.map(({ id }) => id))(
  'the activation %s gives the same loss, gradients and outputs in both engines',
  (id) => {
    const shapes = { inputShape: [6], inputShapes: [[6]], outputShape: [4] };
    return expectSame({ title: id, spec: dense(4, id), ...shapes });
  },
);
