/**
 * Every network of `examples/` for an epoch of training in the page, in a headless Chromium.
 *
 *     node bench/explorer/examples.mjs [--only keras-vae,pytorch-vae] [--images 60000]
 *
 * In: options. Out: one JSON document on standard output: the losses of the epoch and what it took.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../../scripts/build.mjs';
import { root } from '../../scripts/setup.mjs';
import { openExplorer } from './explorer.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, images: { type: 'string', default: '60000' } } });
/** An epoch of the largest takes some minutes. */
const LONGEST_MS = 1_800_000;

await buildAll();
const { parseNetworkFile } = await import('latent-plane');
const folder = join(root, 'examples');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace(/\.yaml$/, ''))
  .filter((name) => values.only === undefined || values.only.split(',').includes(name));
const grey = (name) =>
  parseNetworkFile(readFileSync(join(folder, `${name}.yaml`), 'utf8'), name).spec.inputShape[2] !== 3;

const { url, browser, close } = await openExplorer();
const made = mkdtempSync(join(tmpdir(), 'latent-plane-examples-'));

const trained = async (name) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${url}#page=train&images=${values.images}`);
  await page.getByRole('button', { name: 'Start training' }).waitFor();
  // The images are those of the page, whatever the file names: a page reaches no other data set by name.
  const text = readFileSync(join(folder, `${name}.yaml`), 'utf8').replace(/^data: .*/m, 'data: mnist');
  const file = join(made, `${name}.yaml`);
  writeFileSync(file, text);
  await page.locator('input[data-opens=network]').setInputFiles(file);
  await page.getByLabel('Epochs', { exact: true }).waitFor();
  await page.locator('option', { hasText: `${name}.yaml` }).waitFor({ state: 'attached' });
  await page.getByLabel('Epochs', { exact: true }).fill('1');
  const begun = performance.now();
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.locator('[data-status=finished]').waitFor({ timeout: LONGEST_MS });
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  const words = (await page.locator('body').textContent()) ?? '';
  await page.screenshot({ path: join(tmpdir(), `latent-plane-example-${name}.png`) });
  await context.close();
  return { name, seconds, words };
};

const results = [];
try {
  for (const name of names.filter(grey)) {
    const { words, ...rest } = await trained(name);
    const loss = /done, loss (\d[\d.e+-]*\d)/.exec(words)?.[1];
    results.push({ ...rest, loss: loss === undefined ? null : Number(loss), words: values.only ? words : undefined });
    console.error(JSON.stringify({ ...rest, loss }));
  }
} finally {
  await close();
  rmSync(made, { recursive: true, force: true });
}
console.log(JSON.stringify(results, null, 2));
