import { describe, expect, it } from 'vitest';
import { createGate } from './gate.ts';

/** Lets everything run that can. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const watched = () => {
  const told: string[] = [];
  const gate = createGate({
    onPause: async () => void told.push('pause'),
    onGo: () => void told.push('go'),
  });
  const stop = (where: 'start' | 'batch' | 'epoch') => {
    const at = { passed: false };
    void gate.stop(where).then(() => {
      at.passed = true;
    });
    return at;
  };
  return { gate, told, stop };
};

describe('createGate', () => {
  it('lets a training pass, and holds it once it is paused until it is to go on', async () => {
    const { gate, told, stop } = watched();
    expect(gate.wanted).toBe(false);
    await gate.stop('batch');
    gate.pause();
    expect(gate.wanted).toBe(true);
    const held = stop('batch');
    await turn();
    expect([held.passed, told]).toEqual([false, ['pause']]);
    gate.resume();
    await turn();
    expect([held.passed, told]).toEqual([true, ['pause', 'go']]);
  });

  it('steps one batch, or to the end of the epoch', async () => {
    const { gate, stop } = watched();
    gate.pause();
    const start = stop('start');
    await turn();
    gate.step('batch');
    await turn();
    expect(start.passed).toBe(true);
    const first = stop('batch');
    await turn();
    expect([first.passed, gate.paused]).toEqual([false, true]);
    gate.step('epoch');
    await turn();
    expect(first.passed).toBe(true);
    await gate.stop('batch');
    const epoch = stop('epoch');
    await turn();
    expect([epoch.passed, gate.paused]).toEqual([false, true]);
  });

  it('does work between two batches, in turn, also while it is paused, and at once when all is over', async () => {
    const { gate, stop } = watched();
    const done: number[] = [];
    const work = (n: number) => gate.at(async () => void done.push(n));
    const [one, two] = [work(1), work(2)];
    expect(done).toEqual([]);
    await gate.stop('batch');
    await Promise.all([one, two]);
    gate.pause();
    const held = stop('batch');
    await turn();
    await work(3);
    await expect(gate.at(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(held.passed).toBe(false);
    gate.open();
    await turn();
    expect(held.passed).toBe(true);
    await work(4);
    expect(done).toEqual([1, 2, 3, 4]);
    gate.shut();
    expect(gate.paused).toBe(true);
  });
});
