import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { assembleDataset, type DatasetFiles } from './assemble.ts';
import { encodeIdxImages, encodeIdxLabels } from './readers/idx.ts';
import { parseReadOptions } from './readers/options.ts';
import {
  DATASET_ROLES,
  DATASETS,
  DIGIT_NAMES,
  datasetFiles,
  EMNIST,
  FASHION_MNIST,
  MNIST,
  namedDataset,
} from './registry.ts';

const facts = { name: 'tiny', licence: 'none', source: 'test', classNames: DIGIT_NAMES };
const imageBytes = (count: number, side = 2): Uint8Array =>
  encodeIdxImages({ pixels: new Uint8Array(count * side * side).fill(7), count, height: side, width: side });
const labelBytes = (count: number): Uint8Array => encodeIdxLabels(new Uint8Array(count).fill(1));

const files = (changes: Partial<DatasetFiles> = {}): DatasetFiles => ({
  trainImages: { name: 'train-images', bytes: imageBytes(5) },
  trainLabels: { name: 'train-labels', bytes: labelBytes(5) },
  testImages: { name: 'test-images', bytes: imageBytes(3) },
  testLabels: { name: 'test-labels', bytes: labelBytes(3) },
  ...changes,
});

describe('assembleDataset', () => {
  it('joins four raw files', () => {
    const { train, test, ...rest } = assembleDataset(files(), facts);
    expect(rest).toEqual(facts);
    expect([train.count, train.height, train.width, test.count]).toEqual([5, 2, 2, 3]);
    expect(train.pixels.length).toBe(20);
  });

  it('tells gzip from raw by content, whatever the name says', () => {
    const mixed = files({ trainImages: { name: 'raw-by-name', bytes: gzipSync(imageBytes(5)) } });
    expect(assembleDataset(mixed, facts)).toEqual(assembleDataset(files(), facts));
  });

  it('refuses a file that was gzipped twice', () => {
    const twice = files({ testLabels: { name: 'test-labels', bytes: gzipSync(gzipSync(labelBytes(3))) } });
    expect(() => assembleDataset(twice, facts)).toThrow(/^idx-magic: test-labels: .*gzip inside gzip/);
  });

  it('refuses images and labels that differ in number, naming both files', () => {
    const wrong = files({ testLabels: { name: 'test-labels', bytes: labelBytes(4) } });
    expect(() => assembleDataset(wrong, facts)).toThrow(
      /^idx-count-mismatch: test-images holds 3 images, test-labels 4/,
    );
  });

  it('refuses training and test images of two sizes', () => {
    const wrong = files({ testImages: { name: 'test-images', bytes: imageBytes(3, 4) } });
    expect(() => assembleDataset(wrong, facts)).toThrow(/^idx-shape-mismatch: .*2 x 2.*4 x 4/);
  });
});

describe('the registry', () => {
  it.each(DATASETS.map((entry) => [entry.name, entry] as const))('%s is complete', (_, entry) => {
    expect(entry.classNames.length).toBeGreaterThanOrEqual(10);
    expect(new Set(entry.classNames).size).toBe(entry.classNames.length);
    // One line of a terminal, behind a label of ten columns.
    for (const text of [entry.licence, entry.source]) expect(text.length).toBeLessThanOrEqual(70);
    expect(entry.mirrors.length).toBeGreaterThanOrEqual(2);
    for (const mirror of entry.mirrors) expect(mirror).toMatch(/^https:\/\/.*\/$/);
    for (const { checksum, bytes } of datasetFiles(entry)) {
      expect(checksum.hex).toMatch(checksum.type === 'md5' ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{64}$/);
      expect(bytes).toBeGreaterThan(0);
    }
    if (entry.kind === 'archive') expect(() => parseReadOptions(entry.options)).not.toThrow();
    else {
      const sums = DATASET_ROLES.flatMap((role) => [
        entry.files[role].checksum.hex,
        entry.files[role].rawSha256 ?? role,
      ]);
      expect(new Set(sums).size).toBe(8);
    }
  });

  it('has no name twice, and finds each by its whole name alone', () => {
    const names = DATASETS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(namedDataset(name)?.entry.name).toBe(name);
    expect(namedDataset('emnist-mnist')?.entry).not.toBe(MNIST);
    expect([namedDataset('emnist'), namedDataset('mnist-'), namedDataset('cifar')]).toEqual([null, null, null]);
  });

  it('names the classes of EMNIST as its mapping files do', () => {
    const counts = Object.fromEntries(EMNIST.map(({ name, classNames }) => [name, classNames.length]));
    // Labels of `letters` begin at 1.
    expect(counts).toEqual({
      'emnist-balanced': 47,
      'emnist-byclass': 62,
      'emnist-bymerge': 47,
      'emnist-digits': 10,
      'emnist-letters': 27,
      'emnist-mnist': 10,
    });
  });

  it('names what a class of Fashion-MNIST shows', () => expect(FASHION_MNIST.classNames[9]).toBe('Ankle boot'));
});
