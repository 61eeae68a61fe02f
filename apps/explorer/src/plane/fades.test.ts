import { axesPlane, codeLine, firstPlane } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { fadesOf, opacitiesBetween } from './fades.ts';

describe('dots off the plane', () => {
  it('fade with their distance, from whole to faint', () => {
    const count = 101;
    const values = Float32Array.from({ length: 3 * count }, (_, i) => (i % 3 === 2 ? Math.floor(i / 3) / 100 : 7));
    const fades = fadesOf(axesPlane(3, [0, 1]), { values, count, size: 3 });
    expect(fades?.words).toMatch(/whole up to 0\.020, faintest from 0\.90 on/);
    const opacities = [...(fades?.opacities ?? [])];
    expect(opacities.slice(0, 3)).toEqual([255, 255, 255]);
    expect(opacities.every((opacity, i) => i === 0 || opacity <= opacities[i - 1])).toBe(true);
    expect(new Set(opacities.slice(90))).toEqual(new Set([Math.round(255 * 0.12)]));
  });

  it('fade towards small values as well, and where nothing is known; equal values are all whole', () => {
    expect([...opacitiesBetween([0, 1, 3, 5, 9, Number.NaN], 5, 1)]).toEqual([31, 31, 87, 255, 255, 31]);
    expect([...opacitiesBetween([2, 2], 2, 2)]).toEqual([255, 255]);
  });

  it('are none where all codes lie on it, or as far off it', () => {
    expect(fadesOf(axesPlane(3, [0, 1]), { values: new Float32Array(6).fill(2), count: 2, size: 3 })).toBeNull();
    expect(fadesOf(firstPlane(2), { values: new Float32Array(4), count: 2, size: 2 })).toBeNull();
    expect(fadesOf(codeLine(), { values: new Float32Array(2), count: 2, size: 1 })).toBeNull();
  });
});
