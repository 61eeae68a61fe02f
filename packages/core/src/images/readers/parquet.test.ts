import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Files, readFiles, sumOf } from './testing/sources.ts';

const folder = fileURLToPath(new URL('../../../fixtures/parquet/', import.meta.url));
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}${name}`));
const hub: Files = {
  'data/train-00000-of-00001.parquet': file('train-00000-of-00001.parquet'),
  'data/test-00000-of-00001.parquet': file('test-00000-of-00001.parquet'),
};

describe('Parquet', () => {
  it('reads pictures, splits, labels and their names as a data hub serves them', async () => {
    const { container, train, test, classNames, notes } = await readFiles(hub);
    expect(container).toBe('parquet');
    expect([train.count, train.height, train.width, train.channels, test.count]).toEqual([6, 4, 5, 1, 2]);
    expect(classNames).toEqual(['cat', 'ant', 'bee']);
    const shown = (set: typeof train) => Array.from(set.labels, (label, i) => [set.pixels[i * 20], label]);
    expect(new Map(shown(train).map(([value, label]) => [value, label]))).toEqual(
      new Map([
        [10, 2],
        [20, 0],
        [30, 1],
        [40, 0],
        [50, 2],
        [60, 1],
      ]),
    );
    expect(new Map(shown(test).map(([value, label]) => [value, label]))).toEqual(
      new Map([
        [70, 1],
        [80, 2],
      ]),
    );
    expect(sumOf(train.pixels)).toBe(20 * 210);
    expect(notes.join('\n')).toMatch(/column "image"\n.*column "label"/);
  });

  it.each(['none', 'gzip', 'brotli'])('reads bytes alone with names as labels, compressed by: %s', async (name) => {
    const { train, test, classNames } = await readFiles({ 'a.parquet': file(`plain-${name}.parquet`) }, 'test=0.34');
    expect([train.count + test.count, classNames]).toEqual([3, ['left', 'right']]);
    expect(sumOf(train.pixels) + sumOf(test.pixels)).toBe(20 * 6);
  });

  it('takes pictures without labels where that is said, and brings them to a size', async () => {
    const { train, classNames } = await readFiles(hub, 'label=none,size=2x2,fit=stretch');
    expect([train.height, train.width, classNames]).toEqual([2, 2, []]);
  });

  it('refuses a table of numbers with its columns, and what is damaged or no Parquet', async () => {
    await expect(readFiles({ 'n.parquet': file('numbers.parquet') })).rejects.toThrow(
      /parquet-columns: .*columns p0, p1/,
    );
    const whole = file('plain-none.parquet');
    await expect(readFiles({ 'n.parquet': whole.subarray(0, whole.length - 9) })).rejects.toThrow(
      /parquet: n\.parquet/,
    );
    await expect(readFiles({ 'n.parquet': new Uint8Array(40) })).rejects.toThrow(/parquet: n\.parquet/);
  });

  it('reads or refuses files that were damaged anywhere', async () => {
    for (const name of readdirSync(folder)) {
      const whole = file(name);
      for (let i = 0; i < 60; i++) {
        const bytes = whole.slice();
        bytes[(i * 7919) % bytes.length] ^= 1 << (i % 8);
        const outcome = await readFiles({ [name]: bytes }, 'test=0.34').then(
          () => 'read',
          (error: unknown) => (error instanceof Error ? error.message : ''),
        );
        expect(outcome).toMatch(/^read$|^[a-z-]+: /);
      }
    }
  });
});
