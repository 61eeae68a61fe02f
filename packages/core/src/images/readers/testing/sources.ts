/** Sources in memory for the tests of readers, and small `.npy` files. Not part of the program. */
import { deepStrictEqual } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Codecs } from '../../pictures/decoder.ts';
import { readAll } from '../../stored.ts';
import { parseReadOptions } from '../options.ts';
import { openImages, type ReadImages, readImages } from '../read.ts';
import { memoryFile } from '../source.ts';

/** Bytes by path. */
export type Files = Readonly<Record<string, Uint8Array>>;

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const CODEC_FILES = {
  jpeg: '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  webp: '@jsquash/webp/codec/dec/webp_dec.wasm',
  avif: '@jsquash/avif/codec/dec/avif_dec.wasm',
} as const;

/** The codecs out of their packages. */
export const testCodecs: Codecs = async (name) =>
  WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(CODEC_FILES[name])));

/** Reads files in memory, with options as text; images that are opened instead must be the same. */
export const readFiles = async (files: Files, options = ''): Promise<ReadImages> => {
  const source = { name: 'folder', files: Object.entries(files).map(([path, bytes]) => memoryFile(path, bytes)) };
  const read = await readImages(source, parseReadOptions(options), { codecs: testCodecs });
  const { train, test, ...rest } = await openImages(source, parseReadOptions(options), { codecs: testCodecs });
  // Images that stand in both sets are counted where they are packed.
  const notes = read.notes.filter((text) => !/ also stands? among the training images$/.test(text));
  deepStrictEqual({ ...rest, train: await readAll(train), test: await readAll(test) }, asPlain({ ...read, notes }));
  return read;
};

/** Views of Node's buffers as plain arrays. */
const asPlain = ({ train, test, ...rest }: ReadImages) => ({
  ...rest,
  train: { ...train, pixels: new Uint8Array(train.pixels) },
  test: { ...test, pixels: new Uint8Array(test.pixels) },
});

export const sumOf = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0);

/** A `.npy` file as NumPy writes it. */
export const npyFile = (
  descr: string,
  dims: readonly number[],
  content: ArrayBufferView,
  { fortran = false, version = 1 }: { readonly fortran?: boolean; readonly version?: number } = {},
): Uint8Array => {
  const shape = dims.length === 1 ? `(${dims[0]},)` : `(${dims.join(', ')})`;
  const text = utf8(`{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }\n`);
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  const values = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  return Uint8Array.from([0x93, ...utf8('NUMPY'), version, 0, ...length, ...text, ...values]);
};
