import { axesPlane, firstPlane } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { planarWay, wholeWay } from './way.ts';

const [a, b, c] = [Float32Array.of(2, 0, 0), Float32Array.of(0, 2, 0), Float32Array.of(0, 2, 6)];

describe('a way through codes of three numbers', () => {
  const plane = axesPlane(3, [0, 1]);

  it('goes from code to code at one speed, and is drawn where its codes are shown', () => {
    const way = wholeWay([a, b, c], plane, 'straight');
    const whole = Math.hypot(2, 2) + 6;
    expect(way.shares.map((share) => Number(share.toFixed(6)))).toEqual([
      0,
      Number((Math.hypot(2, 2) / whole).toFixed(6)),
      1,
    ]);
    // From b to c nothing of the way is seen on the plane, and most of it lies there.
    expect(way.line).toEqual([
      { x: 2, y: 0 },
      { x: 0, y: 2 },
      { x: 0, y: 2 },
    ]);
    const half = way.at(1 - 3 / whole);
    expect([...(half?.code ?? [])].map((value) => Number(value.toFixed(4)))).toEqual([0, 2, 3]);
    expect(half?.point).toEqual({ x: 0, y: 2 });
  });

  it('keeps its distance from the middle on the sphere', () => {
    const way = wholeWay([a, b], plane, 'sphere');
    const norms = Array.from({ length: 9 }, (_, i) => Math.hypot(...(way.at(i / 8)?.code ?? [])));
    for (const norm of norms) expect(norm).toBeCloseTo(2, 2);
    const [x, y] = way.at(0.5)?.code ?? [];
    expect([x, y].map((value) => Number(value.toFixed(2)))).toEqual([1.41, 1.41]);
    expect([...way.codes(3)].map((value) => Number(value.toFixed(2)))).toEqual([2, 0, 0, 1.41, 1.41, 0, 0, 2, 0]);
  });

  it('stays at its only anchor, and is nowhere without one', () => {
    expect([...(wholeWay([c], plane, 'sphere').at(0.3)?.code ?? [])]).toEqual([...c]);
    expect(wholeWay([], plane, 'straight').at(0)).toBeNull();
  });
});

describe('a way through codes of two numbers', () => {
  it('has its points as codes', () => {
    const way = planarWay(
      [
        { x: 0, y: 0 },
        { x: 3, y: 4 },
      ],
      firstPlane(2),
    );
    expect(way.at(0.5)).toEqual({ point: { x: 1.5, y: 2 }, code: Float32Array.of(1.5, 2) });
    expect([...way.codes(3)]).toEqual([0, 0, 1.5, 2, 3, 4]);
  });
});
