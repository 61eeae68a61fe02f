/** Sources in memory for the tests of readers, and small `.npy` files. Not part of the program. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Codecs } from '../../pictures/decoder.ts';
import { parseReadOptions } from '../options.ts';
import { type ReadImages, readImages } from '../read.ts';
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

/** Reads files in memory, with options as text. */
export const readFiles = (files: Files, options = ''): Promise<ReadImages> =>
  readImages(
    { name: 'folder', files: Object.entries(files).map(([path, bytes]) => memoryFile(path, bytes)) },
    parseReadOptions(options),
    { codecs: testCodecs },
  );

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
