/**
 * Graphs of other people, where they lie beside the project: `LATENT_PLANE_CASES`, by default `../shared/data`.
 *
 * Figures of the ONNX files are ONNX Runtime's; those of the GraphModels were computed from their nodes and weights with
 * NumPy 2 in double precision, convolutions written out as sums over the kernel.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { realMnist } from '../../codes/testing/mnist.ts';
import { createInference } from '../../runtime/index.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { readModel } from '../read-model.ts';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const folder = `${process.env.LATENT_PLANE_CASES ?? `${root}../shared/data`}/public/models`;
const exists = existsSync(folder);
if (!exists) console.info(`not there, so not read: ${folder} (LATENT_PLANE_CASES names another)`);

const decoders = [
  { file: 'tf2onnx-decoder.onnx', sums: [113.71988, 95.30898, 119.15346] },
  { file: 'tfjs-graph-decoder/model.json', sums: [95.924582, 134.954492, 107.265366] },
];
const encoders = [
  {
    file: 'torch-batch128-encoder.onnx',
    codes: [
      [-0.1166969, 0.2284228],
      [-0.1695273, 0.248973],
      [0.0452536, 0.3412891],
    ],
  },
  {
    file: 'tfjs-graph-encoder/model.json',
    codes: [
      [-4.352792, -4.8521204, -1.2333525, -1.3656709],
      [-4.6078634, -5.7357729, 1.1973117, 0.4651659],
      [-2.8462514, -3.8357672, 1.8731825, -1.5898967],
    ],
  },
];

const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(`${folder}/${path}`));
const read = (file: string) =>
  readModel({
    file,
    bytes: bytesOf(file),
    beside: async (path) => bytesOf(file.slice(0, file.lastIndexOf('/') + 1) + path),
  });

const run = async (file: string, target: 'encoder' | 'decoder', x: Float32Array): Promise<Float32Array> => {
  const { network, weights } = await read(file);
  const inference = await createInference(network, weights, { target, runtime: nodeRuntime, batchSize: 2 });
  const outputs = await inference.run(x);
  await inference.release();
  return Object.values(outputs)[0];
};

/** Relative, as single precision allows. */
const near = (got: readonly number[], expected: readonly number[]): void => {
  expect(got.length).toBe(expected.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - expected[i])).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[i])));
  });
};

describe.skipIf(!exists)('graphs of other people', () => {
  it.each(decoders)('$file draws what it drew', async ({ file, sums }) => {
    const pictures = await run(file, 'decoder', Float32Array.of(0.3, 0.7, -1, 1, 0, 0));
    const size = pictures.length / 3;
    near(
      [0, 1, 2].map((i) => pictures.subarray(i * size, (i + 1) * size).reduce((sum, value) => sum + value, 0)),
      sums,
    );
  });

  it.each(encoders)('$file gives the codes that it gave', async ({ file, codes }) => {
    const { pixels } = realMnist().test;
    const x = Float32Array.from(pixels.subarray(0, 3 * 784), (value) => value / 255);
    near([...(await run(file, 'encoder', x))], codes.flat());
  });
});
