/** Random command lines against the built program; `npm run fuzz` runs 2,000. */
import { describe, expect, it } from 'vitest';
import { shown } from './command-line.ts';
import { fuzz } from './fuzz.ts';

const LINES = 100;
const SEED = 1;

describe('100 random command lines, a third of them valid', () => {
  it(
    'end with a code and words for a person, touch nothing but what they name, and leave no process',
    async () => {
      const indices = Array.from({ length: LINES }, (_, index) => index);
      const results = await fuzz({ seed: SEED, indices, parallel: 2 });
      const violations = results.flatMap(({ line, violations }) =>
        violations.map(({ kind, detail }) => `${line.index} ${shown(line)}\n${kind}: ${detail}`),
      );
      expect(violations).toEqual([]);
      const done = results.filter(({ ended }) => ended.code === 0).length;
      expect(done / LINES).toBeGreaterThan(0.3);
      expect(done / LINES).toBeLessThan(0.6);
    },
    30 * 60_000,
  );
});
