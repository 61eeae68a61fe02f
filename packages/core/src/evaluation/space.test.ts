import { describe, expect, it } from 'vitest';
import { atOnce, type Codes } from '../codes/index.ts';
import { randomModel, smallMnist } from '../codes/testing/mnist.ts';
import { sliceSet } from '../images/index.ts';
import { findNetwork } from '../network/index.ts';
import { RandomStream } from '../random/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { probeWork } from './linear-probe.ts';
import { neighbourhoodScores, spaceScores } from './neighbourhood.ts';
import { evaluateSpaces } from './space.ts';

const normal = (count: number, size: number, name = 'codes'): Codes => {
  const values = new Float32Array(count * size);
  new RandomStream(5, name).fillNormal(values, 1);
  return { values, count, size };
};

/** Numbers that a script of NumPy makes alike. */
const made = (count: number, size: number, seed: number): Float32Array =>
  Float32Array.from({ length: count * size }, (_, i) => {
    const value = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return value - Math.floor(value) - 0.5;
  });

describe('the linear probe', () => {
  const SCALES = [1, 20, 0.01, 3, 0];
  const part = (count: number, seed: number) => {
    const [codes, noise] = [made(count, 5, seed), made(count, 3, seed + 9)];
    const labels = Uint16Array.from({ length: count }, (_, i) => {
      const [a, b, c] = codes.subarray(5 * i, 5 * i + 3);
      const [p, q, r] = noise.subarray(3 * i, 3 * i + 3);
      const scores = [a + 0.3 * p, 1.5 * b + 0.3 * q, -a - c + 0.3 * r];
      return 40 + scores.indexOf(Math.max(...scores));
    });
    return { codes: { values: codes.map((value, i) => value * SCALES[i % 5]), count, size: 5 }, labels };
  };

  it('is what LogisticRegression of scikit-learn finds on standardised codes, whatever their scales', () => {
    // Its 147, 138 and 115 codes of each class, and 186 of 200 test codes that it names right.
    const train = part(400, 1);
    expect([40, 41, 42].map((label) => train.labels.filter((own) => own === label).length)).toEqual([147, 138, 115]);
    expect(atOnce(probeWork(train, part(200, 2)))).toBe(186 / 200);
  });

  it('is none of one class, without test codes, and of very wide codes', () => {
    const train = part(100, 1);
    const none = { codes: { values: new Float32Array(0), count: 0, size: 5 }, labels: new Uint16Array(0) };
    const alone = { ...train, labels: new Uint16Array(100) };
    const wide = { codes: normal(4, 600), labels: Uint16Array.of(0, 1, 0, 1) };
    expect(atOnce(probeWork(train, none))).toBeNull();
    expect(atOnce(probeWork(alone, train))).toBeNull();
    expect(atOnce(probeWork(wide, wide))).toBeNull();
  });
});

describe('the scores of a space', () => {
  const mnist = smallMnist(150, 60);
  const codes = normal(150, 3);

  it('of several numbers of neighbours are those of each alone', async () => {
    const options = { runtime: nodeRuntime };
    const [{ neighbourhoods, distanceCorrelation }] = await spaceScores(mnist.train, [codes], {
      ...options,
      ks: [5, 10, 50],
    });
    expect(distanceCorrelation).toBeNull();
    for (const { k, ...scores } of neighbourhoods)
      expect(scores).toEqual(await neighbourhoodScores(mnist.train, codes, { ...options, k }));
    expect(neighbourhoods.map(({ k }) => k)).toEqual([5, 10, 50]);
  });

  it('compare the distances of all pairs, and triplets, taken plainly', async () => {
    const [{ distanceCorrelation, tripletAccuracy }] = await spaceScores(mnist.train, [codes], {
      runtime: nodeRuntime,
      ks: [5],
      distances: true,
    });
    const pixels = 784;
    const distance = (values: ArrayLike<number>, size: number, i: number, j: number): number => {
      let sum = 0;
      for (let d = 0; d < size; d++) sum += (values[i * size + d] - values[j * size + d]) ** 2;
      return Math.sqrt(sum);
    };
    const pairs = Array.from({ length: 150 }, (_, i) => Array.from({ length: i }, (_, j) => [i, j])).flat();
    const [a, b] = [
      pairs.map(([i, j]) => distance(mnist.train.pixels, pixels, i, j)),
      pairs.map(([i, j]) => distance(codes.values, 3, i, j)),
    ];
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [ma, mb] = [mean(a), mean(b)];
    const product = (f: (i: number) => number): number => mean(a.map((_, i) => f(i)));
    const expected =
      product((i) => (a[i] - ma) * (b[i] - mb)) /
      Math.sqrt(product((i) => (a[i] - ma) ** 2) * product((i) => (b[i] - mb) ** 2));
    expect(distanceCorrelation).toBeCloseTo(expected, 10);
    let same = 0;
    for (let i = 0; i < 150; i++) {
      const words = new Uint32Array(10);
      new RandomStream(1, 'triplets', i).fillUint32(words);
      const other = (word: number): number => (word % 149 < i ? word % 149 : (word % 149) + 1);
      for (let t = 0; t < 5; t++) {
        const [j, k] = [other(words[2 * t]), other(words[2 * t + 1])];
        const nearer = (values: ArrayLike<number>, size: number): boolean =>
          distance(values, size, i, j) < distance(values, size, i, k);
        if (nearer(mnist.train.pixels, pixels) === nearer(codes.values, 3)) same += 1;
      }
    }
    expect(tripletAccuracy).toBe(same / 750);
  });

  it('are perfect of the pixels themselves', async () => {
    const [own] = await spaceScores(
      mnist.train,
      [{ values: Float32Array.from(mnist.train.pixels), count: 150, size: 784 }],
      { runtime: nodeRuntime, ks: [5, 50], distances: true },
    );
    for (const { trustworthiness, continuity } of own.neighbourhoods)
      expect([trustworthiness, continuity]).toEqual([1, 1]);
    expect(own.distanceCorrelation).toBeCloseTo(1, 12);
    expect(own.tripletAccuracy).toBe(1);
  });
});

describe('evaluateSpaces', () => {
  const mnist = smallMnist(150, 60);
  const model = randomModel(findNetwork('dense-1'));
  const all = normal(210, 4);

  it('asks training images about the others of them, test images about training images', async () => {
    // Codes that tell the label, but for the image's own, which must not vote.
    const values = Float32Array.from({ length: 210 }, (_, i) =>
      i < 150 ? 10 * mnist.train.labels[i] : 10 * mnist.test.labels[i - 150],
    );
    const [told, chance] = await evaluateSpaces(model, mnist, [{ values, count: 210, size: 1 }, all]);
    expect(told.neighbourhoods.map(({ part, k }) => `${part} ${k}`)).toEqual([
      'train 5',
      'train 10',
      'train 50',
      'test 5',
      'test 10',
    ]);
    expect(told.neighbourhoods.find(({ part, k }) => part === 'test' && k === 5)?.knn).toBe(1);
    expect(told.neighbourhoods[0].knn).toBe(1);
    expect(chance.neighbourhoods[0].knn).toBeLessThan(0.4);
    expect(chance.linearProbe).toBeLessThan(0.4);
  });

  it('leaves out what few images and images without labels cannot tell', async () => {
    const few = { ...mnist, classNames: [], train: sliceSet(mnist.train, 0, 20), test: sliceSet(mnist.test, 0, 4) };
    const [found] = await evaluateSpaces(model, few, [{ ...all, values: all.values.subarray(0, 96), count: 24 }]);
    expect(found.neighbourhoods.map(({ part, k, knn }) => [part, k, knn])).toEqual([['train', 5, null]]);
    expect(found.linearProbe).toBeNull();
    expect(found.distanceCorrelation).not.toBeNull();
  });
});
