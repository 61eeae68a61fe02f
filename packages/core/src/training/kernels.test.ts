import { describe, expect, it } from 'vitest';
import { compileKernels } from '../../../../scripts/build-kernels.mjs';
import { arenaBytes, createArena } from './arena.ts';
import { kernelsBase64 } from './kernels.generated.ts';

describe('the training kernels', () => {
  it('are what kernels.wat compiles to', async () => {
    expect(await compileKernels()).toBe(kernelsBase64);
  });

  it('are run by name, on arrays and numbers; another name is told', () => {
    const arena = createArena(2 * arenaBytes(5));
    const [a, p] = [arena.floats(5), arena.floats(5)];
    p.fill(4);
    arena.kernels.run('average', a, p, 5, 0.25);
    expect([...a]).toEqual([1, 1, 1, 1, 1]);
    expect(() => arena.kernels.run('nothing', a)).toThrow('kernels.wat has no function "nothing"');
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
