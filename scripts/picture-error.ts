/**
 * How far pictures are from others of the same names: `npm run picture-error -- CLEAN FOLDER...`.
 *
 * Prints for each folder the mean squared error (pixels 0 to 1) and the peak signal-to-noise ratio against CLEAN, means over the
 * pictures; for the first one also those of plain filters of it: a 3 x 3 median, a Gaussian blur of 1 pixel, and the median
 * divided by how bright the paper is about each pixel.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode as decodePng } from 'fast-png';

interface Grey {
  readonly width: number;
  readonly height: number;
  /** 0 to 1. */
  readonly values: Float64Array;
}

const read = (path: string): Grey => {
  const { width, height, data, channels } = decodePng(readFileSync(path));
  if (channels !== 1) throw new Error(`${path}: expected a grey picture, got ${channels} channels`);
  return { width, height, values: Float64Array.from(data, (value) => value / 255) };
};

/** Each pixel from those of a square of `2 radius + 1` about it; at the edge the last ones are repeated. */
const filtered = ({ width, height, values }: Grey, radius: number, make: (near: Float64Array) => number): Grey => {
  const side = 2 * radius + 1;
  const near = new Float64Array(side * side);
  const clamp = (at: number, length: number): number => Math.min(length - 1, Math.max(0, at));
  const made = values.map((_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    for (let p = 0; p < near.length; p++)
      near[p] =
        values[clamp(row + Math.floor(p / side) - radius, height) * width + clamp(column + (p % side) - radius, width)];
    return make(near);
  });
  return { width, height, values: made };
};

const median = (picture: Grey): Grey => filtered(picture, 1, (near) => near.slice().sort()[near.length >> 1]);

const GAUSSIAN = Array.from({ length: 49 }, (_, p) =>
  Math.exp(-((Math.floor(p / 7) - 3) ** 2 + ((p % 7) - 3) ** 2) / 2),
);
const GAUSSIAN_SUM = GAUSSIAN.reduce((sum, weight) => sum + weight, 0);
const blur = (picture: Grey): Grey =>
  filtered(picture, 3, (near) => near.reduce((sum, value, p) => sum + value * GAUSSIAN[p], 0) / GAUSSIAN_SUM);

/** Paper becomes white: divided by the 90 % quantile of the surroundings of a median, 15 x 15 pixels. */
const evened = (picture: Grey): Grey => {
  const smooth = median(picture);
  const paper = filtered(smooth, 7, (near) => near.sort()[Math.floor(0.9 * near.length)]);
  return { ...picture, values: smooth.values.map((value, i) => Math.min(1, value / Math.max(0.1, paper.values[i]))) };
};

const errorOf = (a: Grey, b: Grey): number => {
  if (a.width !== b.width || a.height !== b.height) throw new Error('expected pictures of one size');
  return a.values.reduce((sum, value, i) => sum + (value - b.values[i]) ** 2, 0) / a.values.length;
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const [clean, ...folders] = process.argv.slice(2);
if (clean === undefined || folders.length === 0) {
  console.error('expected two folders or more: npm run picture-error -- CLEAN FOLDER...');
  process.exit(2);
}
const missing = [clean, ...folders].find((folder) => !existsSync(folder));
if (missing !== undefined) {
  console.error(`expected folders of pictures, got "${missing}", which is not there`);
  process.exit(2);
}
const names = readdirSync(clean).filter((name) => name.endsWith('.png'));
const originals = names.map((name) => read(join(clean, name)));
const report = (title: string, made: (name: string) => Grey): void => {
  const errors = names.map((name, i) => errorOf(made(name), originals[i]));
  const decibels = errors.map((error) => -10 * Math.log10(error));
  console.log(`${title.padEnd(40)} MSE ${mean(errors).toFixed(5)}   PSNR ${mean(decibels).toFixed(2)} dB`);
};
folders.forEach((folder, i) => {
  report(folder, (name) => read(join(folder, name)));
  if (i > 0) return;
  report('  median of 3 x 3', (name) => median(read(join(folder, name))));
  report('  Gaussian blur, 1 pixel', (name) => blur(read(join(folder, name))));
  report('  median, paper made white', (name) => evened(read(join(folder, name))));
});
