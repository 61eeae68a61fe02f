/**
 * A network trained through the Train view in a headless Chromium, beside the command line with the same seed.
 *
 *     node bench/explorer/train-losses.mjs [--train dense-1] [--recipe best] [--epochs 5] [--seed 1]
 *
 * In: options; the page's built-in images, all of MNIST. Out: a table in Markdown on standard output: each epoch's loss
 * here and there, there with another number of threads too, and what `latent evaluate` says of the run folders, on
 * training and test images. The runs are kept in `--out`: one that stands is not trained again.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../../scripts/build.mjs';
import { launchBrowser } from '../../scripts/find-browser.mjs';
import { root } from '../../scripts/setup.mjs';

const { values } = parseArgs({
  options: {
    train: { type: 'string', default: 'dense-1' },
    recipe: { type: 'string', default: 'best' },
    epochs: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: join(root, 'runs', 'beside-the-page') },
  },
});
await buildAll();
const { unzipSync } = createRequire(join(root, 'apps/explorer/package.json'))('fflate');

const cli = join(root, 'packages/cli/bin/latent.js');
const latent = (...args) =>
  execFileSync(process.execPath, [cli, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const name = `${values.train}-${values.recipe}-${values.epochs}-epochs-seed${values.seed}`;
const [page, command, elsewise] = ['page', 'command', 'command-other-threads'].map((side) =>
  join(values.out, `${name}-${side}`),
);
const isDone = (folder) =>
  existsSync(join(folder, 'metrics.json')) &&
  JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8')).epochs === Number(values.epochs);

/** Presses what a person would, and takes the run folder home. */
/** A run that did not come to its end is trained again; anything else is somebody's. */
const clear = (folder) => {
  if (existsSync(folder) && !existsSync(join(folder, 'config.json')))
    throw new Error(`${folder}: expected a run folder or nothing, got another; give another --out`);
  rmSync(folder, { recursive: true, force: true });
};
const trainInPage = async (folder) => {
  const server = spawn(process.execPath, [cli, 'explore', '--port', '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const browser = await launchBrowser();
  try {
    const url = await new Promise((resolve, reject) => {
      let said = '';
      server.stdout.on('data', (chunk) => {
        said += chunk;
        const found = /open at (http:\S+)[\s\S]*Ctrl-C/.exec(said);
        if (found) resolve(found[1]);
      });
      server.once('exit', (code) => reject(new Error(`latent explore ended with ${code}: ${said}`)));
    });
    const tab = await browser.newPage();
    const { train, recipe, epochs, seed } = values;
    await tab.goto(`${url}#${new URLSearchParams({ page: 'train', train, recipe, epochs, seed })}`);
    await tab.getByRole('button', { name: 'Start training' }).click();
    await tab.locator('[data-status=running]').waitFor({ timeout: 120_000 });
    await tab.locator('[data-status=finished]').waitFor({ timeout: 3_600_000 });
    const download = tab.waitForEvent('download');
    await tab.getByRole('button', { name: /^Run folder/ }).click();
    for (const [path, bytes] of Object.entries(unzipSync(readFileSync(await (await download).path())))) {
      const file = join(folder, path.slice(path.indexOf('/') + 1));
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, bytes);
    }
  } finally {
    await browser.close();
    server.removeAllListeners('exit');
    server.kill('SIGINT');
    await once(server, 'exit');
  }
};

if (!isDone(page)) {
  clear(page);
  await trainInPage(page);
}
const threads = (folder) => JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).threads;
const trainInCommand = (folder, count) => {
  if (isDone(folder)) return;
  clear(folder);
  const { train, recipe, epochs, seed } = values;
  const settings = ['--recipe', recipe, '--epochs', epochs, '--seed', seed, '--threads', String(count)];
  latent('train', train, ...settings, '--out', folder);
};
// Threads decide the order of sums: the page's, and for comparison another number.
const same = threads(page);
const other = same === 1 ? 2 : 1;
trainInCommand(command, same);
trainInCommand(elsewise, other);

const historyOf = (folder) =>
  readFileSync(join(folder, 'history.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const sides = [page, command, elsewise].map((folder) => ({
  history: historyOf(folder),
  mse: JSON.parse(latent('evaluate', folder, '--json')).mse,
}));
const of = (count) => `${count} ${count === 1 ? 'thread' : 'threads'}`;
const { versions } = JSON.parse(readFileSync(join(page, 'config.json'), 'utf8'));
console.log(`${name}: ${versions.browser}, ONNX Runtime ${versions.onnxruntime}, threads: ${same}\n`);
console.log(`| ${values.train} | the page | command line, ${of(same)} | command line, ${of(other)} |`);
console.log('|---|---|---|---|');
const row = (what, of) => console.log(`| ${what} | ${sides.map((side) => of(side).toFixed(6)).join(' | ')} |`);
for (const [i, { epoch }] of sides[0].history.entries())
  row(`loss of epoch ${epoch}`, ({ history }) => history[i].loss);
row('error on the training images', ({ mse }) => mse.train);
row('error on the test images', ({ mse }) => mse.test);
