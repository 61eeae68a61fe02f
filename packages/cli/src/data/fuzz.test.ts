import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DATASET_ROLES, type Dataset, type DatasetRole, type ImageSet, LatentError } from 'latent-plane';
import { mapFiles } from 'latent-plane/internal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from './load-dataset.ts';
import { Dice, FILE_NAMES, rawFiles, removeFolder, temporaryFolder } from './testing.ts';

const CASES = 1000;
const SEED = 20_261_123;

type Files = Record<DatasetRole, Uint8Array>;

type Mutation = (bytes: Uint8Array, dice: Dice) => Uint8Array;

const join2 = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const flipBits =
  (within: (length: number) => number): Mutation =>
  (bytes, dice) => {
    const copy = bytes.slice();
    for (let flips = 1 + dice.roll(8); flips > 0; flips--) copy[dice.roll(within(copy.length))] ^= 1 << dice.roll(8);
    return copy;
  };

const FIELD_VALUES = [
  0,
  1,
  2,
  255,
  256,
  1023,
  1024,
  1025,
  999_999,
  1_000_000,
  1_000_001,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];

const setField: Mutation = (bytes, dice) => {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const at = 4 * dice.roll(4);
  if (at + 4 > copy.length) return copy;
  const value = dice.roll(3) === 0 ? view.getUint32(at) + dice.pick([-1, 1]) : dice.pick(FIELD_VALUES);
  view.setUint32(at, value);
  return copy;
};

/** As many pixels in another shape: right by itself, wrong beside the other images. */
const reshape: Mutation = (bytes) => {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  if (copy.length >= 16) view.setUint32(8, view.getUint32(8) * view.getUint32(12));
  if (copy.length >= 16) view.setUint32(12, 1);
  return copy;
};
const truncate: Mutation = (bytes, dice) => bytes.slice(0, dice.roll(bytes.length));
const extend: Mutation = (bytes, dice) => join2(bytes, dice.bytes(1 + dice.roll(64)));
const prepend: Mutation = (bytes, dice) => join2(dice.bytes(1 + dice.roll(8)), bytes);
const cutOut: Mutation = (bytes, dice) => {
  const at = dice.roll(bytes.length);
  return join2(bytes.subarray(0, at), bytes.subarray(at + 1 + dice.roll(32)));
};
const overwrite: Mutation = (bytes, dice) => {
  const copy = bytes.slice();
  const at = dice.roll(copy.length);
  copy.fill(dice.pick([0, 255, 7]), at, at + dice.roll(64));
  return copy;
};
const editTrailer: Mutation = (bytes, dice) => {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  view.setUint32(copy.length - dice.pick([4, 8]), dice.pick(FIELD_VALUES), true);
  return copy;
};
const junk: Mutation = (_, dice) => dice.bytes(dice.roll(100));
const pack: Mutation = (bytes) => new Uint8Array(gzipSync(bytes));
const bomb: Mutation = (_, dice) => new Uint8Array(gzipSync(new Uint8Array(2 ** (10 + dice.roll(12)))));

const anywhere = flipBits((length) => length);
const inHeader = flipBits((length) => Math.min(length, 16));
const RAW: readonly Mutation[] = [
  anywhere,
  inHeader,
  setField,
  setField,
  reshape,
  truncate,
  extend,
  prepend,
  cutOut,
  overwrite,
  junk,
  bomb,
];
const PACKED: readonly Mutation[] = [anywhere, inHeader, truncate, extend, cutOut, overwrite, editTrailer, pack];

/** One of the four files, or two of them swapped, spoilt in one way; raw and gzipped files by turns. */
function mutate(valid: Files, index: number): Files {
  const dice = new Dice(SEED, 'fuzz', index);
  const packed = index % 2 === 1;
  const files = { ...valid };
  const role = dice.pick(DATASET_ROLES);
  if (dice.roll(12) === 0) {
    const other = dice.pick(DATASET_ROLES);
    [files[role], files[other]] = [files[other], files[role]];
    return packed ? mapFiles(files, (bytes) => pack(bytes, dice)) : files;
  }
  // In a gzipped file either the content is wrong and well packed, or the packing is wrong.
  if (!packed || dice.roll(2) === 0) files[role] = dice.pick(RAW)(files[role], dice);
  else files[role] = dice.pick(PACKED)(pack(files[role], dice), dice);
  return packed ? mapFiles(files, (bytes) => (bytes[0] === 0x1f ? bytes : pack(bytes, dice))) : files;
}

/** The format read a second time, plainly: Node's zlib and Buffer. Undefined where something is wrong. */
function referenceRead(files: Files): Pick<Dataset, 'train' | 'test'> | undefined {
  try {
    const open = (bytes: Uint8Array): Buffer =>
      bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: 2 ** 26 }) : Buffer.from(bytes);
    const set = (imagesFile: Buffer, labelsFile: Buffer): Dataset['train'] | undefined => {
      const [magic, count, height, width] = [0, 4, 8, 12].map((at) => imagesFile.readUInt32BE(at));
      const [labelsMagic, labelsCount] = [0, 4].map((at) => labelsFile.readUInt32BE(at));
      const pixels = new Uint8Array(imagesFile.subarray(16));
      const labels = new Uint8Array(labelsFile.subarray(8));
      const right =
        magic === 2051 &&
        labelsMagic === 2049 &&
        count === labelsCount &&
        count > 0 &&
        height > 0 &&
        width > 0 &&
        count <= 1e6 &&
        height <= 1024 &&
        width <= 1024 &&
        pixels.length === count * height * width &&
        labels.length === labelsCount &&
        labels.every((label) => label < 10);
      return right ? { pixels, labels, count, height, width, channels: 1 as const } : undefined;
    };
    const train = set(open(files.trainImages), open(files.trainLabels));
    const test = set(open(files.testImages), open(files.testLabels));
    if (train === undefined || test === undefined) return undefined;
    return train.height === test.height && train.width === test.width ? { train, test } : undefined;
  } catch {
    return undefined;
  }
}

const sameSet = (a: ImageSet, b: ImageSet | undefined): boolean =>
  b !== undefined &&
  a.count === b.count &&
  a.height === b.height &&
  a.width === b.width &&
  Buffer.from(a.pixels).equals(b.pixels) &&
  Buffer.from(a.labels).equals(Buffer.from(b.labels));

let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterAll(() => removeFolder(folder));

describe('1,000 mutated data set folders', () => {
  it('are each read as the plain reference reads them, or refused as wrong input', async () => {
    const valid = rawFiles(20, 8, 6);
    await writeFile(join(folder, 'classes.txt'), 'abcdefghij'.split('').join('\n'));
    const refusals = new Map<string, number>();
    let accepted = 0;
    let slowestMs = 0;
    let onDisk: Partial<Files> = {};
    const before = process.resourceUsage();
    for (let index = 0; index < CASES; index++) {
      const files = mutate(valid, index);
      for (const role of DATASET_ROLES) {
        if (onDisk[role] !== files[role]) await writeFile(join(folder, FILE_NAMES[role]), files[role]);
      }
      onDisk = files;
      const expected = referenceRead(files);
      const caseBegin = process.cpuUsage();
      try {
        const { train, test } = await loadDataset(folder, { cacheFolder: folder });
        accepted++;
        expect(sameSet(train, expected?.train) && sameSet(test, expected?.test), `case ${index} was accepted`).toBe(
          true,
        );
      } catch (error) {
        if (!(error instanceof LatentError)) throw new Error(`case ${index}`, { cause: error });
        expect(error.kind, `case ${index}: ${error.message}`).toBe('input');
        expect(error.message, `case ${index} names its file`).toMatch(/-ubyte/);
        // zlib overlooks what follows a gzip member; everything else that is right has to be read.
        const trailing = index % 2 === 1 && error.code === 'gzip-damaged';
        if (!trailing) expect(expected, `case ${index} was refused: ${error.message}`).toBeUndefined();
        refusals.set(error.code, (refusals.get(error.code) ?? 0) + 1);
      }
      const { user, system } = process.cpuUsage(caseBegin);
      slowestMs = Math.max(slowestMs, (user + system) / 1000);
    }
    // The mutations reach every refusal and leave something to read.
    expect(accepted).toBeGreaterThan(50);
    expect([...refusals.keys()].sort()).toEqual([
      'gzip-damaged',
      'idx-channels',
      'idx-count-mismatch',
      'idx-empty',
      'idx-label-range',
      'idx-magic',
      'idx-oversized',
      'idx-shape-mismatch',
      'idx-trailing-bytes',
      'idx-truncated',
    ]);
    const after = process.resourceUsage();
    const cpuSeconds = (after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime) / 1e6;
    // Of the processor's time, whoever else is at work: a case takes a few milliseconds, the largest bomb holds 2 MiB.
    expect(slowestMs).toBeLessThan(2_000);
    expect(cpuSeconds).toBeLessThan(15);
    expect((after.maxRSS - before.maxRSS) / 1024).toBeLessThan(256);
  });
});
