/** The forms in which Keras has saved models, from its first version on: what opens gives the outputs of Keras. */
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { describe, expect, it, test } from 'vitest';
import { type InferenceTarget, resolveNetwork } from '../../network/index.ts';
import { createInference } from '../../runtime/index.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { elementCount } from '../../tensor/index.ts';
import { readModel } from '../read-model.ts';
import { tryDamagedFiles } from '../testing/damaged-files.ts';
import { isArchitecture, kerasNetwork } from './architecture.ts';
import { weightNames } from './beside.ts';

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Variant {
  readonly note: string;
  /** Of the refusal; absent of a model that opens. */
  readonly error?: string;
  readonly kind: InferenceTarget;
  readonly input: Values;
  readonly code?: Values;
  readonly output?: Values;
  readonly labels?: readonly number[];
  readonly codeOutput?: string;
  readonly codeLayer?: string;
}

const files = unzipSync(new Uint8Array(readFileSync(new URL('../../../fixtures/keras-variants.zip', import.meta.url))));
const variants = Object.entries(
  JSON.parse(new TextDecoder().decode(files['expected.json'])) as Readonly<Record<string, Variant>>,
);

/** @param key - the file, and behind a `#` what is chosen of it. */
const open = (key: string, { codeOutput, codeLayer }: Variant) => {
  const [file] = key.split('#');
  return readModel(
    { file, bytes: files[file], beside: async (path) => files[path] ?? null },
    { codeOutput, codeLayer },
  );
};

/** The largest difference, of values of the order of 1; of larger ones by their size. */
const difference = (ours: Float32Array, { shape, data }: Values): number => {
  expect(ours.length).toBe(elementCount(shape));
  return Math.max(...data.map((value, i) => Math.abs(ours[i] - value) / Math.max(1, Math.abs(value))));
};

const opened = variants.filter(([, { error }]) => error === undefined);
const refused = variants.filter(([, { error }]) => error !== undefined);

describe(`${opened.length} variants of Keras' files`, () => {
  it.each(opened.map(([key, variant]) => ({ key, ...variant })))('$key: $note', async ({ key, ...variant }) => {
    const { kind, input, code, output, labels } = variant;
    const { network, weights } = await open(key, variant);
    expect(network.parts.map(({ name }) => name)).toEqual(kind === 'autoencoder' ? ['encoder', 'decoder'] : [kind]);
    const inference = await createInference(network, weights, { target: kind, runtime: nodeRuntime, batchSize: 2 });
    const outputs = await inference.run(Float32Array.from(input.data), labels && Uint8Array.from(labels));
    await inference.release();
    if (code) expect(difference(outputs.code, code)).toBeLessThan(1e-5);
    if (output) expect(difference(outputs.reconstruction, output)).toBeLessThan(1e-5);
  });
});

describe('variants that are refused', () => {
  it.each(refused.map(([key, variant]) => ({ key, ...variant })))('$key: $note', async ({ key, ...variant }) => {
    await expect(open(key, variant)).rejects.toMatchObject({ code: variant.error, kind: 'input' });
  });
});

describe('an architecture without weights', () => {
  it('is the network of its layers, and weights are looked for under the names that people give them', () => {
    const json = JSON.parse(new TextDecoder().decode(files['model.json']));
    expect(isArchitecture(json)).toBe(true);
    const spec = kerasNetwork(json, 'model.json');
    expect(resolveNetwork(spec).parts.map(({ outputShape }) => outputShape)).toEqual([[2], [8, 8, 1]]);
    expect(weightNames('a/vae_architecture.json')).toEqual(
      expect.arrayContaining(['vae_architecture.weights.h5', 'vae_weights.h5', 'vae.h5', 'weights.h5']),
    );
  });

  it('says which names, where there are none', async () => {
    await expect(readModel({ file: 'model.json', bytes: files['model.json'] })).rejects.toThrow(
      /missing-entry: model\.json: .*architecture of a Keras model without its weights.*model\.weights\.h5/,
    );
  });
});

test.each(['.h5', '.keras', '.json'])(
  'a damaged %s gives a model or an error of input, nothing else',
  {
    timeout: 600_000,
  },
  async (ending) => {
    const models = Object.entries(files).filter(([name]) => name.endsWith(ending) && name !== 'expected.json');
    const beside = async (path: string): Promise<Uint8Array | null> => files[path] ?? null;
    const found = await tryDamagedFiles(new Map(models), (file) => readModel({ ...file, beside }), 8);
    expect(Math.min(found.get('read') ?? 0, found.size - 1)).toBeGreaterThan(1);
  },
);
