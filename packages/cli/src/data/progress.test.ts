import { describe, expect, it } from 'vitest';
import { readingProgressReporter } from './progress.ts';

interface Step {
  readonly done: number;
  readonly total: number;
  readonly unit: 'files' | 'bytes';
  /** Since the step before. */
  readonly ms: number;
}

const written = (steps: readonly Step[], isTTY: boolean): readonly string[] => {
  const texts: string[] = [];
  let ms = 0;
  const report = readingProgressReporter({ isTTY, write: (text) => texts.push(text) }, () => ms);
  for (const step of steps) {
    ms += step.ms;
    report(step.done, step.total, step.unit);
  }
  return texts;
};
const counting = (total: number, unit: Step['unit'], ms: number, by = 1): readonly Step[] =>
  Array.from({ length: total / by }, (_, i) => ({ done: (i + 1) * by, total, unit, ms }));

describe('the reading of files', () => {
  it('is silent where it takes less than a second, however many there are', () => {
    expect(written(counting(9000, 'files', 0.1), false)).toEqual([]);
    expect(written(counting(9000, 'files', 0.1), true)).toEqual([]);
    expect(written(counting(9e7, 'bytes', 10, 1e6), true)).toEqual([]);
  });

  it('that takes longer says a line for each quarter, and writes over itself where a person watches', () => {
    expect(written(counting(4000, 'files', 1), false)).toEqual(
      [1001, 2000, 3000, 4000].map((done) => `reading: ${done} of 4000 files\n`),
    );
    expect(written(counting(40, 'files', 100), false)).toEqual(
      [11, 20, 30, 40].map((done) => `reading: ${done} of 40 files\n`),
    );
    const watched = written(counting(4000, 'files', 1), true);
    expect(watched.length).toBeLessThan(35);
    expect(watched[0]).toMatch(/^\rreading: 1001 of 4000 files +$/);
    expect(watched.at(-1)).toMatch(/^\rreading: 4000 of 4000 files +\n$/);
  });

  it('counts bytes of large files in megabytes', () => {
    const lines = written(counting(4e8, 'bytes', 20, 1e6), false);
    expect(lines).toEqual(
      [101, 200, 300, 400]
        .map((done) => `reading: ${done}.0 of 400.0 MB\n`)
        .map((line, i) => (i === 0 ? 'reading: 100.0 of 400.0 MB\n' : line)),
    );
  });

  it('ends a line before another count begins, and every line at the end', () => {
    const steps = [
      ...counting(3e6, 'bytes', 600, 1e6).slice(0, 2),
      ...counting(3e6, 'bytes', 600, 1e6).slice(1, 2),
      ...counting(30, 'files', 200),
    ];
    const text = written(steps, true).join('');
    expect(text).toMatch(/^\rreading: 2\.0 of 3\.0 MB +.*\n\rreading: 1 of 30 files/s);
    expect(text.endsWith('\n')).toBe(true);
    expect(text.split('\n').length).toBe(3);
  });
});
