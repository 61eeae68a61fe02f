import { RandomStream } from 'latent-plane/internal';
import { describe, expect, it } from 'vitest';
import { createNeighbourSearch, NEIGHBOURS, proximityOf } from './neighbours.ts';

const COUNT = 2000;
const codes = new Float32Array(2 * COUNT);
new RandomStream(5, 'codes').fillUniform(codes, -3, 4);
const labels = Uint8Array.from({ length: COUNT }, (_, i) => (i * 7) % 3);

/** The same by looking at every code. */
const byHand = (x: number, y: number) => {
  const sorted = Array.from(labels, (label, i) => ({
    label,
    distance: Math.hypot(codes[2 * i] - x, codes[2 * i + 1] - y),
  })).sort((a, b) => a.distance - b.distance);
  const shares = [0, 1, 2].map(
    (label) => sorted.slice(0, NEIGHBOURS).filter((point) => point.label === label).length / NEIGHBOURS,
  );
  return { shares, distance: sorted[0].distance };
};

describe('createNeighbourSearch', () => {
  it.each([
    [0, 0],
    [3.9, -2.9],
    [50, -70],
  ])('finds at (%d, %d) what looking at every code finds', (x, y) => {
    const { shares, distance } = createNeighbourSearch({ codes, labels }, 3)({ x, y });
    const expected = byHand(x, y);
    expect(distance).toBeCloseTo(expected.distance, 6);
    for (const [label, share] of shares.entries()) expect(share).toBeCloseTo(expected.shares[label], 9);
  });

  it('asks all images where there are fewer than it would', () => {
    const few = createNeighbourSearch({ codes: Float32Array.of(0, 0, 1, 1), labels: Uint8Array.of(0, 1) }, 2);
    expect(few({ x: 0, y: 0.5 })).toStrictEqual({ shares: [0.5, 0.5], distance: 0.5 });
  });

  it('knows nothing where there are no images', () => {
    const none = createNeighbourSearch({ codes: new Float32Array(0), labels: new Uint8Array(0) }, 2);
    expect(none({ x: 0, y: 0 })).toStrictEqual({ shares: [0, 0], distance: Number.POSITIVE_INFINITY });
  });
});

describe('proximityOf', () => {
  it('tells codes on the data from codes near it and off it', () => {
    expect([0, 0.01, 0.03, Number.POSITIVE_INFINITY].map((distance) => proximityOf(distance, 1))).toStrictEqual([
      'on',
      'near',
      'off',
      'off',
    ]);
  });
});
