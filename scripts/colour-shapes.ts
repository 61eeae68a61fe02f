/**
 * Made-up pictures in colour, to try networks of three channels on: discs, squares and triangles, each of its own colour,
 * size and place on a ground of its own. Writes IDX files that `--dataset` takes:
 * `npm run colour-shapes -- FOLDER [--count 4000] [--size 64] [--seed 1]`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeIdxImages, encodeIdxLabels, type ImageSet } from 'latent-plane';
import { RandomStream } from 'latent-plane/internal';

const CLASSES = ['disc', 'square', 'triangle'] as const;
/** Colours of shape and ground, then place and radius. */
const DRAWN = 9;
/** Steps on each side within which a pixel at an edge is counted. */
const STEPS = 3;

/** Whether a point is within a shape of radius 1 about the origin; y grows downwards. */
const WITHIN: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => x * x + y * y < 1,
  (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.8,
  (x, y) => y < 0.6 && y > -1 + 1.8 * Math.abs(x),
];

/** Share of a pixel that a shape covers. */
const coverage = (within: (x: number, y: number) => boolean, x: number, y: number, radius: number): number => {
  let covered = 0;
  for (let i = 0; i < STEPS; i++)
    for (let j = 0; j < STEPS; j++)
      if (within((x + (j + 0.5) / STEPS) / radius, (y + (i + 0.5) / STEPS) / radius)) covered += 1;
  return covered / STEPS ** 2;
};

const draw = (count: number, size: number, seed: number, name: string): ImageSet => {
  const pixels = new Uint8Array(count * size * size * 3);
  const labels = new Uint8Array(count);
  const drawn = new Float32Array(DRAWN);
  for (let image = 0, at = 0; image < count; image++) {
    new RandomStream(seed, `colour-shapes/${name}`, image).fillUniform(drawn, 0, 1);
    labels[image] = image % CLASSES.length;
    const radius = size * (0.15 + 0.2 * drawn[6]);
    const centre = [drawn[7], drawn[8]].map((share) => radius + share * (size - 2 * radius));
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const share = coverage(WITHIN[labels[image]], x - centre[0], y - centre[1], radius);
        // Bright shapes on dark grounds.
        for (let c = 0; c < 3; c++)
          pixels[at++] = Math.round(255 * (share * (0.4 + 0.6 * drawn[c]) + (1 - share) * 0.3 * drawn[3 + c]));
      }
  }
  return { count, height: size, width: size, channels: 3, pixels, labels };
};

const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`expected a whole number above 0, got "${text}"`);
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '4000' },
    size: { type: 'string', default: '64' },
    seed: { type: 'string', default: '1' },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('name the folder to write: npm run colour-shapes -- FOLDER');
const [count, size, seed] = [values.count, values.size, values.seed].map(wholeNumber);
mkdirSync(folder, { recursive: true });
for (const [stem, set] of [
  ['train', draw(count, size, seed, 'train')],
  ['t10k', draw(Math.ceil(count / 8), size, seed, 'test')],
] as const) {
  writeFileSync(join(folder, `${stem}-images-idx4-ubyte`), encodeIdxImages(set));
  writeFileSync(join(folder, `${stem}-labels-idx1-ubyte`), encodeIdxLabels(set.labels));
}
writeFileSync(join(folder, 'classes.txt'), `${CLASSES.join('\n')}\n`);
console.log(`${folder}: ${count} images of ${size} x ${size} x 3, ${CLASSES.join(', ')}`);
