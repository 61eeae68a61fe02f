/** The decoders of pictures that are WebAssembly, out of the packages that they come in. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { CodecName } from 'latent-plane/internal';

const FILES: Readonly<Record<CodecName, string>> = {
  jpeg: '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  webp: '@jsquash/webp/codec/dec/webp_dec.wasm',
  avif: '@jsquash/avif/codec/dec/avif_dec.wasm',
};

/** A compiled decoder. */
export const nodeCodecs = async (name: CodecName): Promise<WebAssembly.Module> =>
  WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(FILES[name])));
