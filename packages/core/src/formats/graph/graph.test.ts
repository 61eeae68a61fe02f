import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createInference } from '../../runtime/index.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import type { ImportedModel } from '../imported-model.ts';
import { type ReadModelOptions, readModel } from '../read-model.ts';

const fixtures = new URL('../../../fixtures/graphs/', import.meta.url);

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
const expected: Readonly<
  Record<string, { readonly input: Numbers; readonly outputs: Readonly<Record<string, Numbers>> }>
> = JSON.parse(readFileSync(new URL('expected.json', fixtures), 'utf8'));

const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, fixtures)));
const read = (file: string, options: ReadModelOptions = {}): Promise<ImportedModel> => {
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
  return readModel({ file, bytes: bytesOf(file), beside: async (path) => bytesOf(folder + path) }, options);
};

/** Channels last, as networks take images, of numbers that a file has with channels first. */
const channelsLast = ({ shape, data }: Numbers): Float32Array => {
  const [count, channels, rows, columns] = shape;
  if (shape.length !== 4 || channels > 4) return Float32Array.from(data);
  const size = rows * columns;
  return Float32Array.from({ length: count * channels * size }, (_, i) => {
    const [n, place, channel] = [Math.floor(i / (channels * size)), Math.floor(i / channels) % size, i % channels];
    return data[(n * channels + channel) * size + place];
  });
};

/** What a model gives for the recorded inputs: the code, or what it draws. */
const computed = async ({ network, weights }: ImportedModel, input: Numbers) => {
  const names = network.parts.map(({ name }) => name);
  const x = channelsLast(input);
  const outputs: Record<string, Float32Array> = {};
  const targets = names.length === 2 ? (['encoder', 'autoencoder'] as const) : names;
  for (const target of targets) {
    const inference = await createInference(network, weights, { target, runtime: nodeRuntime, batchSize: 5 });
    Object.assign(outputs, await inference.run(x));
    await inference.release();
  }
  return outputs;
};

const largest = (a: Float32Array, b: Float32Array): number => {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
};

/** Which output of the program is which of ours. */
const ours = (name: string, names: readonly string[]): string | null => {
  if (/logvar/.test(name)) return null;
  if (/mu|code/.test(name) || (names.length === 1 && !names.includes('reconstruction'))) return 'code';
  return 'reconstruction';
};

const TOLERANCE = 1e-5;
const files = Object.keys(expected).filter((file) => process.env.ONLY === undefined || file.includes(process.env.ONLY));

describe('graphs of other programs', () => {
  test.each(files)('%s gives what its own program gives', async (file) => {
    const model = await read(file);
    if (process.env.SHOW)
      console.log(
        JSON.stringify(
          model.network.parts.map(({ name, layers }) => [
            name,
            layers.map(({ spec, outputShape }) => [{ ...spec, graph: undefined }, outputShape]),
          ]),
        ),
        model.notes,
      );
    const { input, outputs } = expected[file];
    const got = await computed(model, input);
    for (const [name, numbers] of Object.entries(outputs)) {
      const own = ours(name, Object.keys(got));
      const values = own === null ? undefined : (got[own] ?? Object.values(got)[0]);
      if (values) expect(largest(values, channelsLast(numbers)), name).toBeLessThan(TOLERANCE);
    }
  });
});
