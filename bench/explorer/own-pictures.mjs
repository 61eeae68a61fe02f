/**
 * A folder of pictures given to the Train view, as a person drops it: how long until they are seen, trained on and explored.
 *
 *     node bench/explorer/own-pictures.mjs --folder FOLDER [--network examples/emoji-autoencoder.yaml] [--epochs 1] [--shots DIR]
 *
 * In: a folder of pictures (`node bench/packs/pictures.mjs` makes one), a file of a network that takes them. Out: one JSON
 * document on standard output: seconds until the first word of progress, until the contact sheet, until the end of the first
 * epoch and of all; memory of the page's process at its highest. Screenshots of each step with `--shots`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../../scripts/build.mjs';
import { openExplorer } from './explorer.mjs';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    network: { type: 'string', default: 'examples/emoji-autoencoder.yaml' },
    epochs: { type: 'string', default: '1' },
    shots: { type: 'string' },
  },
});
if (values.folder === undefined) throw new Error('name a folder: --folder FOLDER');
const folder = resolve(values.folder);
const PATIENCE_MS = 1_800_000;

/** Resident memory of the browser's processes of pages, MiB: the largest. */
const residentMiB = () => {
  const lines = execFileSync('ps', ['-eo', 'rss=,args='], { encoding: 'utf8' }).split('\n');
  const pages = lines.filter((line) => line.includes('--type=renderer'));
  return Math.max(0, ...pages.map((line) => Number(line.trim().split(/\s+/)[0]) / 1024));
};

await buildAll();
const { url, browser, close } = await openExplorer();
let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, residentMiB());
}, 1000);
const began = { at: performance.now() };
const since = () => Math.round((performance.now() - began.at) / 100) / 10;
const results = { pictures: readdirSync(folder, { recursive: true }).filter((name) => /\.\w+$/.test(name)).length };
try {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
  const shoot = async (name) => {
    if (values.shots === undefined) return;
    mkdirSync(values.shots, { recursive: true });
    await page.screenshot({ path: join(values.shots, `${name}.png`) });
  };
  await page.goto(`${url}#page=train`);
  await page.getByRole('button', { name: 'Start training' }).waitFor();
  const text = readFileSync(values.network, 'utf8').replace(/^data: .*/m, 'data: mnist');
  const name = `mine-${Date.now()}.yaml`;
  await page
    .locator('input[data-opens=network]')
    .setInputFiles({ name, mimeType: 'text/yaml', buffer: Buffer.from(text) });
  await page.locator('option', { hasText: name }).waitFor({ state: 'attached' });
  await page.getByLabel('Images of your own').check();
  began.at = performance.now();
  await page.locator('input[data-opens=folder]').setInputFiles(folder);
  results.handedOver = since();
  page
    .locator('.own[aria-busy=true]')
    .waitFor({ timeout: PATIENCE_MS })
    .then(() => {
      results.firstWord = since();
    })
    .catch(() => undefined);
  await page.locator('.own[aria-busy=false] [data-sheet]').waitFor({ timeout: PATIENCE_MS });
  results.contactSheet = since();
  await page.locator('[data-sheet]').scrollIntoViewIfNeeded();
  await shoot('read');
  await page.getByLabel('Epochs', { exact: true }).fill(values.epochs);
  began.at = performance.now();
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.locator('[data-status=finished]').waitFor({ timeout: PATIENCE_MS });
  results.trained = since();
  await page.waitForTimeout(3000);
  await shoot('trained');
  await page
    .getByRole('button', { name: /Explore/ })
    .last()
    .click();
  await page.locator('canvas').first().waitFor();
  const placing = page.getByText(/Placing images/).first();
  await placing.waitFor({ timeout: PATIENCE_MS });
  await placing.waitFor({ state: 'detached', timeout: PATIENCE_MS });
  // The class map is the last to come.
  await page.locator('[data-classes*=x]').first().waitFor({ state: 'attached', timeout: PATIENCE_MS });
  await page.waitForTimeout(3000);
  results.explored = since();
  await shoot('explored');
} finally {
  clearInterval(watch);
  results.peakMiB = Math.round(peak);
  await close();
}
console.log(JSON.stringify(results, null, 2));
