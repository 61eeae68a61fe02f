import { describe, expect, it } from 'vitest';
import { LatentError } from '../errors.ts';
import { decodeNpy, encodeNpy } from './npy.ts';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const headerOf = (text: string): string => `\x93NUMPY\x01\0\x76\0${text.padEnd(117)}\n`;

/** What `numpy.save` of NumPy 2.4.6 writes. */
const fromNumpy = {
  float32: latin1(
    `${headerOf("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }")}\0\0\x80\x3f\0\0\x20\xc0\xcd\xcc\xcc\x3d\x59\xd9\0\x33\0\0\xe0\x40\0\0\0\x41`,
  ),
  uint8: latin1(`${headerOf("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }")}\0\t\xff`),
};
const arrays = {
  float32: { dims: [3, 2], data: Float32Array.of(1, -2.5, 0.1, 3e-8, 7, 8) },
  uint8: { dims: [3], data: Uint8Array.of(0, 9, 255) },
};

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof LatentError && error.kind === 'input') return error.code;
    throw error;
  }
  return 'no error';
};

describe('npy', () => {
  it.each(['float32', 'uint8'] as const)('writes the bytes that NumPy writes for %s', (type) => {
    expect(encodeNpy(arrays[type])).toStrictEqual(fromNumpy[type]);
  });

  it.each(['float32', 'uint8'] as const)('reads what NumPy wrote for %s', (type) => {
    expect(decodeNpy(fromNumpy[type])).toStrictEqual(arrays[type]);
  });

  it.each([
    { dims: [], data: Float32Array.of(7) },
    { dims: [0, 3], data: new Float32Array(0) },
    { dims: [2, 1, 2], data: Uint8Array.of(1, 2, 3, 4) },
  ])('gives back shape [$dims] as written', (array) => {
    expect(decodeNpy(encodeNpy(array))).toStrictEqual(array);
  });

  it('keeps whole numbers of two bytes, as NumPy writes them', () => {
    const data = Uint16Array.of(0, 255, 256, 65_535);
    const bytes = encodeNpy({ dims: [4], data });
    expect(new TextDecoder('latin1').decode(bytes)).toContain("'descr': '<u2'");
    expect(bytes.subarray(-8)).toEqual(Uint8Array.of(0, 0, 255, 0, 0, 1, 255, 255));
    expect(decodeNpy(bytes)).toEqual({ dims: [4], data });
  });

  it('reads from bytes that start at an odd address', () => {
    const shifted = new Uint8Array(fromNumpy.float32.length + 1);
    shifted.set(fromNumpy.float32, 1);
    expect(decodeNpy(shifted.subarray(1))).toStrictEqual(arrays.float32);
  });

  const changed = (from: string, to: string): Uint8Array =>
    latin1(String.fromCharCode(...fromNumpy.float32).replace(from, to));

  it.each([
    ['another file', latin1('PK\x03\x04 not an array'), 'npy-magic'],
    ['an empty file', new Uint8Array(0), 'npy-magic'],
    ['version 2.0', changed('NUMPY\x01', 'NUMPY\x02'), 'npy-version'],
    ['a file that ends in its preamble', fromNumpy.float32.subarray(0, 9), 'npy-size'],
    ['a file that ends in its header', fromNumpy.float32.subarray(0, 100), 'npy-size'],
    ['double precision', changed('<f4', '<f8'), 'npy-dtype'],
    ['big-endian values', changed('<f4', '>f4'), 'npy-dtype'],
    ['Fortran order', changed('False', 'True '), 'npy-order'],
    ['a header without a shape', changed('shape', 'shade'), 'npy-header'],
    ['a shape past 2^53', changed('(3, 2)', '(99999999999999999999, 2)'), 'npy-header'],
    ['fewer values than the shape', fromNumpy.float32.subarray(0, -1), 'npy-size'],
    ['more values than the shape', changed('(3, 2)', '(2, 2)'), 'npy-size'],
  ])('refuses %s', (_what, bytes, code) => {
    expect(codeOf(() => decodeNpy(bytes))).toBe(code);
  });

  it('refuses to write values that do not fill the shape', () => {
    expect(codeOf(() => encodeNpy({ dims: [2, 2], data: Float32Array.of(1, 2, 3) }))).toBe('npy-shape');
  });
});
