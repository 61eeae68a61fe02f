import { describe, expect, it } from 'vitest';
import { counting } from './counting.ts';

/** A stream that nobody watches, and a clock that is set by hand. */
const watched = () => {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const stream = Object.assign(Object.create(process.stderr) as NodeJS.WriteStream, {
    isTTY: false,
    write: (text: string) => lines.push(text) > 0,
  });
  return { lines, clock, ...counting('encoding', 'images', stream, () => clock.ms) };
};

describe('counting', () => {
  it('says nothing of work that is over within a second', () => {
    const { lines, clock, onProgress, end } = watched();
    for (clock.ms = 0; clock.ms < 1000; clock.ms += 100) onProgress(clock.ms, 1000);
    end();
    expect(lines).toEqual([]);
  });

  it('then writes a line every five seconds with rate and time left', () => {
    const { lines, clock, onProgress } = watched();
    for (clock.ms = 100; clock.ms <= 12_000; clock.ms += 100) onProgress(2 * clock.ms, 70_000);
    expect(lines).toEqual([
      'encoding: 2,000 of 70,000 images, 2,000 images/s, 34 s left\n',
      'encoding: 12,000 of 70,000 images, 2,000 images/s, 29 s left\n',
      'encoding: 22,000 of 70,000 images, 2,000 images/s, 24 s left\n',
    ]);
  });
});
