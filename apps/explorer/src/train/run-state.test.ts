import { findNetwork } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import type { FromWorker, Progress } from './protocol.ts';
import { advance, isTraining, NO_RUN, type Ready } from './run-state.ts';

const network = findNetwork('dense-1');
if (network.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
const ready: Ready = {
  type: 'ready',
  id: 'a',
  network,
  recipe: network.recipes.best,
  engine: { name: 'wasm', backend: 'wasm', threads: 1, why: 'one thread' },
  dataset: { name: 'mnist', argument: 'mnist', train: 100, height: 28, width: 28, channels: 1, classNames: ['0'] },
  codeShape: [2],
  isExamined: true,
  labels: new Uint8Array(4),
  history: [],
  notes: [],
};
const progress: Progress = {
  epoch: 1,
  epochs: 2,
  batch: 3,
  batches: 4,
  step: 3,
  loss: 0.1,
  imagesPerSecond: null,
  secondsLeft: null,
};
const epoch = (n: number, loss = 1 / n): FromWorker => ({
  type: 'epoch',
  record: { epoch: n, loss, learningRate: 0.01 },
});
const after = (...messages: readonly FromWorker[]) => messages.reduce(advance, NO_RUN);

describe('the state of a run', () => {
  it('begins anew with every run, and keeps the list of stored ones', () => {
    const state = after(
      { type: 'runs', runs: [], storage: 'no room' },
      ready,
      { type: 'status', status: 'running', at: null },
      { type: 'progress', progress },
      epoch(1),
      { ...ready, id: 'b' },
    );
    expect(state).toMatchObject({ runs: [], storageFault: 'no room', progress: null, history: [], ready: { id: 'b' } });
  });

  it('takes up the history of a stored run', () => {
    const history = [{ epoch: 1, loss: 0.5, learningRate: 0.1 }];
    expect(after({ ...ready, history }, epoch(2)).history.map((record) => record.epoch)).toStrictEqual([1, 2]);
  });

  it('forgets epochs that a return to the last good state undid', () => {
    expect(after(ready, epoch(1), epoch(2), epoch(3), epoch(2, 9)).history.map(({ loss }) => loss)).toStrictEqual([
      1, 9,
    ]);
  });

  it('knows where a run broke, until it runs again', () => {
    const at = { epoch: 2, batch: 7, loss: Number.NaN };
    const broken = after(ready, { type: 'status', status: 'diverged', at });
    expect(broken.brokeAt).toStrictEqual(at);
    expect(advance(broken, { type: 'status', status: 'paused', at: null }).brokeAt).toBeNull();
  });

  it('is not loading any more when what was asked for cannot be had, and leaves a run that stands alone', () => {
    const loading = { ...NO_RUN, status: 'loading' as const };
    expect(advance(loading, { type: 'error', message: 'x: y' })).toStrictEqual({ ...NO_RUN, error: 'x: y' });
    const running = after(ready, { type: 'status', status: 'running', at: null }, { type: 'error', message: 'x: y' });
    expect(running).toMatchObject({ status: 'running', error: 'x: y' });
    expect(isTraining(running)).toBe(true);
  });

  it('tells of images on their way only while they are', () => {
    const loading = after(
      { type: 'status', status: 'loading', at: null },
      { type: 'data-progress', what: 'images', done: 1, total: 2 },
    );
    expect(loading.data).toStrictEqual({ what: 'images', done: 1, total: 2 });
    expect(advance(loading, { type: 'status', status: 'running', at: null }).data).toBeNull();
  });
});
