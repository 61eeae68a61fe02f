import { describe, expect, it } from 'vitest';
import { LatentError } from '../errors.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

const tensors = new Map([
  ['decoder/dense/kernel', { dims: [2, 3], data: Float32Array.of(1, -2.5, 3e-8, 4, Number.POSITIVE_INFINITY, -0) }],
  ['decoder/dense/bias', { dims: [3], data: Float32Array.of(0.1, 0.2, 0.3) }],
  ['empty', { dims: [0, 4], data: new Float32Array(0) }],
  ['scalar', { dims: [], data: Float32Array.of(42) }],
]);

/** A file with the given header text and count of value bytes. */
const fileOf = (header: string, valueBytes: number): Uint8Array => {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + valueBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
};
const entry = (shape: unknown, offsets: unknown, dtype: unknown = 'F32') => ({ dtype, shape, data_offsets: offsets });
const fileWith = (header: unknown, valueBytes: number): Uint8Array => fileOf(JSON.stringify(header), valueBytes);

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof LatentError && error.kind === 'input') return error.code;
    throw error;
  }
  return 'no error';
};

describe('safetensors', () => {
  it('gives back every bit, name, shape and string that was written', () => {
    const read = decodeSafetensors(encodeSafetensors(tensors, { network: 'dense-1', note: 'Zürich' }));
    expect([...read.tensors]).toStrictEqual([...tensors]);
    expect(Object.is(read.tensors.get('decoder/dense/kernel')?.data[5], -0)).toBe(true);
    expect(read.metadata).toStrictEqual({ network: 'dense-1', note: 'Zürich' });
  });

  it('writes the bytes that the format describes', () => {
    const bytes = encodeSafetensors(new Map([['a', { dims: [1], data: Float32Array.of(1) }]]));
    const header = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    const padded = header.padEnd(56);
    expect(new TextDecoder('latin1').decode(bytes)).toBe(`\x38\0\0\0\0\0\0\0${padded}\0\0\x80\x3f`);
  });

  it('starts values at a multiple of eight bytes, whatever the names', () => {
    for (const name of ['a', 'ab', 'abc', 'äöü']) {
      const bytes = encodeSafetensors(new Map([[name, { dims: [1], data: Float32Array.of(1) }]]));
      expect((bytes.length - 4) % 8).toBe(0);
    }
  });

  it('reads values from bytes that start at an odd address, and shares no memory with them', () => {
    const bytes = encodeSafetensors(tensors);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const { tensors: read } = decodeSafetensors(shifted.subarray(3));
    shifted.fill(0);
    expect(read.get('scalar')?.data[0]).toBe(42);
  });

  it('reads tensors whose header order is not the order of their values', () => {
    const bytes = fileWith({ b: entry([1], [4, 8]), a: entry([1], [0, 4]) }, 8);
    expect([...decodeSafetensors(bytes).tensors.keys()]).toStrictEqual(['a', 'b']);
  });

  it('keeps a tensor named __proto__ a tensor', () => {
    const odd = new Map([['__proto__', { dims: [1], data: Float32Array.of(1) }]]);
    expect([...decodeSafetensors(encodeSafetensors(odd)).tensors]).toStrictEqual([...odd]);
  });

  it.each([
    ['fewer than eight bytes', new Uint8Array(7), 'safetensors-truncated'],
    ['a header longer than the file', fileOf('{}', 0).subarray(0, 9), 'safetensors-truncated'],
    ['a header length past the bound', new Uint8Array(16).fill(255), 'safetensors-header'],
    ['a header that is not JSON', fileOf('{"a":', 0), 'safetensors-header'],
    ['a header that is not UTF-8', fileOf('{}', 0).fill(0xff, 8), 'safetensors-header'],
    ['a header that does not start with {', fileOf(' {}', 0), 'safetensors-header'],
    ['a header that is a list', fileOf('[]', 0), 'safetensors-header'],
    ['metadata that is no string', fileWith({ __metadata__: { epoch: 3 } }, 0), 'safetensors-header'],
    ['metadata that is a list', fileWith({ __metadata__: [] }, 0), 'safetensors-header'],
    ['an entry that is no object', fileWith({ a: 3 }, 0), 'safetensors-header'],
    ['a bfloat16 tensor', fileWith({ a: entry([2], [0, 4], 'BF16') }, 4), 'safetensors-dtype'],
    ['a tensor without dtype', fileWith({ a: { shape: [1], data_offsets: [0, 4] } }, 4), 'safetensors-dtype'],
    ['a negative dimension', fileWith({ a: entry([-1, -1], [0, 4]) }, 4), 'safetensors-header'],
    ['a shape past 2^53', fileWith({ a: entry([2 ** 40, 2 ** 40], [0, 4]) }, 4), 'safetensors-header'],
    ['offsets that do not match the shape', fileWith({ a: entry([2], [0, 4]) }, 4), 'safetensors-offsets'],
    ['offsets that run backwards', fileWith({ a: entry([1], [4, 0]) }, 4), 'safetensors-offsets'],
    ['offsets that are not whole', fileWith({ a: entry([1], [0.5, 4.5]) }, 8), 'safetensors-offsets'],
    ['missing offsets', fileWith({ a: { dtype: 'F32', shape: [1] } }, 4), 'safetensors-offsets'],
    ['overlapping tensors', fileWith({ a: entry([2], [0, 8]), b: entry([1], [4, 8]) }, 8), 'safetensors-offsets'],
    ['a hole between tensors', fileWith({ a: entry([1], [0, 4]), b: entry([1], [8, 12]) }, 12), 'safetensors-offsets'],
    ['bytes after the last tensor', fileWith({ a: entry([1], [0, 4]) }, 5), 'safetensors-offsets'],
    ['values that are cut short', fileWith({ a: entry([2], [0, 8]) }, 7), 'safetensors-truncated'],
  ])('refuses %s', (_what, bytes, code) => {
    expect(codeOf(() => decodeSafetensors(bytes))).toBe(code);
  });

  it('names the file and the tensor in what it refuses', () => {
    const bytes = fileWith({ 'encoder/dense/bias': entry([2], [0, 4], 'I32') }, 4);
    expect(() => decodeSafetensors(bytes, 'weights.safetensors')).toThrow(
      'safetensors-dtype: weights.safetensors: tensor "encoder/dense/bias": expected dtype "F32" or "F16", got "I32"',
    );
  });

  it('refuses every truncation of a good file', () => {
    const bytes = encodeSafetensors(tensors, { network: 'dense-1' });
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => decodeSafetensors(bytes.slice(0, length)))).toMatch(/^safetensors-/);
    }
  });

  it('refuses to write a tensor whose shape does not hold its values, or with the reserved name', () => {
    const data = Float32Array.of(1, 2);
    expect(codeOf(() => encodeSafetensors(new Map([['a', { dims: [3], data }]])))).toBe('safetensors-tensor');
    expect(codeOf(() => encodeSafetensors(new Map([['__metadata__', { dims: [2], data }]])))).toBe(
      'safetensors-tensor',
    );
  });
});
