/**
 * Made-up pages of text, to try networks that clean scans on: `npm run text-pages -- FOLDER [--seed 1]`.
 *
 * Writes `patches/`, IDX files of 32 x 32 pixels cut from clean pages, which `--dataset` takes; `clean/`, whole pages of
 * 384 x 512 pixels of other words; `noisy/`, the same pages as a poor scan of them: uneven light, noise, specks.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encode as encodePng } from 'fast-png';
import { encodeIdxImages, type ImageSet } from 'latent-plane';
import { RandomStream } from 'latent-plane/internal';
import { svgPixels } from '../packages/cli/src/pictures/render.ts';
import { cutPatches } from './cut-patches.ts';

const PATCH = 32;
const HEIGHT = 512;
const WIDTH = 384;
const MARGIN = 28;
/** Pages that patches for training, patches for testing and whole pages come from. */
const PAGES = { train: 60, test: 8, whole: 8 } as const;
const PATCHES = { train: 6000, test: 600 } as const;

/** Every second word is for training, the others for whole pages: no word stands in both. */
const WORDS = `
the of and to in is that it was for on are with as they be at one have this from or had by hot but some what there we can out
other were all your when up use word how said an each she which do their time if will way about many then them would write like
so these her long make thing see him two has look more day could go come did my sound no most number who over know water than
call first people may down side been now find any new work part take get place made live where after back little only round man
year came show every good me give our under name very through just form much great think say help low line before turn cause
same mean differ move right boy old too does tell sentence set three want air well also play small end put home read hand port
large spell add even land here must big high such follow act why ask men change went light kind off need house picture try us
again animal point mother world near build self earth father head stand own page should country found answer school grow study
still learn plant cover food sun four thought let keep eye never last door between city tree cross since hard start might story
saw far sea draw left late run while press close night real life few stop open seem together next white children begin got walk
example ease paper often always music those both mark book letter until mile river car feet care second group carry took rain
eat room friend began idea fish mountain north once base hear horse cut sure watch color face wood main enough plain girl usual
young ready above ever red list though feel talk bird soon body dog family direct pose leave song measure state product black
`
  .trim()
  .split(/\s+/);

type Kind = keyof typeof PAGES;

/** One number after another, 0 to 1, from a stream of its own. */
const numbersOf = (seed: number, name: string, index: number): (() => number) => {
  const drawn = new Float32Array(1);
  const stream = new RandomStream(seed, `text-pages/${name}`, index);
  return () => {
    stream.fillUniform(drawn, 0, 1);
    return drawn[0];
  };
};

const pick = <Value>(next: () => number, values: readonly Value[]): Value =>
  values[Math.min(values.length - 1, Math.floor(next() * values.length))];

/** `Words of a sentence.` */
const sentence = (next: () => number, words: readonly string[]): string => {
  const length = 4 + Math.floor(10 * next());
  const chosen = Array.from({ length }, () => {
    const drawn = next();
    const word = pick(next, words);
    return drawn < 0.04 ? String(Math.floor(2000 * next())) : drawn < 0.12 ? `${word},` : word;
  });
  const text = chosen.join(' ').replace(/,$/, '');
  return `${text[0].toUpperCase()}${text.slice(1)}${pick(next, ['.', '.', '.', '?', '!', ';'])}`;
};

interface Block {
  readonly svg: string;
  readonly height: number;
}

const textLine = (text: string, top: number, size: number, weight: number): string =>
  `<text x="${MARGIN}" y="${(top + size).toFixed(2)}" font-size="${size}" font-weight="${weight}">${text}</text>`;

/** Half of its size is about the mean width of a letter. */
const paragraph = (next: () => number, words: readonly string[], top: number): Block => {
  const size = 10 + 6 * next();
  const weight = next() < 0.2 ? 600 : 400;
  const letters = Math.floor((WIDTH - 2 * MARGIN) / (0.54 * size));
  const lines: string[] = [''];
  const text = Array.from({ length: 2 + Math.floor(3 * next()) }, () => sentence(next, words)).join(' ');
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last.length + word.length + 1 > letters) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return {
    svg: lines.map((line, i) => textLine(line, top + i * 1.4 * size, size, weight)).join(''),
    height: lines.length * 1.4 * size,
  };
};

const heading = (next: () => number, words: readonly string[], top: number): Block => {
  const size = 17 + 9 * next();
  const text = Array.from({ length: 2 }, () => pick(next, words)).join(' ');
  return { svg: textLine(`${text[0].toUpperCase()}${text.slice(1)}`, top, size, 600), height: 1.4 * size };
};

const rule = (next: () => number, _words: readonly string[], top: number): Block => ({
  svg: `<rect x="${MARGIN}" y="${(top + 4).toFixed(2)}" width="${WIDTH - 2 * MARGIN}" height="${(0.7 + 1.6 * next()).toFixed(2)}"/>`,
  height: 10,
});

/** Columns of a small chart, and their frame. */
const bars = (next: () => number, _words: readonly string[], top: number): Block => {
  const width = (WIDTH - 2 * MARGIN) / 12;
  const columns = Array.from({ length: 12 }, (_, i) => {
    const height = 6 + 50 * next();
    const isFull = next() < 0.5;
    return `<rect x="${(MARGIN + i * width + 3).toFixed(2)}" y="${(top + 60 - height).toFixed(2)}" width="${(width - 6).toFixed(2)}" height="${height.toFixed(2)}" ${isFull ? '' : 'fill="none" stroke="#222" stroke-width="1.2"'}/>`;
  });
  return {
    svg: `${columns.join('')}<rect x="${MARGIN}" y="${(top + 60).toFixed(2)}" width="${WIDTH - 2 * MARGIN}" height="1.2"/>`,
    height: 66,
  };
};

/** A clean page in grey, `[HEIGHT, WIDTH]`. */
const cleanPage = async (kind: Kind, seed: number, index: number): Promise<Uint8Array> => {
  const next = numbersOf(seed, `${kind}-page`, index);
  const words = WORDS.filter((_, i) => (i % 2 === 0) === (kind !== 'whole'));
  const blocks: string[] = [];
  let top = MARGIN - 8;
  while (top < HEIGHT - MARGIN) {
    const make =
      blocks.length === 0 ? heading : pick(next, [paragraph, paragraph, paragraph, paragraph, heading, rule, bars]);
    const { svg, height } = make(next, words, top);
    if (top + height > HEIGHT - MARGIN / 2) break;
    blocks.push(svg);
    top += height + 6 + 8 * next();
  }
  const { pixels } = await svgPixels(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="#fff"/><g fill="#222" font-family="Inter">${blocks.join('')}</g></svg>`,
  );
  return Uint8Array.from({ length: HEIGHT * WIDTH }, (_, i) => pixels[4 * i]);
};

/** `[HEIGHT, WIDTH]` as an image. */
const asImage = (pixels: Uint8Array): ImageSet => ({
  pixels,
  labels: new Uint8Array(1),
  count: 1,
  height: HEIGHT,
  width: WIDTH,
  channels: 1,
});

const patchesOf = async (kind: 'train' | 'test', seed: number): Promise<ImageSet> => {
  const pages = await Promise.all(Array.from({ length: PAGES[kind] }, (_, i) => cleanPage(kind, seed, i)));
  return cutPatches(pages.map(asImage), { count: PATCHES[kind], side: PATCH, seed, name: `text-pages/${kind}` });
};

/** A poor scan of a page: darker towards one side and its corners, noise at every pixel, specks of dust and of white. */
const scanned = (page: Uint8Array, seed: number, index: number): Uint8Array => {
  const next = numbersOf(seed, 'scan', index);
  const lost = 0.15 + 0.2 * next();
  const [toRight, toBottom] = [next(), next()];
  const level = 0.08 + 0.08 * next();
  const noise = new Float32Array(page.length);
  new RandomStream(seed, 'text-pages/noise', index).fillNormal(noise);
  const values = Float32Array.from(page, (value, i) => {
    const [y, x] = [Math.floor(i / WIDTH) / (HEIGHT - 1), (i % WIDTH) / (WIDTH - 1)];
    const side = (toRight * x + (1 - toRight) * (1 - x) + toBottom * y + (1 - toBottom) * (1 - y)) / 2;
    const corner = 2 * ((x - 0.5) ** 2 + (y - 0.5) ** 2);
    return (value / 255) * (1 - lost * (0.6 * side + 0.4 * corner));
  });
  const specks = 250 + Math.floor(250 * next());
  for (let i = 0; i < specks; i++) {
    const [row, column, radius] = [next() * HEIGHT, next() * WIDTH, 0.5 + 0.9 * next()];
    const value = next() < 0.7 ? 0.1 : 1;
    for (let r = Math.max(0, Math.floor(row - 2)); r < Math.min(HEIGHT, row + 2); r++)
      for (let c = Math.max(0, Math.floor(column - 2)); c < Math.min(WIDTH, column + 2); c++)
        if ((r - row) ** 2 + (c - column) ** 2 <= radius ** 2) values[r * WIDTH + c] = value;
  }
  return Uint8Array.from(values, (value, i) => Math.round(255 * Math.min(1, Math.max(0, value + level * noise[i]))));
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' } },
});
const [folder] = positionals;
const seed = Number(values.seed);
if (folder === undefined || existsSync(folder) || !Number.isSafeInteger(seed) || seed < 0) {
  console.error(
    folder === undefined
      ? 'expected a folder to write to: npm run text-pages -- FOLDER'
      : existsSync(folder)
        ? `${folder} exists: name another folder, or remove it`
        : `expected a whole number of 0 or more for --seed, got "${values.seed}"`,
  );
  process.exit(2);
}
for (const name of ['patches', 'clean', 'noisy']) mkdirSync(join(folder, name), { recursive: true });
for (const [stem, kind] of [
  ['train', 'train'],
  ['t10k', 'test'],
] as const)
  writeFileSync(join(folder, 'patches', `${stem}-images-idx3-ubyte`), encodeIdxImages(await patchesOf(kind, seed)));
for (let i = 0; i < PAGES.whole; i++) {
  const clean = await cleanPage('whole', seed, i);
  for (const [name, data] of [
    ['clean', clean],
    ['noisy', scanned(clean, seed, i)],
  ] as const)
    writeFileSync(
      join(folder, name, `page-${i + 1}.png`),
      encodePng({ width: WIDTH, height: HEIGHT, data, channels: 1, depth: 8 }),
    );
}
console.log(
  `${folder}: ${PATCHES.train} + ${PATCHES.test} patches of ${PATCH} x ${PATCH} pixels, ${PAGES.whole} pages of ${HEIGHT} x ${WIDTH}, clean and noisy; try: npx latent train examples/denoising-autoencoder.yaml --dataset ${folder}/patches`,
);
