/**
 * Models of other people, where they lie beside the project: `LATENT_PLANE_CASES`, by default `../shared/data`.
 *
 * Their values were computed by an independent forward pass in double precision, or by ONNX Runtime.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { realMnist } from '../codes/testing/mnist.ts';
import type { ImageSet } from '../images/index.ts';
import type { InferenceTarget } from '../network/index.ts';
import { createInference } from '../runtime/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { ImportedModel } from './imported-model.ts';
import { readModel } from './read-model.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = `${process.env.LATENT_PLANE_CASES ?? `${root}../shared/data`}/public`;
const exists = existsSync(`${folder}/expected.json`);
if (!exists) console.info(`not there, so not read: ${folder} (LATENT_PLANE_CASES names another)`);

/** Weights alone, which are read with a network (`weights/public-files.test.ts`): that these and no others are refused, a test holds. */
const REFUSED: readonly string[] = [
  'models/torch-checkpoint.pth',
  'models/weights-alone-784-256-2.h5',
  'models/weights-alone-keras3.weights.h5',
];

interface Expected {
  readonly origin: string;
  readonly codes?: readonly (readonly number[])[];
  readonly sums?: readonly number[];
  readonly mseTest?: number;
  readonly mseFirst1000?: number;
}

const cases: readonly (readonly [string, Expected])[] = exists
  ? Object.entries(JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as Record<string, Expected>).filter(
      ([name]) => name.startsWith('models/'),
    )
  : [];

const read = (name: string): Promise<ImportedModel> => {
  const path = join(folder, name);
  const beside = async (other: string): Promise<Uint8Array | null> => {
    const file = join(dirname(path), other);
    return existsSync(file) ? new Uint8Array(readFileSync(file)) : null;
  };
  return readModel({ file: name, bytes: new Uint8Array(readFileSync(path)), beside });
};

/** What a model computes of some inputs; with a label for each where it takes one. */
const outputOf = async (
  { network, weights }: ImportedModel,
  target: InferenceTarget,
  x: Float32Array,
  labels?: Uint8Array,
): Promise<Float32Array> => {
  const inference = await createInference(network, weights, { target, runtime: nodeRuntime, batchSize: 100 });
  const outputs = await inference.run(x, labels);
  await inference.release();
  return target === 'encoder' ? outputs.code : outputs.reconstruction;
};

const pixelsOf = ({ pixels, height, width }: ImageSet, count: number): Float32Array =>
  Float32Array.from(pixels.subarray(0, count * height * width), (byte) => byte / 255);

const meanSquare = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length;

/** Relative, of values that are no smaller than about 1. */
const expectClose = (ours: readonly number[], theirs: readonly number[]): void => {
  expect(ours).toHaveLength(theirs.length);
  ours.forEach((value, i) => {
    expect(Math.abs(value - theirs[i]) / Math.max(1, Math.abs(theirs[i]))).toBeLessThan(1e-5);
  });
};

/** The codes whose decoded values are summed: their first numbers, the others 0. */
const CODES: Readonly<Record<number, readonly (readonly number[])[]>> = {
  2: [
    [0.3, 0.7],
    [-1, 1],
    [0, 0],
  ],
  3: [
    [0.3, 0.7, 0],
    [-1, 1, 0.5],
    [0, 0, 0],
  ],
  20: [
    [0.3, 0.7],
    [0.3, 0.7],
  ],
};
/** Of a decoder that takes a label. */
const SUM_LABELS = Uint8Array.of(0, 7);

const sumsOf = async (decoder: ImportedModel): Promise<number[]> => {
  const [part] = decoder.network.parts.slice(-1);
  const size = part.inputShape.reduce((product, dim) => product * dim, 1);
  const codes = CODES[size];
  const x = new Float32Array(codes.length * size);
  codes.forEach((code, i) => {
    x.set(code, i * size);
  });
  const values = await outputOf(decoder, 'decoder', x, SUM_LABELS.slice(0, codes.length));
  const each = values.length / codes.length;
  return codes.map((_, i) => values.subarray(i * each, (i + 1) * each).reduce((sum, value) => sum + value, 0));
};

describe.skipIf(!exists)('models of other people', () => {
  const { test } = exists ? realMnist() : { test: null };

  it.each(cases.filter(([name]) => !REFUSED.includes(name)))(
    '%s',
    async (names, { codes, sums, mseTest, mseFirst1000 }) => {
      if (test === null) throw new Error('no images');
      const files = names.split(' + ');
      const models = await Promise.all(files.map(read));
      const [encoder, decoder = encoder] = models;
      if (codes) {
        const x = pixelsOf(test, codes.length);
        const ours = await outputOf(encoder, 'encoder', x, Uint8Array.from(test.labels.subarray(0, codes.length)));
        const size = ours.length / codes.length;
        codes.forEach((code, i) => {
          expectClose([...ours.subarray(i * size, i * size + code.length)], code);
        });
      }
      if (sums) expectClose(await sumsOf(decoder), sums);
      const measured = [
        [mseTest, test.count],
        [mseFirst1000, 1000],
      ] as const;
      for (const [expected, count] of measured) {
        if (expected === undefined) continue;
        const x = pixelsOf(test, count);
        const back = await outputOf(decoder, 'decoder', await outputOf(encoder, 'encoder', x));
        expect(Math.abs(meanSquare(x, back) - expected)).toBeLessThan(1e-6);
      }
    },
  );

  it('refuses those that are listed, and no others', async () => {
    const names = cases.flatMap(([name]) => name.split(' + '));
    const refused: string[] = [];
    for (const name of names) {
      try {
        await read(name);
      } catch {
        refused.push(name);
      }
    }
    expect(refused.sort()).toEqual([...REFUSED].sort());
  });
});
