import { beforeAll, describe, expect, it } from 'vitest';
import { codeExtent } from '../codes/codes.ts';
import { smallMnist } from '../codes/testing/mnist.ts';
import type { Dataset, Labels } from '../images/index.ts';
import { RandomStream } from '../random/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { codeSummary } from './code-summary.ts';
import { neighbourAccuracy, neighbourhoodScores } from './neighbourhood.ts';

let mnist: Dataset;
beforeAll(() => {
  mnist = smallMnist(300, 60);
});

const randomCodes = (count: number, name: string) => {
  const values = new Float32Array(2 * count);
  new RandomStream(1, name).fillNormal(values, 1);
  return { values, count, size: 2 };
};
const options = { runtime: nodeRuntime };

/** All others by distance, the first of equals first. */
const ranked = (points: readonly (readonly number[])[], i: number): number[] => {
  const to = points.map((point) => point.reduce((sum, x, d) => sum + (x - points[i][d]) ** 2, 0));
  return points
    .map((_, j) => j)
    .filter((j) => j !== i)
    .sort((a, b) => to[a] - to[b] || a - b);
};

/** The sum of the paper over five neighbours of each point, taken plainly. */
const plainScore = (by: number[][], other: number[][]): number => {
  const [n, k] = [by.length, 5];
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const order = ranked(other, i);
    for (const j of ranked(by, i).slice(0, k)) sum += Math.max(0, order.indexOf(j) + 1 - k);
  }
  return 1 - (2 / (n * k * (2 * n - 3 * k - 1))) * sum;
};

/** As `neighbourAccuracy` is defined, taken plainly. */
const plainAccuracy = (size: number, train: Float32Array, labels: Labels, test: Float32Array, testLabels: Labels) => {
  const at = (values: Float32Array, i: number): Float32Array => values.subarray(i * size, (i + 1) * size);
  const right = Array.from(testLabels).filter((label, i) => {
    const to = Array.from(labels, (_, j) => at(train, j).reduce((sum, x, d) => sum + (x - at(test, i)[d]) ** 2, 0));
    const nearest = [...to.keys()].sort((a, b) => to[a] - to[b] || a - b).slice(0, 5);
    const votes = new Map<number, number>();
    for (const j of nearest) votes.set(labels[j], (votes.get(labels[j]) ?? 0) + 1);
    const most = Math.max(...votes.values());
    return label === Math.min(...[...votes].filter(([, count]) => count === most).map(([voted]) => voted));
  });
  return right.length / testLabels.length;
};

describe('neighbourAccuracy', () => {
  it.each([1, 3, 20, 98])('of codes of %i numbers is its definition, taken plainly', (size) => {
    const values = new Float32Array(260 * size);
    new RandomStream(size, 'codes').fillNormal(values, 1);
    // Dimensions of very different extent, one without any, and codes that are equal.
    for (let i = 0; i < values.length; i++) values[i] *= (i % size) % 3 === 1 ? 0 : 1 + (i % size);
    values.copyWithin(0, 30 * size, 50 * size);
    const [train, test] = [values.subarray(0, 200 * size), values.subarray(200 * size)];
    const [labels, testLabels] = [
      Uint16Array.from({ length: 200 }, (_, i) => 300 + ((i * 7) % 4)),
      Uint16Array.from({ length: 60 }, (_, i) => 300 + (i % 4)),
    ];
    const found = neighbourAccuracy(
      { codes: { values: train, count: 200, size }, labels },
      { codes: { values: test, count: 60, size }, labels: testLabels },
    );
    expect(found).toBe(plainAccuracy(size, train, labels, test, testLabels));
  });
});

describe('neighbourhoodScores', () => {
  it('are the sums of the paper, taken plainly', async () => {
    const codes = randomCodes(300, 'codes');
    const size = 784;
    const images = Array.from({ length: 300 }, (_, i) =>
      Array.from(mnist.train.pixels.subarray(i * size, (i + 1) * size)),
    );
    const plane = Array.from({ length: 300 }, (_, i) => Array.from(codes.values.subarray(2 * i, 2 * i + 2)));
    const { trustworthiness, continuity } = await neighbourhoodScores(mnist.train, codes, options);
    expect(trustworthiness).toBeCloseTo(plainScore(plane, images), 12);
    expect(continuity).toBeCloseTo(plainScore(images, plane), 12);
  });

  it.each([101, 102, 103])('are those sums of %i images too, with equal distances, and of large images', async (n) => {
    // More pixels than one product takes; many images are equal, and so are codes.
    const [height, width] = [257, 256];
    const pixels = new Uint8Array(n * height * width);
    for (let i = 0; i < n; i++) pixels.fill((i * 29) % 37, i * height * width, (i + 1) * height * width);
    const values = Float32Array.from({ length: 2 * n }, (_, i) => (i * 7) % 11);
    const set = { count: n, height, width, channels: 1 as const, pixels, labels: new Uint8Array(n) };
    const images = Array.from({ length: n }, (_, i) => [(i * 29) % 37]);
    const plane = Array.from({ length: n }, (_, i) => Array.from(values.subarray(2 * i, 2 * i + 2)));
    const scores = await neighbourhoodScores(set, { values, count: n, size: 2 }, options);
    expect(scores.trustworthiness).toBeCloseTo(plainScore(plane, images), 12);
    expect(scores.continuity).toBeCloseTo(plainScore(images, plane), 12);
  });

  it('are 1 where the plane keeps every neighbourhood', async () => {
    // Two pixels are a plane of themselves.
    const count = 100;
    const pixels = new Uint8Array(2 * count);
    new RandomStream(2, 'pixels').fillUint32(new Uint32Array(pixels.buffer));
    const values = Float32Array.from(pixels);
    const set = { count, height: 1, width: 2, channels: 1 as const, pixels, labels: new Uint8Array(count) };
    expect(await neighbourhoodScores(set, { values, count, size: 2 }, options)).toEqual({
      trustworthiness: 1,
      continuity: 1,
    });
  });

  it('refuse too few images', async () => {
    const few = smallMnist(10, 1).train;
    await expect(neighbourhoodScores(few, randomCodes(10, 'few'), options)).rejects.toMatchObject({
      code: 'too-few-images',
    });
  });
});

describe('neighbourAccuracy', () => {
  it('is the vote of the nearest by loops', () => {
    const [train, test] = [randomCodes(300, 'train'), randomCodes(60, 'test')];
    let right = 0;
    for (let i = 0; i < 60; i++) {
      const [x, y] = test.values.subarray(2 * i, 2 * i + 2);
      const to = (j: number): number => (train.values[2 * j] - x) ** 2 + (train.values[2 * j + 1] - y) ** 2;
      const votes = Array.from({ length: 300 }, (_, j) => j)
        .sort((a, b) => to(a) - to(b))
        .slice(0, 5);
      const counts = new Array<number>(10).fill(0);
      for (const vote of votes) counts[mnist.train.labels[vote]] += 1;
      if (counts.indexOf(Math.max(...counts)) === mnist.test.labels[i]) right += 1;
    }
    const found = neighbourAccuracy(
      { codes: train, labels: mnist.train.labels },
      { codes: test, labels: mnist.test.labels },
    );
    expect(found).toBe(right / 60);
  });

  it('of codes that are all one point is the share of whatever its neighbours are', () => {
    const one = (count: number) => ({ values: new Float32Array(2 * count), count, size: 2 });
    const found = neighbourAccuracy(
      { codes: one(300), labels: new Uint8Array(300).fill(3) },
      { codes: one(4), labels: Uint8Array.of(3, 3, 3, 5) },
    );
    expect(found).toBe(0.75);
  });
});

describe('codeSummary', () => {
  const summary = (values: readonly number[], min: readonly number[], max: readonly number[]) =>
    codeSummary({ values: Float32Array.from(values), count: values.length / 2, size: 2 }, { min, max });

  it('of codes on a line has one dimension, of a square two', () => {
    const line = summary([0, 0, 1, 1, 2, 2, 3, 3], [0, 0], [3, 3]);
    expect(line.participationRatio).toBeCloseTo(1, 12);
    expect(line.correlation).toBeCloseTo(1, 12);
    expect([line.activeUnits, line.occupied]).toEqual([2, 4 / 10_000]);
    const square = summary([0, 0, 1, 0, 0, 1, 1, 1], [0, 0], [1, 1]);
    expect(square.participationRatio).toBeCloseTo(2, 12);
    expect([square.correlation, square.activeUnits]).toEqual([0, 2]);
  });

  it('of a dead dimension and of a single point says so', () => {
    const dead = summary([0, 0, 1, 0, 2, 0], [0, 0], [2, 0]);
    expect(dead).toEqual({ activeUnits: 1, participationRatio: 1, correlation: null, occupied: 3 / 10_000 });
    const point = summary([1, 1, 1, 1], [1, 1], [1, 1]);
    expect(point).toEqual({ activeUnits: 0, participationRatio: 0, correlation: null, occupied: 1 / 10_000 });
  });

  it('takes no rounding of the mean for a variance, and stays within -1 and 1', () => {
    const [x, y] = [Math.fround(0.4239), Math.fround(0.6344)];
    const same = Array.from({ length: 500 }, (_, i) => (i % 2 === 0 ? x : y));
    const codes = { values: Float32Array.from(same), count: 250, size: 2 };
    expect(codeExtent(codes).std).toEqual([0, 0]);
    expect(summary(same, [x, y], [x, y])).toEqual({
      activeUnits: 0,
      participationRatio: 0,
      correlation: null,
      occupied: 1 / 10_000,
    });
    for (let n = 2; n < 40; n++) {
      const line = Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? Math.sin(i) : -Math.sin(i - 1)));
      const { min, max } = codeExtent({ values: Float32Array.from(line), count: n, size: 2 });
      expect(summary(line, min, max).correlation).toBeGreaterThanOrEqual(-1);
    }
  });
});
