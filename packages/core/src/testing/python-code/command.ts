/**
 * `npm run python-code -- FOLDER`: networks as Python code, with what each is to compute.
 *
 * All networks of the zoo, those of `examples/`, and random ones (`--count N --from I --seed S`, `--only NAME`), each in a
 * folder of its own; `scripts/check-python-code.py` then runs the code in PyTorch and Keras and compares.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LatentError } from '../../errors.ts';
import { exportKerasCode } from '../../formats/python-code/keras-file.ts';
import { exportTorchCode } from '../../formats/python-code/torch-file.ts';
import { readModel } from '../../formats/read-model.ts';
import {
  initializeParameters,
  networks,
  parameterSlots,
  parseNetworkFile,
  type ResolvedNetwork,
  resolveNetwork,
} from '../../network/index.ts';
import { RandomStream } from '../../random/index.ts';
import { drawNetwork } from '../random-networks/draw-network.ts';
import { exactOutputs, imagesFor, oneHotFor } from '../random-networks/try-inference.ts';
import { type TrainedNetwork, tryTraining } from '../random-networks/try-training.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '200' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('npm run python-code -- FOLDER');
const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const seed = Number(values.seed);

/** Weights drawn from a seed; running variances and the like a little off what they begin at. */
const drawnWeights = (network: ResolvedNetwork): TrainedNetwork => {
  const flat = initializeParameters(network.parameters, 1);
  const weights = parameterSlots(network.parameters).map(({ parameter: { name, running }, offset, length }) => {
    const values = flat.slice(offset, offset + length);
    if (running === true || name.endsWith('bias')) new RandomStream(1, name).fillUniform(values, 0.05, 0.25);
    return [name, values] as const;
  });
  return { network, weights: new Map(weights) };
};

const PROGRAMS = { pytorch: exportTorchCode, keras: exportKerasCode } as const;

interface Named {
  readonly name: string;
  readonly model: () => Promise<TrainedNetwork>;
}

const fromZoo = async (): Promise<readonly Named[]> =>
  networks.map((spec) => ({
    name: spec.id,
    model: async () => {
      const bytes = await readFile(join(root, 'models', spec.file)).catch(() => null);
      if (bytes === null) return drawnWeights(resolveNetwork(spec));
      return readModel({ file: spec.file, bytes: new Uint8Array(bytes) }, { network: spec });
    },
  }));

const fromExamples = async (): Promise<readonly Named[]> => {
  const names = (await readdir(join(root, 'examples'))).filter((name) => name.endsWith('.yaml'));
  return names.map((file) => ({
    name: `example-${file.replace(/\.yaml$/, '')}`,
    model: async () => {
      const text = await readFile(join(root, 'examples', file), 'utf8');
      return drawnWeights(resolveNetwork(parseNetworkFile(text, file).spec));
    },
  }));
};

const random = (): readonly Named[] =>
  Array.from({ length: Number(values.count) }, (_, i) => Number(values.from) + i).map((index) => ({
    name: `random-${index}`,
    model: async () => {
      const { spec, recipe } = drawNetwork(seed, index);
      return tryTraining(resolveNetwork(spec), recipe);
    },
  }));

/** @returns the programs that it was written for. */
const writeCase = async (name: string, model: TrainedNetwork): Promise<readonly string[]> => {
  const { network } = model;
  const here = join(folder, name);
  await mkdir(here, { recursive: true });
  const written: string[] = [];
  for (const [program, write] of Object.entries(PROGRAMS)) {
    try {
      for (const [file, bytes] of write(model)) await writeFile(join(here, file), bytes);
      written.push(program);
    } catch (error) {
      if (!(error instanceof LatentError) || error.code !== 'unsupported-layer') throw error;
      console.error(`${name}, ${program}: ${error.message.split('\n')[0]}`);
    }
  }
  const { x } = imagesFor(network);
  const labels = oneHotFor(network);
  const outputs = exactOutputs(model).map(([output, data]) => [output, [...data]]);
  const { inputShape } = network.spec;
  const parts = network.parts.map((part) => part.name);
  const inputs = { inputShape, images: [...x], labels: labels && [...labels] };
  await writeFile(join(here, 'case.json'), JSON.stringify({ parts, ...inputs, outputs: Object.fromEntries(outputs) }));
  return written;
};

const counts: Record<string, number> = {};
const all = [...(await fromZoo()), ...(await fromExamples()), ...random()];
for (const { name, model } of all) {
  if (values.only && !values.only.includes(name)) continue;
  try {
    for (const program of await writeCase(name, await model())) counts[program] = (counts[program] ?? 0) + 1;
  } catch (error) {
    // Random networks are wrong at times, and refused.
    if (!(error instanceof LatentError) || !name.startsWith('random-')) throw error;
  }
}
console.log(
  Object.entries(counts)
    .map(([program, count]) => `${program}: ${count} networks`)
    .join('\n'),
);
