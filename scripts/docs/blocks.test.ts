import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../setup.mjs';
import { blocks, withBlock } from './blocks.ts';

it.each(blocks.map((block) => [block.file, block.name, block] as const))(
  '%s has the %s of the code; npm run docs writes them',
  (file, _, block) => {
    const text = readFileSync(join(root, file), 'utf8');
    expect(withBlock(text, block)).toBe(text);
  },
);

it('a file without its block is refused by name', () => {
  expect(() => withBlock('nothing', { file: 'docs/a.md', name: 'b', make: () => '' })).toThrow(/docs\/a\.md: .*b:/);
});
