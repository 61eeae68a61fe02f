import { describe, expect, it } from 'vitest';
import { compileKernels } from '../../../../scripts/build-kernels.mjs';
import { ADAM, adamScalars } from '../optimizers/index.ts';
import { RandomStream } from '../random/index.ts';
import { arenaBytes, createArena } from './arena.ts';
import { kernelsBase64 } from './kernels.generated.ts';

describe('the training kernels', () => {
  it('are what kernels.wat compiles to', async () => {
    expect(await compileKernels()).toBe(kernelsBase64);
  });

  it('adam follows the paper in double precision to single precision, for lengths that are no multiple of four', () => {
    const size = 1003;
    const arena = createArena(5 * arenaBytes(size));
    const [p, m, v, g, after] = Array.from({ length: 5 }, () => arena.floats(size));
    after.fill(42);
    new RandomStream(1, 'p').fillUniform(p, -1, 1);
    const reference = { p: Float64Array.from(p), m: new Float64Array(size), v: new Float64Array(size) };
    for (let t = 1; t <= 20; t++) {
      new RandomStream(1, 'g', t).fillUniform(g, -0.01, 0.01);
      arena.kernels.adam(p, m, v, g, adamScalars(t, 1e-3), ADAM);
      for (let i = 0; i < size; i++) {
        reference.m[i] = 0.9 * reference.m[i] + 0.1 * g[i];
        reference.v[i] = 0.999 * reference.v[i] + 0.001 * g[i] ** 2;
        const mHat = reference.m[i] / (1 - 0.9 ** t);
        const vHat = reference.v[i] / (1 - 0.999 ** t);
        reference.p[i] -= (1e-3 * mHat) / (Math.sqrt(vHat) + 1e-7);
      }
    }
    // Twenty single-precision steps of 1e-3 around values of size 1.
    for (let i = 0; i < size; i++) expect(Math.abs(p[i] - reference.p[i])).toBeLessThan(3e-6);
    expect(after.every((x) => x === 42)).toBe(true);
  });

  it('gather copies images as byte / 255, exactly rounded', () => {
    const arena = createArena(arenaBytes(3 * 256, 1) + arenaBytes(2) + arenaBytes(512));
    const pixels = arena.bytes(3 * 256);
    const indices = arena.integers(2);
    const out = arena.floats(512);
    for (let i = 0; i < pixels.length; i++) pixels[i] = (i * 7) % 256;
    indices.set([2, 0]);
    arena.kernels.gather(pixels, indices, 2, 256, out);
    const expected = [...pixels.subarray(512), ...pixels.subarray(0, 256)].map((byte) => Math.fround(byte / 255));
    expect([...out]).toEqual(expected);
  });
});
