import { describe, expect, it } from 'vitest';
import { LatentError } from '../errors.ts';
import { sha256Hex } from '../images/checksum.ts';
import { RandomStream } from './random.ts';

const uint32 = (stream: RandomStream, count: number): Uint32Array => {
  const out = new Uint32Array(count);
  stream.fillUint32(out);
  return out;
};

// Golden values of this file: the definitions written a second time in Python 3 (integers of any size,
// statistics.NormalDist, struct for single precision).
describe('RandomStream', () => {
  it('gives the golden words, with 53-bit seed and index', () => {
    expect([...uint32(new RandomStream(2 ** 40 + 7, 'initial-weights', 2 ** 33 + 5), 8)]).toEqual([
      0xe4f60515, 0xc9bf77db, 0x835dfc40, 0x8a0b6010, 0x5c602c7d, 0x7c88aac0, 0x8cbf5724, 0x714cacc7,
    ]);
    expect([...uint32(new RandomStream(1, 3), 4)]).toEqual([1767114739, 2888151332, 1674871006, 3332801667]);
  });

  it('gives the golden uniforms, normals and masks', () => {
    const out = new Float32Array(6);
    new RandomStream(1, 'noise', 2).fillUniform(out, -0.5, 0.5);
    expect([...out]).toEqual([
      -0.1295255422592163, 0.2874181270599365, -0.3070889115333557, -0.04086273908615112, -0.25676852464675903,
      -0.3761987090110779,
    ]);
    new RandomStream(1, 'noise', 2).fillNormal(out, 0.1);
    expect([...out]).toEqual([
      -0.03305969014763832, 0.07974947988986969, -0.08672185987234116, -0.010260741226375103, -0.06959453970193863,
      -0.11561919748783112,
    ]);
    const mask = new Float32Array(12);
    new RandomStream(1, 'noise', 2).fillBernoulliMask(mask, 0.5, 2);
    expect([...mask]).toEqual([2, 0, 2, 2, 2, 2, 2, 2, 0, 2, 0, 0]);
  });

  it('gives 10,000 normals with the golden bytes', async () => {
    const out = new Float32Array(10_000);
    new RandomStream(7, 'noise').fillNormal(out, 0.1);
    expect(await sha256Hex(new Uint8Array(out.buffer))).toBe(
      '95126a1b8f4ba709f3c226900d23abde3f5eb0f40124a671d403987da88e1ca7',
    );
  });

  it('gives unrelated numbers to two seeds, two names, two indices, a name and a number', () => {
    const streams = [
      new RandomStream(1, 'a', 0),
      new RandomStream(2, 'a', 0),
      new RandomStream(1, 'b', 0),
      new RandomStream(1, 'a', 1),
      new RandomStream(1, 0, 0),
      new RandomStream(2 ** 32 + 1, 'a', 0),
    ];
    const words = streams.flatMap((stream) => [...uint32(stream, 64)]);
    expect(new Set(words).size).toBe(words.length);
  });

  it('has the moments of its distributions', () => {
    const count = 400_000;
    const out = new Float32Array(count);
    const moments = (): [number, number] => {
      let sum = 0;
      let squares = 0;
      for (const value of out) {
        sum += value;
        squares += value * value;
      }
      return [sum / count, squares / count];
    };
    const stream = new RandomStream(3, 'moments');
    // Tolerances: about five standard errors of each mean.
    stream.fillUniform(out);
    expect(Math.abs(moments()[0] - 1 / 2)).toBeLessThan(0.0023);
    expect(Math.abs(moments()[1] - 1 / 3)).toBeLessThan(0.0024);
    stream.fillNormal(out);
    expect(Math.abs(moments()[0])).toBeLessThan(0.008);
    expect(Math.abs(moments()[1] - 1)).toBeLessThan(0.0112);
    stream.fillBernoulliMask(out, 0.8, 1.25);
    expect(Math.abs(moments()[0] - 1)).toBeLessThan(0.004);
  });

  it('stays inside its bounds', () => {
    const out = new Float32Array(100_000);
    new RandomStream(4, 'bounds').fillUniform(out);
    expect(out.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('keeps everything at probability 1 and nothing at 0', () => {
    const out = new Float32Array(10_000);
    new RandomStream(5, 'mask').fillBernoulliMask(out, 1, 1);
    expect(out.every((value) => value === 1)).toBe(true);
    new RandomStream(5, 'mask').fillBernoulliMask(out, 0, 1);
    expect(out.every((value) => value === 0)).toBe(true);
  });

  it('fills a long array in chunks with the words of one stream', () => {
    const long = uint32(new RandomStream(6, 'long'), 10_001);
    expect([...uint32(new RandomStream(6, 'long'), 4_100)]).toEqual([...long.subarray(0, 4_100)]);
  });

  it('permutes without bias: every order of 4 comes up equally often', () => {
    const counts = new Map<string, number>();
    const draws = 24_000;
    for (let i = 0; i < draws; i++) {
      const order = new RandomStream(8, 'orders', i).permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    let chiSquare = 0;
    for (const count of counts.values()) chiSquare += (count - draws / 24) ** 2 / (draws / 24);
    // 23 degrees of freedom: 49.7 is exceeded once in a thousand seeds, and this seed is fixed.
    expect(chiSquare).toBeLessThan(49.7);
  });

  it.each([0, 1])('permutes %d items', (count) => {
    expect([...new RandomStream(1, 'few').permutation(count)]).toEqual(count === 0 ? [] : [0]);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('refuses %d as a seed', (seed) => {
    expect(() => new RandomStream(seed, 'a')).toThrow(LatentError);
    expect(() => new RandomStream(seed, 'a')).toThrow(/^random-seed: /);
  });
});
