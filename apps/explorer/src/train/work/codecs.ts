/** The decoders of pictures that are WebAssembly, fetched when the first such picture is met. */
import avif from '@jsquash/avif/codec/dec/avif_dec.wasm?url';
import jpeg from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm?url';
import webp from '@jsquash/webp/codec/dec/webp_dec.wasm?url';
import type { CodecName } from 'latent-plane/internal';
import { fetchBytes } from '../../data/fetch-file.ts';

const ADDRESSES: Readonly<Record<CodecName, string>> = { jpeg, webp, avif };

/** A compiled decoder. @throws LatentError (work) `load-failed`. */
export const pageCodecs = async (name: CodecName): Promise<WebAssembly.Module> =>
  WebAssembly.compile(new Uint8Array(await fetchBytes(new URL(ADDRESSES[name], self.location.href))));
