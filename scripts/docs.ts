/** Writes the parts of docs that are made of code: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocks, withBlock } from './docs/blocks.ts';
import { root } from './setup.mjs';

for (const block of blocks) {
  const path = join(root, block.file);
  const text = readFileSync(path, 'utf8');
  const made = withBlock(text, block);
  if (made === text) continue;
  writeFileSync(path, made);
  console.error(`${block.file}: ${block.name}`);
}
