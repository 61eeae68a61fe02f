import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../runtime/node.ts';
import { evaluator } from '../tensor/evaluate.ts';
import type { NdArray, Tensor } from '../tensor/tensor.ts';
import { randomArray, relativeError } from '../tensor/testing/gradient-check.ts';
import { compileInference, compileTraining, type InferenceTarget, type TrainingGraphOptions } from './compile.ts';
import { type ResolvedNetwork, resolveNetwork } from './network.ts';
import { trainingValues, weightsOf } from './testing/training-values.ts';
import { findNetwork, networks } from './zoo/index.ts';

/** Long chains of products in single precision against double, on values of the order of 1. */
const NETWORK_PRECISION = 1e-4;
const zoo = networks.map((spec) => ({ id: spec.id, network: resolveNetwork(spec) }));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const runBytes = async (bytes: Uint8Array, values: Readonly<Record<string, NdArray>>) => {
  const session = await nodeRuntime.createSession(bytes);
  const feeds = Object.entries(values).map(([name, { dims, data }]) => [name, { dims, data: Float32Array.from(data) }]);
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return results;
};

const expectNative = async (
  bytes: Uint8Array,
  outputs: Readonly<Record<string, Tensor>>,
  values: Readonly<Record<string, NdArray>>,
): Promise<void> => {
  const expected = evaluator(Object.values(outputs))(values);
  const results = await runBytes(bytes, values);
  expect(Object.keys(results).sort()).toEqual(Object.keys(outputs).sort());
  for (const [i, name] of Object.keys(outputs).entries()) {
    expect(results[name].dims, name).toEqual(expected[i].dims);
    expect(relativeError(Array.from(results[name].data, Number), expected[i].data), name).toBeLessThan(
      NETWORK_PRECISION,
    );
  }
};

/** A network whose encoder is frozen trains its decoder alone. */
const optionsOf = ({ parts }: ResolvedNetwork): TrainingGraphOptions => ({
  batchSize: 2,
  decoderOnly: parts.some(({ frozen }) => frozen),
});

describe.each(zoo)('$id', ({ network }) => {
  test('its training graph gives the evaluator’s loss and gradients in ONNX Runtime', async () => {
    const { graph, values } = trainingValues(network, optionsOf(network));
    expect(Object.keys(graph.outputs)).toEqual(['loss', ...graph.parameters.map(({ name }) => `grad/${name}`)]);
    await expectNative(graph.bytes, graph.outputs, values);
  });

  const targets: readonly InferenceTarget[] =
    network.spec.kind === 'classifier' ? ['classifier'] : ['encoder', 'decoder', 'autoencoder'];
  test.each(targets)('its %s, with a batch size known only at the run, is the evaluator’s', async (target) => {
    const graph = compileInference(network, { target });
    const x = randomArray('x', [3, ...graph.x.slice(1)], 0, 1);
    const values: Record<string, NdArray> = { x };
    for (const [name, value] of Object.entries(weightsOf(graph))) values[name] = value;
    await expectNative(graph.bytes, graph.outputs, values);
  });

  test('the same network and batch size give the same bytes, another batch size others', () => {
    const again = resolveNetwork(structuredClone(network.spec));
    const options = optionsOf(network);
    const training = sha256(compileTraining(network, options).bytes);
    expect(sha256(compileTraining(again, options).bytes)).toBe(training);
    expect(sha256(compileTraining(network, { ...options, batchSize: 3 }).bytes)).not.toBe(training);
    for (const target of targets) {
      expect(sha256(compileInference(again, { target }).bytes)).toBe(
        sha256(compileInference(network, { target }).bytes),
      );
    }
  });
});

describe('compileTraining', () => {
  test('for the decoder alone takes codes and images, and leaves the encoder out', () => {
    const graph = compileTraining(resolveNetwork(findNetwork('convdense-2-tuned')), {
      batchSize: 4,
      decoderOnly: true,
    });
    expect(graph.x).toEqual([4, 2]);
    expect(graph.target).toEqual([4, 28, 28, 1]);
    expect(graph.parameters.every(({ name }) => name.startsWith('decoder/'))).toBe(true);
  });

  test('names the random numbers of dropout and of the Gaussian code', () => {
    const { randoms } = compileTraining(resolveNetwork(findNetwork('vae-1')), { batchSize: 4 });
    expect(randoms.map(({ kind, name, dims }) => [kind, name, dims])).toEqual([
      ['dropout', 'random/encoder/dropout', [4, 128]],
      ['dropout', 'random/encoder/dropout_1', [4, 64]],
      ['dropout', 'random/encoder/dropout_2', [4, 32]],
      ['normal', 'random/encoder/sampling', [4, 2]],
    ]);
  });
});

describe('compileInference', () => {
  test('with weights inside needs nothing but the image', async () => {
    const network = resolveNetwork(findNetwork('cnn-3'));
    const weights = weightsOf(network);
    const inside = compileInference(network, {
      target: 'autoencoder',
      weights: new Map(Object.entries(weights).map(([name, { data }]) => [name, Float32Array.from(data)])),
      metadata: { network: 'cnn-3' },
    });
    const outside = compileInference(network, { target: 'autoencoder' });
    const x = randomArray('x', [3, 28, 28, 1], 0, 1);
    const results = await runBytes(inside.bytes, { x });
    const expected = await runBytes(outside.bytes, { x, ...weights });
    expect(Object.keys(results).sort()).toEqual(['code', 'reconstruction']);
    for (const [name, { data }] of Object.entries(expected)) {
      expect(relativeError(Array.from(results[name].data, Number), Array.from(data, Number))).toBeLessThan(1e-6);
    }
  });

  test('names the input as asked, and gives the log-scale head of a Gaussian code where it is asked for', async () => {
    const network = resolveNetwork(findNetwork('vae-1'));
    const weights = weightsOf(network);
    const { bytes, outputs } = compileInference(network, { target: 'encoder', inputName: 'image', logScale: true });
    expect(Object.keys(outputs)).toEqual(['code', 'z_log_sigma']);
    const encoder = network.parts[0].parameters.map(({ name }) => [name, weights[name]] as const);
    const image = randomArray('x', [3, 784], 0, 1);
    await expectNative(bytes, outputs, { image, ...Object.fromEntries(encoder) });
    const plain = compileInference(network, { target: 'encoder' });
    expect(Object.keys(plain.outputs)).toEqual(['code']);
  });

  test('leaves dropout out and takes the mean of a Gaussian code', () => {
    const { outputs } = compileInference(resolveNetwork(findNetwork('vae-1')), { target: 'encoder' });
    const visit = ({ producer }: Tensor): string[] => {
      if (producer.kind === 'input') return [producer.name];
      return producer.kind === 'op' ? [producer.op, ...producer.inputs.flatMap(visit)] : [];
    };
    const names = visit(outputs.code);
    expect(names.some((name) => name.startsWith('random/'))).toBe(false);
    expect(names.some((name) => name.includes('z_log_sigma'))).toBe(false);
  });
});

test('a loss that has the same term twice draws for each of them, and runs', async () => {
  const spec = findNetwork('dense-1');
  const term = { type: 'jacobian', weight: 0.5 } as const;
  const loss = { type: 'combined', reconstruction: { type: 'mse' }, terms: [term, term] } as const;
  const { graph, values } = trainingValues(resolveNetwork({ ...spec, loss }), { batchSize: 2 });
  expect(graph.randoms.map(({ name }) => name)).toEqual(['random/loss/directions', 'random/loss/directions/1']);
  await expectNative(graph.bytes, graph.outputs, values);
});
