/** Runs ONNX files on fixed inputs and keeps every output's bytes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Parts } from './parts.ts';

/** `[count, width]`, row-major, in 0..1. */
export interface Images {
  readonly pixels: Float32Array;
  readonly count: number;
  readonly width: number;
}

/** The first images of an IDX file. */
export const readImages = (path: string, count: number): Images => {
  const bytes = readFileSync(path);
  const width = bytes.readUInt32BE(8) * bytes.readUInt32BE(12);
  return { pixels: Float32Array.from(bytes.subarray(16, 16 + count * width), (byte) => byte / 255), count, width };
};

/** Codes from -1 to 1, no two alike. */
const evenly = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => (2 * i) / (length - 1) - 1);

const feedOf = (shape: readonly (number | string)[], { pixels, count, width }: Images): Tensor => {
  const dims = shape.slice(1).map(Number);
  const size = dims.reduce((product, dim) => product * dim, 1);
  return new Tensor('float32', size === width ? pixels : evenly(count * size), [count, ...dims]);
};

/** The outputs of every ONNX file in a folder, by file and name. One thread, so that sums have one order. */
export const outputsOf = async (folder: string, images: Images): Promise<Parts> => {
  const parts = new Map<string, Uint8Array>();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.onnx'))
    .sort()) {
    const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;
    const session = await InferenceSession.create(join(folder, file), options);
    const feeds = Object.fromEntries(
      session.inputMetadata.flatMap((input) => (input.isTensor ? [[input.name, feedOf(input.shape, images)]] : [])),
    );
    for (const [name, { data, dims }] of Object.entries(await session.run(feeds))) {
      if (!(data instanceof Float32Array)) throw new Error(`${file}: ${name}: expected float32`);
      parts.set(`${file}: output ${name} [${dims}]`, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    await session.release();
  }
  return parts;
};
