import { gunzipSync, gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { encodeNpy } from '../files/npy.ts';
import { decodeClassMap, encodeClassMap } from './class-map-file.ts';

const size = 40;
const map = {
  size,
  labels: Uint8Array.from({ length: size * size }, (_, i) => (i >> 5) % 10),
  confidence: Float32Array.from({ length: size * size }, (_, i) => ((i * 37) % 1000) / 999),
};

describe('a packed class map', () => {
  it('gives back every class, and confidence to half a step of 1/31', () => {
    const found = decodeClassMap(encodeClassMap(map), 'field');
    expect(found.size).toBe(size);
    expect(found.labels).toStrictEqual(map.labels);
    const worst = Math.max(...found.confidence.map((value, i) => Math.abs(value - map.confidence[i])));
    // Half a step, and half of 1/255 for the byte.
    expect(worst).toBeLessThanOrEqual(0.5 / 31 + 0.5 / 255 + 1e-6);
  });

  it('keeps classes above 255', () => {
    const labels = Uint16Array.from(map.labels, (label) => 300 * label);
    expect(decodeClassMap(encodeClassMap({ ...map, labels }), 'field')).toMatchObject({ size, labels });
  });

  it('is the same bytes for the same field', () => {
    expect(encodeClassMap(map)).toStrictEqual(encodeClassMap(map));
  });

  it('is read too where a host has unpacked it', () => {
    expect(decodeClassMap(gunzipSync(encodeClassMap(map)), 'field').labels).toStrictEqual(map.labels);
  });

  it('refuses other arrays, other sizes and damaged bytes, and says which file', () => {
    expect(() => encodeClassMap({ ...map, size: 39 })).toThrow(
      'class-field: expected 1521 labels and confidences for 39 x 39 points, got 1600 and 1600',
    );
    const flat = gzipSync(encodeNpy({ dims: [2, 3, 4], data: new Uint8Array(24) }));
    expect(() => decodeClassMap(flat, 'a.gz')).toThrow(
      'class-field: a.gz: expected uint8 or uint16 [2, size, size], got [2, 3, 4]; build the data again',
    );
    expect(() => decodeClassMap(encodeClassMap(map).slice(0, -20), 'b.gz')).toThrow(/gzip-damaged: b\.gz/);
  });
});
