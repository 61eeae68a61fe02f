/**
 * Files of other people, where they lie beside the project: `LATENT_PLANE_CASES`, by default `../shared/data`.
 *
 * Counts, sizes and sums were taken with Pillow 12, SciPy 1 and NumPy 2.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readFiles, sumOf } from './testing/sources.ts';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const folder = `${process.env.LATENT_PLANE_CASES ?? `${root}../shared/data`}/public/images`;
const exists = existsSync(folder);
if (!exists) console.info(`not there, so not read: ${folder} (LATENT_PLANE_CASES names another)`);

const cases = [
  {
    file: 'digits.csv',
    container: 'csv',
    options: '',
    shape: [1797, 8, 8, 1],
    classes: 10,
    counts: [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
    // 561,718 of values 0 to 16, each times 255 / 16 and rounded.
    sum: 8_953_801,
  },
  {
    file: 'digits.mat',
    container: 'mat',
    options: '',
    shape: [11_000, 16, 16, 1],
    classes: 10,
    counts: null,
    sum: 16_213_440 + 80_886_631 + 81_248_463,
  },
  {
    file: 'semeion.data',
    container: 'csv',
    options: '',
    shape: [1593, 16, 16, 1],
    classes: 10,
    counts: [161, 162, 159, 159, 161, 159, 161, 158, 155, 158],
    sum: 34_174_080,
  },
  {
    file: 'glyphs-jpeg.zip',
    container: 'pictures',
    options: '',
    shape: [1000, 84, 83, 1],
    classes: 0,
    counts: null,
    sum: 127_227_013,
  },
];

describe.skipIf(!exists)('files of other people', () => {
  it.each(cases)('reads $file', async ({ file, container, options, shape, classes, counts, sum }) => {
    const read = await readFiles({ [file]: readFileSync(`${folder}/${file}`) }, options);
    const { train, test } = read;
    expect(read.container).toBe(container);
    expect([train.count + test.count, train.height, train.width, train.channels]).toEqual(shape);
    expect(read.classNames).toHaveLength(classes);
    if (counts) {
      const labels = [...train.labels, ...test.labels];
      expect(counts.map((_, label) => labels.filter((own) => own === label).length)).toEqual(counts);
    }
    expect(sumOf(train.pixels) + sumOf(test.pixels)).toBe(sum);
  });

  it('reads pictures of every kind, brought to one size where that is said', async () => {
    const file = readFileSync(`${folder}/formats.zip`);
    await expect(readFiles({ 'formats.zip': file })).rejects.toThrow(/sizes-mixed.*14 of 28 x 28/);
    const { train, test, notes } = await readFiles({ 'formats.zip': file }, 'size=28x28,fit=pad');
    expect([train.count + test.count, train.height, train.width, train.channels]).toEqual([23, 28, 28, 3]);
    expect(notes.join('\n')).toMatch(/p_empty\.png/);
    expect(notes.join('\n')).toMatch(/q_text\.png/);
  });
});
