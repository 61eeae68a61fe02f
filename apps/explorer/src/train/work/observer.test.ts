import { freePlane } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { sampleOf, steadyBounds, steadyPlane } from './observer.ts';

describe('sampleOf', () => {
  it('is spread evenly, so that a set sorted by class is shown whole', () => {
    const labels = Uint8Array.from({ length: 1000 }, (_, i) => Math.floor(i / 100));
    const sample = sampleOf(
      { labels, pixels: new Uint8Array(1000), count: 1000, height: 1, width: 1, channels: 1 },
      50,
    );
    expect([...sample.labels]).toEqual(Array.from({ length: 50 }, (_, i) => Math.floor(i / 5)));
  });
});

describe('steadyBounds', () => {
  it('stays while the codes fill it, and moves when they leave it or shrink', () => {
    const first = steadyBounds(Float32Array.of(0, 0, 10, 1), null);
    expect(first.min[0]).toBeCloseTo(-0.8, 6);
    expect(first.max[1]).toBeCloseTo(1.08, 6);
    expect(steadyBounds(Float32Array.of(0.2, 0, 10.5, 1), first)).toBe(first);
    expect(steadyBounds(Float32Array.of(0, 0, 11, 1), first).max[0]).toBeCloseTo(11.88, 6);
    expect(steadyBounds(Float32Array.of(4, 0, 6, 1), first).min[0]).toBeCloseTo(3.84, 6);
  });

  it('has room around a single point', () => {
    const { min, max } = steadyBounds(Float32Array.of(3, -2, 3, -2), null);
    expect(max[0] - min[0]).toBeGreaterThan(0);
    expect(max[1] - min[1]).toBeGreaterThan(0);
  });
});

describe('steadyPlane', () => {
  it('is not turned over by the chance of a sign', () => {
    const before = freePlane([0, 0, 0], [1, 0, 0], [0, 1, 0]);
    const turned = freePlane([1, 0, 0], [-1, 0.1, 0], [0.1, 1, 0]);
    const { origin, directions } = steadyPlane(turned, before);
    expect(origin).toEqual([1, 0, 0]);
    expect(directions[0]).toEqual(turned.directions[0].map((value) => -value));
    expect(directions[1]).toEqual(turned.directions[1]);
    expect(steadyPlane(turned, null)).toBe(turned);
  });
});
