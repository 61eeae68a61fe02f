import { type AutoencoderSpec, findNetwork } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { fasterOf, isWorthMeasuring, type Offer, planEngine } from './engine.ts';
import { overridesBetween } from './run-config.ts';

const named = (id: string): AutoencoderSpec => {
  const network = findNetwork(id);
  if (network.kind === 'autoencoder') return network;
  throw new Error(`${id} is no autoencoder`);
};
const dense1 = named('dense-1');
const conv = named('convdense-2');
const four: Offer = { threads: 4, isolated: true, gpu: 'none' };

describe('planEngine', () => {
  it('takes one thread for a small network and all for one with convolutions, as the command line does', () => {
    expect(planEngine('auto', dense1, 32, four)).toEqual({
      backend: 'wasm',
      threads: 1,
      why: 'WebAssembly with one thread, because layers this small lose more by waiting for a second than it computes; no GPU answers in this browser.',
    });
    expect(planEngine('auto', conv, 32, four)).toMatchObject({
      threads: 4,
      why: expect.stringContaining('4 threads of 4;'),
    });
    expect(planEngine('auto', conv, 32, { ...four, threads: 16 }).threads).toBe(8);
  });

  it('has one thread without isolation and says what would give more', () => {
    const { threads, why } = planEngine('auto', conv, 32, { threads: 1, isolated: false, gpu: 'software' });
    expect(threads).toBe(1);
    expect(why).toMatch(/not cross-origin isolated.*second visit on; the GPU that answers is emulated/);
  });

  it('keeps the threads of a run that goes on, as far as there are any', () => {
    expect(planEngine('wasm', dense1, 32, four, 2).threads).toBe(2);
    expect(planEngine('wasm', dense1, 32, four, 32).threads).toBe(4);
  });

  it('takes WebGPU where it is asked for, and refuses where there is none', () => {
    expect(planEngine('webgpu', dense1, 32, { ...four, gpu: 'hardware' }).backend).toBe('webgpu');
    expect(() => planEngine('webgpu', dense1, 32, four)).toThrow(/^no-webgpu: /);
  });
});

describe('a benchmark of steps', () => {
  it('is run for a GPU of hardware and steps that are long enough alone', () => {
    const gpu: Offer = { ...four, gpu: 'hardware' };
    expect(isWorthMeasuring('auto', conv, 256, gpu)).toBe(true);
    expect(isWorthMeasuring('auto', dense1, 32, gpu)).toBe(false);
    expect(isWorthMeasuring('auto', conv, 256, { ...four, gpu: 'software' })).toBe(false);
    expect(isWorthMeasuring('wasm', conv, 256, gpu)).toBe(false);
  });

  it('is won by the shorter step, and both are told', () => {
    const plan = planEngine('auto', conv, 256, { ...four, gpu: 'hardware' });
    expect(fasterOf(plan, { wasm: 80, webgpu: 7.25 })).toEqual({
      backend: 'webgpu',
      threads: 1,
      why: 'WebGPU: a step took 7.3 ms there, and 80 ms in WebAssembly with 4 threads.',
    });
    expect(fasterOf(plan, { wasm: 8, webgpu: 25 })).toMatchObject({
      backend: 'wasm',
      threads: 4,
      why: 'WebAssembly with 4 threads of 4; a step took 8.0 ms there, and 25 ms on the GPU.',
    });
  });
});

describe('overridesBetween', () => {
  it('names what differs from the recipe, in the words of the command line', () => {
    const base = dense1.recipes.documented;
    expect(overridesBetween(dense1, base)).toEqual({});
    const schedule = { ...base.schedule, learningRate: 0.5 };
    expect(overridesBetween(dense1, { ...base, epochs: 2, batchSize: 7, schedule, seed: 99 })).toEqual({
      epochs: 2,
      batchSize: 7,
      learningRate: 0.5,
    });
    expect(overridesBetween(dense1, { ...base, name: 'custom', epochs: 2 })).toEqual({});
  });
});
