/**
 * Patches of a person's own clean pages or photographs, to train a denoising network on:
 * `npm run patches -- IMAGES FOLDER [--size 32] [--count 6000] [--channels grey] [--seed 1]`.
 *
 * IMAGES is whatever `latent reconstruct` takes. Of every tenth picture patches are for tests. Writes IDX files that
 * `--dataset` takes.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeIdxImages } from 'latent-plane';
import { preprocess, reasonOf } from 'latent-plane/internal';
import { openEachImage } from '../packages/cli/src/data/index.ts';
import { cutPatches } from './cut-patches.ts';

const TESTED = 10;

const fail = (message: string): never => {
  console.error(message);
  process.exit(2);
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '32' },
    count: { type: 'string', default: '6000' },
    channels: { type: 'string', default: 'grey' },
    seed: { type: 'string', default: '1' },
  },
});
const [images, folder] = positionals;
if (images === undefined || folder === undefined)
  fail('expected images and a folder to write to: npm run patches -- IMAGES FOLDER');
if (existsSync(folder)) fail(`${folder} exists: name another folder, or remove it`);
const [side, count, seed] = [values.size, values.count, values.seed].map((text) => {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : fail(`expected a whole number above 0, got "${text}"`);
});
const channels =
  values.channels === 'grey' || values.channels === 'colour'
    ? values.channels
    : fail('expected grey or colour for --channels');
const read = await openEachImage(images).catch((error: unknown) => fail(reasonOf(error)));
for (const text of read.notes) console.error(`note: ${text}`);
const pages = read.images
  .map(({ image }) => preprocess(image, { type: 'pad', channels }))
  .filter(({ height, width }) => height >= side && width >= side);
if (pages.length < 2) fail(`expected two pictures or more of ${side} x ${side} pixels or more, got ${pages.length}`);
const isTested = (i: number): boolean => i % TESTED === TESTED - 1 || (pages.length < TESTED && i === pages.length - 1);
mkdirSync(folder, { recursive: true });
const kind = channels === 'grey' ? 'idx3' : 'idx4';
for (const [stem, own, share] of [
  ['train', pages.filter((_, i) => !isTested(i)), 1],
  ['t10k', pages.filter((_, i) => isTested(i)), 1 / TESTED],
] as const) {
  const set = cutPatches(own, { count: Math.ceil(count * share), side, seed, name: `patches/${stem}` });
  writeFileSync(join(folder, `${stem}-images-${kind}-ubyte`), encodeIdxImages(set));
}
console.log(`${folder}: ${count} + ${Math.ceil(count / TESTED)} patches of ${pages.length} pictures`);
