import { describe, expect, it } from 'vitest';
import { decodeCodes, meshCodes } from '../codes/index.ts';
import { toByte } from '../codes/mosaic.ts';
import { randomModel } from '../codes/testing/mnist.ts';
import { findNetwork } from '../network/index.ts';
import { decodeEvolution, encodeEvolution } from './evolution.ts';
import { encodeSafetensors } from './safetensors.ts';

const model = randomModel(findNetwork('convdense-5'));
const codes = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i));
const evolution = { from: 60_000, frames: [5, 10].map((epoch) => ({ epoch, decoder: model.weights, codes })) };

describe('evolution', () => {
  it('comes back with its epochs, without the encoder, at half the size', () => {
    const bytes = encodeEvolution(model.network, evolution);
    const back = decodeEvolution(bytes, model.network, 'x');
    expect(back.from).toBe(60_000);
    expect(back.frames.map(({ epoch }) => epoch)).toEqual([5, 10]);
    expect([...back.frames[0].decoder.keys()].every((name) => name.startsWith('decoder/'))).toBe(true);
    expect(bytes.length).toBeLessThan(2 * (2.1 * 111_908 + 80) + 10_000);
    back.frames[1].codes.forEach((value, i) => void expect(value).toBeCloseTo(codes[i], 3));
  });

  it('draws the pictures that the full weights draw: no pixel is off by more than one step of 255', async () => {
    const [{ decoder }] = decodeEvolution(encodeEvolution(model.network, evolution), model.network, 'x').frames;
    const points = meshCodes({ min: [-1, -1], max: [1, 1] }, 12);
    const [full, half] = [await decodeCodes(model, points), await decodeCodes({ ...model, weights: decoder }, points)];
    let differing = 0;
    for (let i = 0; i < full.length; i++) {
      const step = Math.abs(toByte(full[i]) - toByte(half[i]));
      expect(step).toBeLessThanOrEqual(1);
      if (step > 0) differing += 1;
    }
    expect(differing / full.length).toBeLessThan(0.06);
  });

  it('refuses what is none, and frames of another network', () => {
    const bytes = encodeEvolution(model.network, evolution);
    expect(() => decodeEvolution(bytes, randomModel(findNetwork('dense-1')).network, 'x')).toThrow(/invalid-evolution/);
    expect(() => decodeEvolution(encodeSafetensors(new Map()), model.network, 'x')).toThrow(/invalid-evolution/);
  });
});
