/**
 * Many pictures in a folder: made, then read by the program.
 *
 * `node bench/packs/pictures.mjs --folder FOLDER [--count 100000]` writes PNGs of bright discs in four folders of
 * classes, where they are not there yet.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { encode } from 'fast-png';
import { draw, randomOf, SIDE } from './discs.mjs';

const { values } = parseArgs({
  options: { folder: { type: 'string' }, count: { type: 'string', default: '100000' } },
});
if (values.folder === undefined) throw new Error('name a folder: --folder FOLDER');
const count = Number(values.count);
const CLASSES = ['north', 'east', 'south', 'west'];
for (const name of CLASSES) mkdirSync(join(resolve(values.folder), name), { recursive: true });
for (let i = 0; i < count; i++) {
  const path = join(resolve(values.folder), CLASSES[i % 4], `${String(i).padStart(7, '0')}.png`);
  if (existsSync(path)) continue;
  const data = new Uint8Array(SIDE * SIDE * 3);
  draw(data, 0, randomOf(i + 1));
  writeFileSync(path, encode({ width: SIDE, height: SIDE, channels: 3, data }, { zlib: { level: 1 } }));
}
