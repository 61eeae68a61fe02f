/**
 * Weights alone and models in two files of other people, where they lie beside the project: `LATENT_PLANE_CASES`, by default
 * `../shared/data`.
 *
 * Figures of an independent forward pass in double precision.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeCodes } from '../../codes/index.ts';
import { realMnist } from '../../codes/testing/mnist.ts';
import { reconstruct } from '../../evaluation/index.ts';
import { sliceSet } from '../../images/index.ts';
import { parseNetworkFile } from '../../network/file/index.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { type ImportedModel, pairModels, readModel } from '../index.ts';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const folder = `${process.env.LATENT_PLANE_CASES ?? `${root}../shared/data`}/public/models`;
const exists = existsSync(folder);
if (!exists) console.info(`not there, so not read: ${folder} (LATENT_PLANE_CASES names another)`);

const networkOf = (name: string) => {
  const path = fileURLToPath(new URL(`../../../fixtures/networks/${name}.yaml`, import.meta.url));
  return parseNetworkFile(readFileSync(path, 'utf8'), path).spec;
};
const open = (file: string, network?: string): Promise<ImportedModel> =>
  readModel(
    { file, bytes: new Uint8Array(readFileSync(`${folder}/${file}`)) },
    network === undefined ? {} : { network: networkOf(network) },
  );

const measure = async ({ network, weights }: Pick<ImportedModel, 'network' | 'weights'>, count: number) => {
  const mnist = realMnist();
  const images = { ...mnist, train: sliceSet(mnist.train, 0, 0), test: sliceSet(mnist.test, 0, count) };
  const { errors, codes } = await reconstruct({ network, weights, runtime: nodeRuntime }, images);
  return { mse: errors.reduce((sum, error) => sum + error, 0) / count, codes };
};

const expectClose = (found: ArrayLike<number>, expected: readonly number[]): void =>
  expected.forEach((value, i) => {
    expect(Math.abs(found[i] - value) / Math.max(1, Math.abs(value))).toBeLessThan(1e-5);
  });

/** Ten thousand images, or the first thousand. */
const weightsAlone = [
  // Of Keras itself: fixtures/measure-public-weights.py.
  {
    file: 'weights-alone-keras3.weights.h5',
    network: 'dense-128-32',
    count: 1000,
    mse: 0.030342907,
    codes: [0.3362786, 0.1034363, 0.3324164],
  },
  {
    file: 'torch-checkpoint.pth',
    network: 'dense-400-10',
    count: 10_000,
    mse: 0.0160619,
    codes: [0.180949, -1.42005, 0.750941],
  },
  { file: 'weights-alone-784-256-2.h5', network: 'dense-256-2', count: 10_000, mse: 0.0413201, codes: [] },
] as const;

const pairs = [
  { name: 'vae-lambda', count: 1000, mse: 0.0432586, codes: [1.624592, 1.211073], at: [], sums: [] },
  {
    name: 'code-of-3',
    count: 10_000,
    mse: 0.0772356,
    codes: [-0.984024, 3.211623, -2.282771, 0.554957, -0.015385, -1.972646],
    at: [0.3, 0.7, 0, -1, 1, 0.5, 0, 0, 0],
    sums: [22.35825, 19.26759, 27.7022],
  },
  { name: 'grey', count: 10_000, mse: 0.2314351, codes: [], at: [], sums: [] },
] as const;

describe.skipIf(!exists)('weights alone of other people', () => {
  it.each(weightsAlone)('$file onto $network', async ({ file, network, count, mse, codes }) => {
    const found = await measure(await open(file, network), count);
    expect(found.mse).toBeCloseTo(mse, 6);
    expectClose(found.codes.values, codes);
  });

  it('says of a checkpoint what its network would be', async () => {
    await expect(open('torch-checkpoint.pth')).rejects.toThrow(
      /784-400-20 \(10 means and 10 log-variances\), 10-400-784, .* npx latent new net\.yaml --from/,
    );
  });
});

describe.skipIf(!exists)('two files of other people', () => {
  it.each(pairs)('$name', async ({ name, count, mse, codes, at, sums }) => {
    const [encoder, decoder] = await Promise.all(
      ['encoder', 'decoder'].map(async (part) => ({
        ...(await open(`${name}-${part}.h5`)),
        file: `${name}-${part}.h5`,
      })),
    );
    const model = pairModels(decoder, encoder);
    expect(model.network.spec.id).toBe(name);
    const found = await measure(model, count);
    expect(found.mse).toBeCloseTo(mse, 6);
    expectClose(found.codes.values, codes);
    const drawn = await decodeCodes({ ...model, runtime: nodeRuntime }, Float32Array.from(at));
    expectClose(
      sums.map((_, i) => drawn.subarray(784 * i, 784 * (i + 1)).reduce((sum, value) => sum + value, 0)),
      sums,
    );
  });
});
