import { describe, expect, it } from 'vitest';
import { createPauseControl } from './pause-control.ts';

/** Lets everything run that can. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const watched = () => {
  const told: string[] = [];
  const pauses = createPauseControl({
    onPause: async () => void told.push('pause'),
    onResume: () => void told.push('resume'),
  });
  const stand = (place: 'start' | 'batch' | 'epoch') => {
    const at = { passed: false };
    void pauses.pass(place).then(() => {
      at.passed = true;
    });
    return at;
  };
  return { pauses, told, stand };
};

describe('createPauseControl', () => {
  it('lets a training pass, and holds it once it is paused until it is to go on', async () => {
    const { pauses, told, stand } = watched();
    expect(pauses.isWanted).toBe(false);
    await pauses.pass('batch');
    pauses.pause();
    expect(pauses.isWanted).toBe(true);
    const held = stand('batch');
    await turn();
    expect([held.passed, told]).toEqual([false, ['pause']]);
    pauses.resume();
    await turn();
    expect([held.passed, told]).toEqual([true, ['pause', 'resume']]);
  });

  it('steps one batch, or to the end of the epoch', async () => {
    const { pauses, stand } = watched();
    pauses.pause();
    const start = stand('start');
    await turn();
    pauses.step('batch');
    await turn();
    expect(start.passed).toBe(true);
    const first = stand('batch');
    await turn();
    expect([first.passed, pauses.isPaused]).toEqual([false, true]);
    pauses.step('epoch');
    await turn();
    expect(first.passed).toBe(true);
    await pauses.pass('batch');
    const epoch = stand('epoch');
    await turn();
    expect([epoch.passed, pauses.isPaused]).toEqual([false, true]);
  });

  it('does work between two batches, in turn, also while it is paused, and at once when all is over', async () => {
    const { pauses, stand } = watched();
    const done: number[] = [];
    const work = (n: number) => pauses.between(async () => done.push(n));
    const [one, two] = [work(1), work(2)];
    expect(done).toEqual([]);
    await pauses.pass('batch');
    expect(await Promise.all([one, two])).toEqual([1, 2]);
    pauses.pause();
    const held = stand('batch');
    await turn();
    expect(await work(3)).toBe(3);
    await expect(pauses.between(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(held.passed).toBe(false);
    pauses.end();
    await turn();
    expect(held.passed).toBe(true);
    await work(4);
    expect(done).toEqual([1, 2, 3, 4]);
    pauses.restart();
    expect(pauses.isPaused).toBe(true);
  });

  it('goes on at once where it was resumed while it came to rest', async () => {
    let reached: () => void = () => undefined;
    const atRest = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const pauses = createPauseControl({ onPause: () => atRest, onResume: () => undefined });
    pauses.pause();
    const passed = pauses.pass('batch');
    pauses.resume();
    reached();
    await expect(passed).resolves.toBeUndefined();
  });
});
