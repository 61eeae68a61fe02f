import { expect, it } from 'vitest';
import { readingProgressReporter } from './progress.ts';

const lines = (total: number, isTTY: boolean): readonly string[] => {
  const written: string[] = [];
  let ms = 0;
  const report = readingProgressReporter({ isTTY, write: (text) => written.push(text) }, () => ms);
  for (let done = 1; done <= total; done++) {
    ms += 1;
    report(done, total);
  }
  return written;
};

it('says nothing of few files, a line for each quarter of many, and writes over itself where a person watches', () => {
  expect(lines(1999, false)).toEqual([]);
  expect(lines(4000, false)).toEqual([1000, 2000, 3000, 4000].map((done) => `reading: ${done} of 4000 files\n`));
  const watched = lines(4000, true);
  expect(watched.length).toBeLessThan(45);
  expect(watched.at(-1)).toMatch(/^\rreading: 4000 of 4000 files +\n$/);
});
