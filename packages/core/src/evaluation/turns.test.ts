import { describe, expect, it } from 'vitest';
import type { Codes } from '../codes/index.ts';
import { codeExtent } from '../codes/index.ts';
import { atOnce, inTurns, type Work } from '../codes/turns.ts';
import { codeSummary, summaryWork } from './code-summary.ts';
import { accuracyWork, neighbourAccuracy } from './neighbourhood.ts';

const counted = function* (pieces: number): Work<number> {
  for (let i = 0; i < pieces; i++) yield;
  return pieces;
};

/** Codes so wide that their covariance is work of several pieces. */
const wide = (count: number, size: number): Codes => ({
  values: Float32Array.from({ length: count * size }, (_, i) => Math.sin(i * i)),
  count,
  size,
});

describe('work in turns', () => {
  it('comes to what it comes to at once, and lets others have their turn between its pieces', async () => {
    expect(atOnce(counted(3))).toBe(3);
    let turns = 0;
    let isOver = false;
    const others = (): void => {
      turns += 1;
      if (!isOver) setImmediate(others);
    };
    setImmediate(others);
    expect(await inTurns(counted(50))).toBe(50);
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(25);
  });

  it('is what figures of wide codes are, to the same digits', async () => {
    const codes = wide(40, 1500);
    const extent = codeExtent(codes);
    const work = summaryWork(codes, extent);
    expect(work.next().done).toBe(false);
    expect(await inTurns(summaryWork(codes, extent))).toEqual(codeSummary(codes, extent));
    const labelled = { codes: wide(300, 1500), labels: Uint8Array.from({ length: 300 }, (_, i) => i % 3) };
    const some = { codes: wide(100, 1500), labels: labelled.labels.subarray(0, 100) };
    expect(accuracyWork(labelled, some).next().done).toBe(false);
    expect(await inTurns(accuracyWork(labelled, some))).toBe(neighbourAccuracy(labelled, some));
  });
});
