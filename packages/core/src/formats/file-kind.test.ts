/** Files that are no models are called what they are, with a step that exists. */
import { describe, expect, it } from 'vitest';
import { fileKind } from './file-kind.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from([...values, ...new Array(40).fill(1)]);

describe('fileKind', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['a pointer of Git LFS', text('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n'), /Git LFS/],
    ['a page', text('\n<!DOCTYPE html><html lang="en">'), /HTML/],
    ['a SavedModel', text('\u0008\u0001\u0012\u0005serve\u0012 saved_model_main_op'), /SavedModel/],
    ['a pickle', bytes(0x80, 4, 0x95), /pickle/],
    ['a checkpoint of PyTorch', bytes(0x80, 2, 0x8a, 10), /PyTorch/],
    ['safetensors', bytes(40, 0, 0, 0, 0, 0, 0, 0, 0x7b), /safetensors/],
    ['an array of NumPy', bytes(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59), /NumPy/],
    ['TensorFlow Lite', bytes(0x20, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33), /TensorFlow Lite/],
    ['gzip', bytes(0x1f, 0x8b, 8), /gzip/],
  ])('%s', (_what, file, name) => {
    const kind = fileKind(file);
    expect(kind?.name).toMatch(name);
    expect(kind?.hint).not.toBe('');
  });

  it('knows nothing of other bytes', () => {
    expect(fileKind(bytes(1, 2, 3))).toBeNull();
    expect(fileKind(new Uint8Array())).toBeNull();
  });
});
