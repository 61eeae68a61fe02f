/**
 * The first test images out of codes of many sizes, beside each other: `npm run code-sizes -- SWEEP FOLDER`.
 *
 * SWEEP is the folder of the sweep of `examples/code-sizes/sweep.yaml`. FOLDER gets a PNG for each of its networks: a row for each
 * size of the code, the images themselves above.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAutoencoder, readDataset } from '../packages/cli/src/commands/model-arguments.ts';
import { imageGridFile } from '../packages/cli/src/pictures/image-grid.ts';
import { codeSizeOf, decodeCodes, encodeSets, toByte } from '../packages/core/src/codes/index.ts';
import { imageSize, sliceSet } from '../packages/core/src/images/index.ts';

const IMAGES = 12;

const [sweep, folder] = process.argv.slice(2);
if (sweep === undefined || folder === undefined) {
  console.error('expected the folder of a sweep and one to write to: npm run code-sizes -- SWEEP FOLDER');
  process.exit(2);
}
const opened = [];
for (const run of readdirSync(join(sweep, 'runs'))) {
  const { model, running } = await openAutoencoder(join(sweep, 'runs', run));
  opened.push({ model, running, size: codeSizeOf(running), family: model.spec.title.replace(/,.*/, '') });
}
const dataset = await readDataset(opened[0].model, undefined);
const shown = sliceSet(dataset.test, 0, IMAGES);
const pixels = imageSize(shown);
const images = Array.from({ length: IMAGES }, (_, i) => shown.pixels.slice(i * pixels, (i + 1) * pixels));
mkdirSync(folder, { recursive: true });
for (const family of new Set(opened.map((each) => each.family))) {
  const rows = opened.filter((each) => each.family === family).sort((a, b) => a.size - b.size);
  const drawn = [];
  for (const { running } of rows) {
    const { values } = await encodeSets(running, [shown]);
    const reconstructed = await decodeCodes(running, values);
    for (let i = 0; i < IMAGES; i++)
      drawn.push(Uint8Array.from(reconstructed.subarray(i * pixels, (i + 1) * pixels), toByte));
  }
  const file = await imageGridFile(
    {
      title: `${family}: the first test images through codes of ${rows[0].size} to ${rows[rows.length - 1].size} numbers`,
      subtitle: 'Above the images themselves, below what each network draws of its code.',
      rows: [
        ['image', ''],
        ...rows.map(({ size }): [string, string] => [`${size} number${size === 1 ? '' : 's'}`, '']),
      ],
      columns: images.map((_, i) => `${i}`),
      images: [...images, ...drawn],
      tile: { height: shown.height, width: shown.width, channels: shown.channels },
    },
    '.png',
  );
  const path = join(folder, `${family.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.png`);
  writeFileSync(path, file);
  console.log(path);
}
