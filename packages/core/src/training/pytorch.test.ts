/**
 * Training follows PyTorch: 20 steps of Adam over networks that hold every layer kind, with the batches, dropout masks
 * and noise that `fixtures/make-pytorch-fixtures.py` recorded.
 */
import { describe, expect, test } from 'vitest';
import { layerRegistry } from '../layers/index.ts';
import {
  type AutoencoderSpec,
  type ClassifierSpec,
  compileTraining,
  findNetwork,
  type NetworkSpec,
  parameterSlots,
  resolveNetwork,
  type TrainingGraph,
} from '../network/index.ts';
import { DEFAULT_OPTIMIZER, optimizers } from '../optimizers/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { Feeds, TensorData } from '../tensor/index.ts';
import { relativeError } from '../tensor/testing/gradient-check.ts';
import { type RecordedArray, readFixture } from '../tensor/testing/pytorch-fixtures.ts';
import { arenaBytes, createArena } from './arena.ts';

/** What the project promises. Measured: 4e-6 and less; PyTorch’s own single precision differs from its double by 4e-7. */
const TOLERANCE = 1e-4;

type Recorded<Spec extends NetworkSpec, Layers extends keyof Spec> = Pick<
  Spec,
  'kind' | 'id' | 'inputShape' | 'loss' | Layers
>;

interface RecordedRun {
  readonly network: Recorded<AutoencoderSpec, 'encoder' | 'decoder'> | Recorded<ClassifierSpec, 'layers'>;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly pixels: readonly (readonly number[])[];
  readonly labels: readonly (readonly number[])[] | null;
  readonly masks: readonly Readonly<Record<string, string>>[];
  readonly normals: readonly Readonly<Record<string, readonly number[]>>[];
  readonly initial: Readonly<Record<string, RecordedArray>>;
  readonly losses: readonly number[];
  readonly final: Readonly<Record<string, RecordedArray>>;
}

const runs = [
  'every-layer',
  'textbook-vae',
  'textbook-vae-by-log-sigma',
  'plain-autoencoder',
  'classifier',
  'batch-norm-vae',
].map((id) => ({ id, recorded: readFixture<RecordedRun>(`adam-${id}`) }));

/** A recorded network in the clothes of one of the zoo. */
const resolve = ({ network }: RecordedRun) => {
  const { title, file, recipes, record } = findNetwork('dense-1');
  const clothes = { title, file, recipes, record };
  return network.kind === 'autoencoder'
    ? resolveNetwork({ ...clothes, ...network, published: null })
    : resolveNetwork({ ...clothes, ...network, publishedAccuracy: null });
};

/** What is fed at a step beside the parameters. */
const batchFeeds = (recorded: RecordedRun, graph: TrainingGraph, step: number): Feeds => {
  const feeds: Record<string, TensorData> = {
    x: { dims: graph.x, data: Float32Array.from(recorded.pixels[step], (byte) => byte / 255) },
  };
  if (graph.target && recorded.labels) {
    const [batch, classes] = graph.target;
    const data = new Float32Array(batch * classes);
    recorded.labels[step].forEach((label, i) => {
      data[i * classes + label] = 1;
    });
    feeds.target = { dims: graph.target, data };
  }
  for (const random of graph.randoms) {
    const { name, dims } = random;
    const data =
      random.kind === 'dropout'
        ? Float32Array.from(recorded.masks[step][name], (bit) => Number(bit) / (1 - random.rate))
        : Float32Array.from(recorded.normals[step][name]);
    feeds[name] = { dims, data };
  }
  return feeds;
};

/** Starts a run: the graph, its session and the recorded parameters, flat. */
const begin = async (recorded: RecordedRun) => {
  const graph = compileTraining(resolve(recorded), { batchSize: recorded.batchSize });
  const slots = parameterSlots(graph.parameters);
  expect(graph.parameters.map(({ name, shape }) => [name, shape])).toEqual(
    graph.parameters.map(({ name }) => [name, recorded.initial[name].dims]),
  );
  expect(slots).toHaveLength(Object.keys(recorded.initial).length);
  const initial = Float32Array.from(slots.flatMap(({ parameter }) => [...recorded.initial[parameter.name].data]));
  const named = (prefix: string, flat: Float32Array, of = slots): Record<string, TensorData> =>
    Object.fromEntries(
      of.map(({ parameter: { name, shape }, offset, length }) => [
        `${prefix}${name}`,
        { dims: shape, data: flat.subarray(offset, offset + length) },
      ]),
    );
  // Running state stands behind what gradients move.
  const moved = slots.filter(({ parameter }) => !parameter.running);
  const running = parameterSlots(graph.parameters.filter((parameter) => parameter.running));
  return { graph, initial, moved, running, named, session: await nodeRuntime.createSession(graph.bytes) };
};

const expectPyTorch = (recorded: RecordedRun, losses: readonly number[], weights: Feeds): void => {
  expect(losses).toHaveLength(20);
  losses.forEach((loss, step) => {
    expect(Math.abs(loss / recorded.losses[step] - 1), `loss of step ${step + 1}`).toBeLessThan(TOLERANCE);
  });
  for (const [name, { data }] of Object.entries(recorded.final)) {
    expect(relativeError(Array.from(weights[name].data, Number), data), name).toBeLessThan(TOLERANCE);
  }
};

describe.each(runs)('20 steps of $id', ({ recorded }) => {
  const steps = recorded.pixels.length;

  test('with Adam follow PyTorch', async () => {
    const { graph, initial, moved, running, named, session } = await begin(recorded);
    const size = moved.reduce((sum, { length }) => sum + length, 0);
    const arena = createArena(4 * arenaBytes(size));
    const [p, m, v, g] = Array.from({ length: 4 }, () => arena.floats(size));
    p.set(initial.subarray(0, size));
    const state = initial.slice(size);
    const next = new Float32Array(state.length);
    const into = {
      loss: { dims: [], data: new Float32Array(1) },
      ...named('grad/', g, moved),
      ...named('running/', next, running),
    };
    const parameters = { ...named('', p, moved), ...named('', state, running) };
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) {
      await session.run({ ...batchFeeds(recorded, graph, step), ...parameters }, into);
      losses.push(into.loss.data[0]);
      optimizers.get(DEFAULT_OPTIMIZER.type).step(DEFAULT_OPTIMIZER, {
        parameters: p,
        gradients: g,
        state: { m, v },
        step: step + 1,
        learningRate: recorded.learningRate,
        run: arena.kernels.run,
      });
      state.set(next);
    }
    await session.release();
    expectPyTorch(recorded, losses, parameters);
  });
});

test('running means and variances are among what is compared, and move', () => {
  const { initial, final } = readFixture<RecordedRun>('adam-batch-norm-vae');
  const running = Object.keys(final).filter((name) => name.includes('/moving_'));
  expect(running).toHaveLength(10);
  for (const name of running) expect(relativeError(initial[name].data, final[name].data), name).toBeGreaterThan(0.1);
});

test('the network with every layer holds the nine types that were there when it was recorded', () => {
  const { network } = runs[0].recorded;
  const layers = network.kind === 'autoencoder' ? [...network.encoder, ...network.decoder] : [];
  expect(new Set(layers.map(({ type }) => type)).size).toBe(9);
  expect(layers.filter(({ type }) => !layerRegistry.has(type))).toEqual([]);
});
