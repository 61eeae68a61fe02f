/**
 * Files of one autoencoder of about 20 MB in each format that is read: time and memory until its network runs, in Node and in
 * the page.
 *
 *     python3 bench/formats/large.py FOLDER
 *     node bench/formats/large.mjs FOLDER [--shots DIR]
 *
 * In: a folder that `large.py` wrote. Out: one JSON document on standard output. In Node, a process for each file: seconds from
 * its bytes to the network and to its first reconstruction, and how much larger the process became at its highest. In Chromium,
 * a page for each: seconds from the file's choice to the images on its plane, and the page's process at its highest.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildAll } from '../../scripts/build.mjs';
import { openExplorer } from '../explorer/explorer.mjs';

const NETWORK = `id: wide
title: Dense layers of 20 MB
data: mnist
inputShape: [784]
encoder:
  - { type: dense, units: 1536, activation: relu }
  - { type: dense, units: 768, activation: relu }
  - { type: dense, units: 2 }
decoder:
  - { type: dense, units: 768, activation: relu }
  - { type: dense, units: 1536, activation: relu }
  - { type: dense, units: 784, activation: sigmoid }
`;
/** What is opened, each with what lies beside it; of ours as they are exported. */
const WEIGHTS_ALONE = /state-dict|checkpoint|weights/;
const MiB = (bytes) => Math.round((10 * bytes) / 2 ** 20) / 10;
const seconds = (ms) => Math.round(ms / 10) / 100;

/** Resident memory at its highest; what the system says of a process's children and parents is not in it. */
const peakBytes = () => 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);

const readInNode = async (folder, file) => {
  const latent = { ...(await import('latent-plane')), ...(await import('latent-plane/internal')) };
  const { nodeRuntime } = await import('latent-plane/node');
  const read = (name) => new Uint8Array(readFileSync(join(folder, name)));
  const network = WEIGHTS_ALONE.test(file) ? latent.parseNetworkFile(NETWORK, 'network.yaml') : undefined;
  // What the engine takes by itself is not the file's.
  const small = latent.findNetwork('dense-1');
  const warm = latent.resolveNetwork(small);
  const drawn = latent.initializeParameters(warm.parameters, 1);
  const slots = latent.parameterSlots(warm.parameters);
  const weights = new Map(
    slots.map(({ parameter, offset, length }) => [parameter.name, drawn.slice(offset, offset + length)]),
  );
  await (
    await latent.createInference(warm, weights, { target: 'autoencoder', runtime: nodeRuntime, batchSize: 1 })
  ).release();
  const before = peakBytes();
  const began = performance.now();
  const beside = async (name) => read(join(file, '..', name));
  const model = await latent.readModel({ file, bytes: read(file), beside }, { network: network?.spec });
  const opened = performance.now();
  const target = 'autoencoder';
  const inference = await latent.createInference(model.network, model.weights, {
    target,
    runtime: nodeRuntime,
    batchSize: 1,
  });
  await inference.run(new Float32Array(784));
  const ran = performance.now();
  await inference.release();
  const after = peakBytes();
  return {
    read: seconds(opened - began),
    ran: seconds(ran - began),
    addedMiB: MiB(after - before),
    peakMiB: MiB(after),
  };
};

/** Resident memory of the browser's largest process of a page. */
const rendererBytes = () => {
  const lines = execFileSync('ps', ['-eo', 'rss=,args='], { encoding: 'utf8' }).split('\n');
  return Math.max(
    0,
    ...lines.filter((line) => line.includes('--type=renderer')).map((line) => Number.parseInt(line, 10) * 1024),
  );
};

const openInPage = async ({ browser, url }, folder, names, shot) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('canvas').first().waitFor();
  await page.waitForTimeout(4000);
  const before = rendererBytes();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, rendererBytes());
  }, 200);
  const began = performance.now();
  await page.locator('input[type=file][accept]').setInputFiles(names.map((name) => join(folder, name)));
  const opened = page.waitForSelector('section[aria-label="Opened file"]', { timeout: 120_000 });
  const refused = page.locator('dialog [role=alert]').waitFor({ timeout: 120_000 });
  await Promise.race([
    opened,
    refused.then(async () => {
      throw new Error(await page.locator('dialog').innerText());
    }),
  ]);
  const took = performance.now() - began;
  await page.waitForTimeout(3000);
  clearInterval(watch);
  if (shot) await page.screenshot({ path: shot });
  await context.close();
  return { opened: seconds(took), beforeMiB: MiB(before), peakMiB: MiB(peak) };
};

const own = async (folder) => {
  const latent = { ...(await import('latent-plane')), ...(await import('latent-plane/internal')) };
  const keras = readFileSync(join(folder, 'keras-3.keras'));
  const model = await latent.readModel({ file: 'keras-3.keras', bytes: new Uint8Array(keras) });
  for (const format of ['keras', 'onnx', 'tfjs', 'safetensors']) {
    const files = await latent.writeFormat(format, model);
    for (const [name, bytes] of files) {
      const place = join(folder, `own-${format}`);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, name), bytes);
    }
  }
};

const main = async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { shots: { type: 'string' } } });
  const folder = resolve(positionals[0] ?? '.');
  await buildAll();
  await own(folder);
  writeFileSync(join(folder, 'network.yaml'), NETWORK);
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.(keras|h5|onnx|pt|pth|safetensors)$|model\.json$/.test(name))
    .filter((name) => !/own-onnx/.test(name) || /autoencoder/.test(name))
    .sort();
  const explorer = await openExplorer(['dense-1']);
  const rows = [];
  try {
    for (const file of files) {
      const beside = readdirSync(join(folder, file, '..')).filter(
        (name) => /\.bin$/.test(name) && /model\.json$/.test(file),
      );
      const names = [file, ...beside.map((name) => relative(folder, join(folder, file, '..', name)))];
      if (WEIGHTS_ALONE.test(file) && !/^own/.test(file)) names.push('network.yaml');
      const MB = names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 1e6;
      const child = [fileURLToPath(import.meta.url), '--read', folder, file];
      const tried = (action) =>
        Promise.resolve()
          .then(action)
          .catch((error) => ({ failed: String(error.message).slice(0, 400) }));
      const node = await tried(() => JSON.parse(execFileSync(process.execPath, child, { encoding: 'utf8' })));
      const shot = values.shots && join(values.shots, `${file.replaceAll('/', '-')}.png`);
      const page = await tried(() => openInPage(explorer, folder, names, shot));
      rows.push({ file, MB: Math.round(10 * MB) / 10, node, page });
      console.error(JSON.stringify(rows.at(-1)));
    }
  } finally {
    await explorer.close();
  }
  console.log(JSON.stringify(rows, null, 2));
};

if (process.argv[2] === '--read') console.log(JSON.stringify(await readInNode(process.argv[3], process.argv[4])));
else await main();
