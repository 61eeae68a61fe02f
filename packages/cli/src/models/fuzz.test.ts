import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { exportKeras, exportOnnx, exportTfjs, LatentError, readModel } from 'latent-plane';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dice, removeFolder } from '../data/testing.ts';
import { cloneFolder } from '../places.ts';
import { buildCommandLine, temporaryFolder } from '../runs/testing.ts';
import { createModelReader, type ModelReader } from './read-file.ts';

const CASES = 1000;
const SEED = 20_261_124;
const root = cloneFolder ?? '.';

type Mutation = (bytes: Uint8Array, dice: Dice) => Uint8Array;
const join2 = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const flipBits =
  (within: (length: number) => number): Mutation =>
  (bytes, dice) => {
    const copy = bytes.slice();
    for (let flips = 1 + dice.roll(6); flips > 0; flips--) copy[dice.roll(within(copy.length))] ^= 1 << dice.roll(8);
    return copy;
  };
const truncate: Mutation = (bytes, dice) => bytes.slice(0, dice.roll(bytes.length));
const cutOut: Mutation = (bytes, dice) => {
  const at = dice.roll(bytes.length);
  return join2(bytes.subarray(0, at), bytes.subarray(at + 1 + dice.roll(64)));
};
const overwrite: Mutation = (bytes, dice) => {
  const copy = bytes.slice();
  const at = dice.roll(copy.length);
  copy.fill(dice.pick([0, 255, 7, 0x80]), at, at + 1 + dice.roll(16));
  return copy;
};
const repeat: Mutation = (bytes, dice) => {
  const at = dice.roll(bytes.length);
  const piece = bytes.subarray(at, at + 1 + dice.roll(200));
  return join2(bytes.subarray(0, at), piece, bytes.subarray(at));
};
/** Numbers where formats keep sizes and offsets: small, large, negative. */
const setNumber: Mutation = (bytes, dice) => {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const at = dice.roll(Math.max(1, copy.length - 8));
  const value = dice.pick([0n, 1n, 0xffn, 0x7fffffffn, 0xffffffffn, 0x7fffffffffffffffn, 0xffffffffffffffffn]);
  if (at + 8 <= copy.length) view.setBigUint64(at, value, true);
  return copy;
};
const BINARY: readonly Mutation[] = [
  flipBits((length) => length),
  flipBits((length) => Math.min(length, 4096)),
  truncate,
  cutOut,
  overwrite,
  repeat,
  setNumber,
];

/** Words of a config put in each other's place, numbers out of all bounds, pieces left out. */
const editText: Mutation = (bytes, dice) => {
  const text = strFromU8(bytes);
  const tokens = text.match(/"[^"]*"|-?\d+(?:\.\d+)?|true|false|null|[{}[\],:]|\s+/g) ?? [];
  for (let edits = 1 + dice.roll(3); edits > 0; edits--) {
    const at = dice.roll(tokens.length);
    const other = dice.pick([
      tokens[dice.roll(tokens.length)],
      '0',
      '-1',
      '1e9',
      '65536',
      'null',
      '[]',
      '{}',
      '"Lambda"',
      '"BatchNormalization"',
      '"__proto__"',
      '',
    ]);
    tokens[at] = other;
  }
  return strToU8(tokens.join(''));
};

/** One file of a model spoilt: the others stay as they are. */
interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

interface Base {
  readonly name: string;
  mutate(dice: Dice): Case;
}

const plain = (name: string, bytes: Uint8Array): Base => ({
  name,
  mutate: (dice) => ({ name, files: { [name]: dice.pick(BINARY)(bytes, dice) } }),
});

/** The archive itself, or what is in it, packed again with the right checksums. */
const archive = (name: string, bytes: Uint8Array): Base => {
  const entries = unzipSync(bytes);
  return {
    name,
    mutate: (dice) => {
      const where = dice.pick([
        'archive',
        'config.json',
        'config.json',
        'model.weights.h5',
        'model.weights.h5',
        'entries',
      ]);
      if (where === 'archive') return { name, files: { [name]: dice.pick(BINARY)(bytes, dice) } };
      const changed: Record<string, Uint8Array> = { ...entries };
      if (where === 'config.json') changed[where] = editText(entries[where], dice);
      else if (where === 'model.weights.h5') changed[where] = dice.pick(BINARY)(entries[where], dice);
      else if (dice.roll(2) === 0) delete changed[dice.pick(Object.keys(changed))];
      else changed[dice.pick(['../evil', '/etc/evil', 'a/../../b', 'C:\\evil', 'extra'])] = new Uint8Array(3);
      return {
        name,
        files: { [name]: zipSync(changed as Parameters<typeof zipSync>[0], { level: dice.roll(2) === 0 ? 0 : 6 }) },
      };
    },
  };
};

const folderOf = (name: string, files: ReadonlyMap<string, Uint8Array>): Base => ({
  name,
  mutate: (dice) => {
    const entries = Object.fromEntries(files);
    const file = dice.pick([name, ...files.keys()]);
    entries[file] = file === name ? editText(entries[file], dice) : dice.pick(BINARY)(entries[file], dice);
    return { name, files: entries };
  },
});

/** A real file of Keras where it is at hand, else one that we wrote of a network that we trained. */
const realFile = async (): Promise<Uint8Array> => {
  const seed = join(root, '..', 'shared', 'data', 'seed-models', 'CNN-3.keras');
  return new Uint8Array(
    await readFile(existsSync(seed) ? seed : join(root, 'packages/core/fixtures/keras/keras3-conv.keras')),
  );
};

let folder = '';
let reader: ModelReader;
beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
});
afterAll(async () => {
  await reader?.close();
  await removeFolder(folder);
});

describe('1,000 mutated model files', () => {
  it('are each read, or refused as wrong input, within time and memory', { timeout: 300_000 }, async () => {
    const keras = await realFile();
    const model = await readModel({ file: 'base.keras', bytes: keras });
    const h5 = new Uint8Array(await readFile(join(root, 'packages/core/fixtures/keras/legacy-whole.h5')));
    const bases: readonly Base[] = [
      archive('base.keras', keras),
      archive('ours.keras', await exportKeras(model)),
      plain('base.h5', h5),
      plain('base.onnx', exportOnnx(model).get('autoencoder.onnx') ?? new Uint8Array()),
      folderOf('model.json', exportTfjs(model)),
    ];
    reader = createModelReader();
    const outcomes = new Map<string, number>();
    const before = process.resourceUsage().maxRSS;
    let slowestMs = 0;
    for (let index = 0; index < CASES; index++) {
      const dice = new Dice(SEED, 'model-fuzz', index);
      const { name, files } = dice.pick(bases).mutate(dice);
      for (const [file, bytes] of Object.entries(files)) await writeFile(join(folder, file), bytes);
      const begin = process.cpuUsage();
      let outcome = 'read';
      try {
        const { network, weights } = await reader.read(join(folder, name), { timeoutMs: 60_000 });
        // What is read is whole: an array for every parameter, as long as its shape.
        for (const parameter of network.parameters) {
          const count = parameter.shape.reduce((product, dim) => product * dim, 1);
          expect(weights.get(parameter.name)?.length, `case ${index}: ${parameter.name}`).toBe(count);
        }
      } catch (error) {
        if (!(error instanceof LatentError)) throw new Error(`case ${index}`, { cause: error });
        expect(error.kind, `case ${index}: ${error.message}`).toBe('input');
        expect(error.message, `case ${index} names its file`).toContain(name);
        outcome = error.code;
      }
      const { user, system } = process.cpuUsage(begin);
      slowestMs = Math.max(slowestMs, (user + system) / 1000);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    const grownMiB = (process.resourceUsage().maxRSS - before) / 1024;
    console.info(
      `${CASES} mutations: ${JSON.stringify(Object.fromEntries(outcomes))}, slowest ${slowestMs.toFixed(0)} ms, memory +${grownMiB.toFixed(0)} MiB`,
    );
    expect(outcomes.get('read')).toBeGreaterThan(50);
    // The thread stays up: only a file that stalls or kills it would show here.
    expect(outcomes.get('model-timeout') ?? 0).toBe(0);
    expect(grownMiB).toBeLessThan(512);
    expect(slowestMs).toBeLessThan(10_000);
  });
});
