/**
 * What the page holds while all of it is used, minute by minute.
 *
 *     node bench/explorer/memory.mjs [--minutes 10] [--model vae-1] [--networks 2]
 *
 * In: options. Out: one JSON document on standard output; one line a minute on standard error. Every reading is taken
 * after forced garbage collections, on the first view of one network with no tool open. Between them every view, tool and
 * layer is used in turn, networks are changed, a file is opened and closed, the theme is changed. Rounds visit all
 * networks in turn, or only so many of them: what is kept of a network is then there after the first of each.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../../scripts/build.mjs';
import { root } from '../../scripts/setup.mjs';
import { openExplorer } from './explorer.mjs';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, model: { type: 'string' }, networks: { type: 'string' } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error(`--minutes: expected a number above 0, got "${values.minutes}"`);
  process.exit(2);
}

/** Objects that cost more than their share of the heap shows. */
const COUNTED = {
  canvases: 'HTMLCanvasElement',
  webglContexts: 'WebGL2RenderingContext',
  bitmaps: 'ImageBitmap',
  workers: 'Worker',
};
const FILE = join(root, 'models/autoencoders/encod_decod_CNN-3.keras');
const PATIENCE_MS = 60_000;

const pause = (page, ms) => page.waitForTimeout(ms);
/** A locator keeps nothing; `waitForSelector` would hold on to what it found, and all around it, for as long as the page is open. */
const there = (page, selector, state = 'attached') =>
  page.locator(selector).first().waitFor({ state, timeout: PATIENCE_MS });
const drawn = async (page) => {
  await there(page, '[data-points]');
  await there(page, '[data-field], [data-classes][data-faded]');
};
const go = async (page, hash) => {
  await page.evaluate((next) => {
    location.hash = next;
  }, hash);
};
const explore = async (page, model) => {
  await go(page, `model=${model}`);
  await drawn(page);
};
const planeBox = async (page) => {
  const { x, y, width } = await page.locator('.surface').boundingBox();
  return { left: x, top: y, side: width };
};

/** A figure of eight over the plane. */
const sweep = async (page, ms) => {
  const { left, top, side } = await planeBox(page);
  const began = performance.now();
  for (let now = 0; now < ms; now = performance.now() - began) {
    const angle = (2 * Math.PI * now) / 2000;
    await page.mouse.move(left + side * (0.5 + 0.4 * Math.sin(angle)), top + side * (0.5 + 0.3 * Math.sin(2 * angle)));
    await pause(page, 16);
  }
};

/** Near enough for pictures, and back. */
const zoom = async (page) => {
  const { left, top, side } = await planeBox(page);
  await page.mouse.move(left + 0.4 * side, top + 0.6 * side);
  for (let i = 0; i < 12; i++) await page.mouse.wheel(0, -150);
  await pause(page, 800);
  for (let i = 0; i < 12; i++) await page.mouse.wheel(0, 150);
  await page.mouse.click(left + 0.3 * side, top + 0.3 * side);
};

/** Every layer once off or on, and back. */
const layers = async (page) => {
  const buttons = page.getByRole('group', { name: 'Layers' }).getByRole('button');
  for (let i = 0; i < (await buttons.count()); i++) {
    await buttons.nth(i).click();
    await pause(page, 400);
    await buttons.nth(i).click();
  }
};

/** Every tool opened, the plane used beside it, and closed. */
const tools = async (page) => {
  const buttons = page.getByRole('group', { name: 'Tools' }).getByRole('button');
  for (let i = 0; i < (await buttons.count()); i++) {
    await buttons.nth(i).click();
    await there(page, '#tool-panel > *');
    await pause(page, 700);
    const pad = page.getByRole('application', { name: 'Drawing pad' });
    const slider = page.locator('#tool-panel').getByRole('slider');
    if (await pad.isVisible()) {
      const { x, y, width } = await pad.boundingBox();
      await page.mouse.move(x + 0.5 * width, y + 0.2 * width);
      await page.mouse.down();
      await page.mouse.move(x + 0.5 * width, y + 0.8 * width, { steps: 8 });
      await page.mouse.up();
      await pause(page, 500);
    } else if ((await slider.count()) > 0) {
      await slider.first().focus();
      for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'End']) await page.keyboard.press(key);
      await pause(page, 700);
    }
    await sweep(page, 600);
    await buttons.nth(i).click();
  }
};

const compare = async (page) => {
  await go(page, 'page=compare');
  await page.locator('.linked [data-points]').nth(1).waitFor({ state: 'attached', timeout: PATIENCE_MS });
  const { x, y, width } = await page.locator('.linked').first().boundingBox();
  for (let i = 0; i < 20; i++) {
    await page.mouse.move(x + width * (0.1 + 0.04 * i), y + 0.5 * width);
    await pause(page, 16);
  }
  await page.getByRole('columnheader', { name: /^All/ }).getByRole('button').click();
  await pause(page, 500);
};

const other = async (page, name) => {
  await go(page, `page=${name}`);
  await pause(page, 1500);
};

/** A training that is begun, and left at once. */
const train = async (page) => {
  await go(page, 'page=train');
  const button = (name) => page.getByRole('button', { name, exact: true });
  await pause(page, 1500);
  if (!(await button('Start training').isVisible())) return;
  await button('Start training').click();
  await pause(page, 2500);
  for (const name of ['Pause', 'Reset']) if (await button(name).isVisible()) await button(name).click();
};

const file = async (page) => {
  await page.locator('input[type=file][accept]').first().setInputFiles(FILE);
  await there(page, 'section[aria-label="Opened file"]');
  await drawn(page);
  await sweep(page, 500);
  await page.getByRole('button', { name: 'Close it' }).click();
  await drawn(page);
};

await buildAll();
const { url, browser, close } = await openExplorer();
try {
  const index = await (await fetch(`${url}data/index.json`)).json();
  const model = values.model ?? index.default;
  const networks = index.networks.map(({ id }) => id).slice(0, values.networks ? Number(values.networks) : undefined);
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');

  const counts = async () => {
    const found = {};
    for (const [name, type] of Object.entries(COUNTED)) {
      const { result } = await session.send('Runtime.evaluate', {
        expression: `${type}.prototype`,
        objectGroup: 'counts',
      });
      const { objects } = await session.send('Runtime.queryObjects', {
        prototypeObjectId: result.objectId,
        objectGroup: 'counts',
      });
      const { result: length } = await session.send('Runtime.callFunctionOn', {
        objectId: objects.objectId,
        functionDeclaration: 'function () { return this.length; }',
        returnByValue: true,
      });
      found[name] = length.value;
    }
    await session.send('Runtime.releaseObjectGroup', { objectGroup: 'counts' });
    return found;
  };
  /** Weights, codes and images: the arrays of numbers that the heap's own figure leaves out. */
  const arrays = async () => {
    const chunks = [];
    const hear = ({ chunk }) => chunks.push(chunk);
    session.on('HeapProfiler.addHeapSnapshotChunk', hear);
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    session.off('HeapProfiler.addHeapSnapshotChunk', hear);
    const { snapshot, nodes, strings } = JSON.parse(chunks.join(''));
    const fields = snapshot.meta.node_fields;
    const [name, size] = [fields.indexOf('name'), fields.indexOf('self_size')];
    let [count, bytes] = [0, 0];
    for (let i = 0; i < nodes.length; i += fields.length) {
      if (strings[nodes[i + name]] !== 'system / JSArrayBufferData') continue;
      count += 1;
      bytes += nodes[i + size];
    }
    return { arrays: count, arraysMb: Number((bytes / 1e6).toFixed(2)) };
  };
  const held = async () => {
    await explore(page, model);
    await page.mouse.move(2, 2);
    await pause(page, 1000);
    // What goes with an event that is still on its way is gone at the second.
    for (let i = 0; i < 2; i++) {
      await session.send('HeapProfiler.collectGarbage');
      await pause(page, 200);
    }
    const { metrics } = await session.send('Performance.getMetrics');
    const value = (name) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return {
      heapMb: Number((value('JSHeapUsedSize') / 1e6).toFixed(2)),
      nodes: value('Nodes'),
      listeners: value('JSEventListeners'),
      ...(await counts()),
      ...(await arrays()),
    };
  };
  const round = async (turn) => {
    const id = networks[turn % networks.length];
    await explore(page, id);
    await sweep(page, 1500);
    await zoom(page);
    await layers(page);
    await tools(page);
    await compare(page);
    await other(page, 'model');
    await train(page);
    await page.evaluate(
      (dark) => {
        location.hash += `&theme=${dark ? 'dark' : 'light'}`;
      },
      turn % 2 === 0,
    );
    await explore(page, id);
    if (turn % 3 === 0) await file(page);
  };

  await page.goto(`${url}#model=${model}`);
  await drawn(page);
  // Everything once, so that what is kept on purpose is there before the first reading.
  await round(0);
  const readings = [];
  const began = performance.now();
  const read = async (turn) => {
    const reading = {
      minute: Number(((performance.now() - began) / 60_000).toFixed(1)),
      rounds: turn,
      ...(await held()),
    };
    readings.push(reading);
    console.error(JSON.stringify(reading));
  };
  let turn = 0;
  for (; performance.now() - began < minutes * 60_000; turn++) {
    if (readings.length <= (performance.now() - began) / 60_000) await read(turn);
    await round(turn + 1);
  }
  await read(turn);
  console.log(
    JSON.stringify({ browser: browser.version(), model, minutes, rounds: turn, complaints, readings }, null, 2),
  );
} finally {
  await close();
}
