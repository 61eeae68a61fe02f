import { gunzipSync, gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { decodeClassField, encodeClassField } from './class-field-file.ts';
import { encodeNpy } from './npy.ts';

const size = 40;
const field = {
  size,
  labels: Uint8Array.from({ length: size * size }, (_, i) => (i >> 5) % 10),
  confidence: Float32Array.from({ length: size * size }, (_, i) => ((i * 37) % 1000) / 999),
};

describe('a packed class field', () => {
  it('gives back every class, and confidence to half a step of 1/31', () => {
    const found = decodeClassField(encodeClassField(field), 'field');
    expect(found.size).toBe(size);
    expect(found.labels).toStrictEqual(field.labels);
    const worst = Math.max(...found.confidence.map((value, i) => Math.abs(value - field.confidence[i])));
    // Half a step, and half of 1/255 for the byte.
    expect(worst).toBeLessThanOrEqual(0.5 / 31 + 0.5 / 255 + 1e-6);
  });

  it('is the same bytes for the same field', () => {
    expect(encodeClassField(field)).toStrictEqual(encodeClassField(field));
  });

  it('is read too where a host has unpacked it', () => {
    expect(decodeClassField(gunzipSync(encodeClassField(field)), 'field').labels).toStrictEqual(field.labels);
  });

  it('refuses other arrays, other sizes and damaged bytes, and says which file', () => {
    expect(() => encodeClassField({ ...field, size: 39 })).toThrow(
      'class-field: expected 1521 labels and confidences for 39 x 39 points, got 1600 and 1600',
    );
    const flat = gzipSync(encodeNpy({ dims: [2, 3, 4], data: new Uint8Array(24) }));
    expect(() => decodeClassField(flat, 'a.gz')).toThrow(
      'class-field: a.gz: expected uint8 [2, size, size], got [2, 3, 4]; build the data again',
    );
    expect(() => decodeClassField(encodeClassField(field).slice(0, -20), 'b.gz')).toThrow(/gzip-damaged: b\.gz/);
  });
});
