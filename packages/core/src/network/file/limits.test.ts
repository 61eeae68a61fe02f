import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MAX_TERMS } from '../../losses/combined.ts';
import { MAX_CLASSES, MAX_ID, MAX_LAYERS, MAX_RANK, MAX_RECORD, MAX_SIDE, MAX_TITLE } from '../json.ts';
import { MAX_STEP_BYTES, MAX_TENSOR } from '../memory.ts';
import { MAX_CODE_SIZE, MAX_PARAMETERS } from '../network.ts';
import { MAX_AUGMENTATIONS } from '../recipe/image-rows.ts';
import { MAX_ELEMENTS } from '../shape-inference.ts';

const page = readFileSync(new URL('../../../../../docs/networks.md', import.meta.url), 'utf8');
const grouped = (value: number): string => value.toLocaleString('en-US');

test.each([
  ['layers of a part', grouped(MAX_LAYERS)],
  ['numbers of a code', grouped(MAX_CODE_SIZE)],
  ['values between two layers, of one image', grouped(MAX_ELEMENTS)],
  ['parameters', grouped(MAX_PARAMETERS)],
  [
    'a step: batch x values of the widest layer; its memory',
    `${grouped(MAX_TENSOR)} numbers; ${(MAX_STEP_BYTES / 1e9).toPrecision(3)} GB`,
  ],
  ['sides of an image, each', `${MAX_RANK}, ${grouped(MAX_SIDE)}`],
  ['classes of a label', grouped(MAX_CLASSES)],
  ['terms of a loss', grouped(MAX_TERMS)],
  ['augmentations', grouped(MAX_AUGMENTATIONS)],
  ['letters of an `id`, `title`, `record`', [MAX_ID, MAX_TITLE, MAX_RECORD].map(grouped).join(', ')],
])('docs/networks.md says what is the limit of %s', (what, most) => {
  expect(page).toContain(`\n| ${what} | ${most} |\n`);
});
