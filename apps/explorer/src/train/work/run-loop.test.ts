import { dense, findNetwork, type ImageSet, RUN_FORMAT, resolveNetwork, type TrainingJob, train } from 'latent-plane';
import { RandomStream } from 'latent-plane/internal';
import { nodeRuntime } from 'latent-plane/node';
import { describe, expect, it } from 'vitest';
import type { FromWorker } from '../protocol.ts';
import { createPauseControl } from './pause-control.ts';
import { createRunFigures } from './run-figures.ts';
import { followTraining, type RunParts, saveNow, whenPaused, whenResumed } from './run-loop.ts';
import type { RunPosition, SavedRun } from './run-types.ts';

const noise = (count: number): ImageSet => {
  const values = new Float32Array(count * 784);
  new RandomStream(1, 'noise').fillUniform(values, 0, 255);
  return { count, height: 28, width: 28, channels: 1, pixels: Uint8Array.from(values), labels: new Uint8Array(count) };
};

const zoo = findNetwork('dense-1');
if (zoo.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
const spec = { ...zoo, id: 'tiny', encoder: [dense(2, 'linear')], decoder: [dense(784, 'sigmoid')] };
const recipe = { ...zoo.recipes.documented, epochs: 2, batchSize: 10, validationSplit: 0, seed: 1 };
/** Four batches an epoch. */
const job: TrainingJob = {
  network: resolveNetwork(spec),
  recipe,
  training: noise(40),
  validation: null,
  runtime: nodeRuntime,
  threads: 1,
};
const config: SavedRun['config'] = {
  format: RUN_FORMAT,
  command: 'train',
  network: spec,
  recipe,
  overrides: {},
  dataset: {
    argument: './data',
    name: 'noise',
    licence: '',
    source: '',
    train: 40,
    test: 0,
    height: 28,
    width: 28,
    sha256: { trainImages: '', trainLabels: '', testImages: '', testLabels: '' },
  },
  threads: 1,
  checkpointEvery: null,
  init: null,
  encoder: null,
  decoder: null,
  versions: { latentPlane: '', onnxruntime: '', node: 'none', platform: '' },
};

const opened = (save: RunParts['save'] = () => Promise.resolve()) => {
  const posted: FromWorker[] = [];
  const time = { ms: 0 };
  const now = (): number => time.ms;
  const closing = { is: false };
  const position: RunPosition = { state: null, stopped: null, latest: null, valLoss: null };
  const parts: RunParts = {
    config,
    position,
    figures: createRunFigures({ config, images: 40, before: null, now }),
    views: { plane: () => Promise.resolve(), due: () => Promise.resolve(), all: () => Promise.resolve() },
    pauses: createPauseControl({ onPause: () => whenPaused(parts), onResume: () => whenResumed(parts) }),
    turns: { isDue: false, take: () => Promise.resolve(), restart: () => undefined },
    post: (message) => void posted.push(message),
    save,
    now,
    at: { progressMs: Number.NEGATIVE_INFINITY, savedMs: 0 },
    isClosing: () => closing.is,
  };
  const statuses = () => posted.flatMap((message) => (message.type === 'status' ? [message.status] : []));
  return { parts, posted, statuses, time, closing };
};

/** Waits until the run has come to rest so often. */
const rests = (statuses: () => readonly string[], times: number): Promise<void> =>
  expect.poll(() => statuses().filter((status) => status === 'paused').length).toBe(times);

const unbroken = async (): Promise<Float32Array> => {
  const training = train(job);
  for await (const _ of training);
  return training.result().state.parameters;
};

describe('the loop over a training', () => {
  it('stands paused before the first batch, steps a batch and an epoch, and goes on to the same weights', async () => {
    const { parts, statuses } = opened();
    const { position, pauses } = parts;
    pauses.pause();
    const ended = followTraining(parts, train(job));
    await rests(statuses, 1);
    expect(position.state?.step).toBe(0);
    for (const [of, step] of [
      ['batch', 1],
      ['batch', 2],
      ['epoch', 4],
      ['batch', 5],
    ] as const) {
      pauses.step(of);
      await rests(statuses, statuses().filter((status) => status === 'paused').length + 1);
      expect(position.state?.step).toBe(step);
    }
    pauses.resume();
    await ended;
    expect(position).toMatchObject({ stopped: 'finished', state: { step: 8, epoch: 2 } });
    expect(position.state?.parameters).toEqual(await unbroken());
    expect(statuses().at(-1)).toBe('finished');
  });

  it('counts no second of a pause, not even in what is saved meanwhile', async () => {
    const saved: SavedRun[] = [];
    const { parts, statuses, time } = opened(async (run) => void saved.push(run));
    parts.pauses.pause();
    const ended = followTraining(parts, train(job));
    await rests(statuses, 1);
    time.ms += 60_000;
    await parts.pauses.between(() => saveNow(parts));
    expect(saved.at(-1)?.metrics.seconds).toBe(0);
    parts.pauses.resume();
    await ended;
    time.ms += 60_000;
    await parts.pauses.between(() => saveNow(parts));
    expect(saved.at(-1)?.metrics).toMatchObject({ seconds: 0, epochs: 2, stopped: 'finished' });
  });

  it('ends after the batch under way when it closes, with a state to go on from', async () => {
    const { parts, statuses, closing } = opened();
    parts.pauses.pause();
    const ended = followTraining(parts, train(job));
    await rests(statuses, 1);
    parts.pauses.step('batch');
    await rests(statuses, 2);
    closing.is = true;
    parts.pauses.end();
    await ended;
    const { state, stopped } = parts.position;
    expect([state?.step, stopped]).toEqual([1, null]);
    const resumed = train(job, state ?? undefined);
    for await (const _ of resumed);
    expect(resumed.result().state.parameters).toEqual(await unbroken());
  });

  it('trains on where nothing can be saved, and says so each time', async () => {
    const { parts, posted } = opened(() => Promise.reject(new Error('full')));
    await followTraining(parts, train(job));
    const faults = posted.flatMap((message) => (message.type === 'saved' ? [message.fault] : []));
    expect(faults).toEqual(['internal: full', 'internal: full', 'internal: full']);
    expect(parts.position.stopped).toBe('finished');
  });

  it('posts what is wrong with a training that cannot begin', async () => {
    const { parts, posted } = opened();
    await followTraining(parts, train({ ...job, recipe: { ...recipe, batchSize: 41 } }));
    expect(posted).toEqual([{ type: 'error', message: expect.stringMatching(/^batch-size: /) }]);
  });
});
