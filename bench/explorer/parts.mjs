/**
 * What is measured of the explorer, one function for each figure.
 *
 * In: a browser and the address of `latent explore`. Out: plain figures, units in their names.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCodes, decodeSafetensors, resolveNetwork } from 'latent-plane';
import { evaluator, inferenceTensors } from 'latent-plane/internal';
import { nodeRuntime } from 'latent-plane/node';
import { root } from '../../scripts/setup.mjs';

const VIEWPORT = { width: 1440, height: 900 };
const SWEEP_MS = 10_000;
const FRAME_MS = 1000 / 60;
/** 10 Mbit/s with 40 ms, as the browser's own tools throttle. */
const LINE = { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 };

const round = (value, digits = 1) => Number(value.toFixed(digits));
const quantile = (values, share) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};
const spread = (values) => ({
  median: round(quantile(values, 0.5)),
  p95: round(quantile(values, 0.95)),
  max: round(Math.max(...values)),
});

const address = (url, model, more = '') => `${url}#model=${model}${more}`;
const drawn = async (page) => {
  await page.waitForSelector('[data-points]', { state: 'attached', timeout: 60_000 });
  await page.waitForSelector('[data-field], [data-classes][data-faded]', { state: 'attached', timeout: 60_000 });
};
const surfaceOf = async (page) => {
  const { x, y, width } = await page.locator('.surface').boundingBox();
  return { left: x, top: y, side: width };
};
const opened = async ({ browser, url, model }, more) => {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.addInitScript(probe);
  await page.goto(address(url, model, more));
  await drawn(page);
  await page.waitForTimeout(3000);
  return page;
};

/** Runs in the page: notes when the picture is painted, how long moves of the pointer take to get there, and frames. */
const probe = () => {
  const seen = { firstMs: null, moves: [], frames: [] };
  window.seen = seen;
  let waiting = null;
  // What is put by a frame's callback, or by what follows from it, is painted with that frame.
  let isInFrame = false;
  const afterFrame = new MessageChannel();
  afterFrame.port1.onmessage = () => {
    isInFrame = false;
  };
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...args) {
    put.apply(this, args);
    if (this.canvas.closest('[role=img]') === null) return;
    // A black picture stands where none was decoded yet.
    if (seen.firstMs === null && !args[0].data.some((value, i) => i % 4 !== 3 && value > 0)) return;
    const decodedMs = performance.now();
    // A task after the next frame: by then what was put is painted.
    const move = waiting;
    waiting = null;
    const after = () => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        const paintedMs = performance.now();
        seen.firstMs ??= paintedMs;
        if (move) seen.moves.push({ ...move, decodedMs, paintedMs });
      };
      port2.postMessage(null);
    };
    if (isInFrame) after();
    else requestAnimationFrame(after);
  };
  addEventListener(
    'pointermove',
    (event) => {
      waiting ??= { eventMs: event.timeStamp, handledMs: performance.now() };
    },
    { capture: true },
  );
  const frame = (time) => {
    isInFrame = true;
    afterFrame.port2.postMessage(null);
    seen.frames.push(time);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
};

/** Bytes on the line and seconds until the picture under the cursor is first painted; then all that Explore loads. */
export const coldStart = async ({ browser, url, model }) => {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.addInitScript(probe);
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', LINE);
  let began = null;
  const chunks = [];
  session.on('Network.requestWillBeSent', ({ timestamp }) => {
    began ??= timestamp;
  });
  const add = ({ timestamp }, bytes) => chunks.push({ timestamp, bytes });
  session.on('Network.dataReceived', (event) => add(event, event.encodedDataLength));
  session.on('Network.responseReceived', (event) => add(event, event.response.encodedDataLength));
  await page.goto(address(url, model));
  await page.waitForFunction(() => window.seen.firstMs !== null, undefined, { timeout: 60_000 });
  await drawn(page);
  const wholeMs = await page.evaluate(() => performance.now());
  const { firstMs, origin } = await page.evaluate(() => ({
    firstMs: window.seen.firstMs,
    origin: performance.getEntriesByType('navigation')[0].requestStart,
  }));
  const until = (ms) =>
    chunks.reduce((sum, { timestamp, bytes }) => sum + (1000 * (timestamp - began) <= ms - origin ? bytes : 0), 0);
  await page.waitForSelector('html[data-offline=kept]', { state: 'attached', timeout: 120_000 }).catch(() => null);
  const keptBytes = await page.evaluate(async () => {
    let sum = 0;
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const key of await cache.keys()) sum += (await (await cache.match(key)).arrayBuffer()).byteLength;
    }
    return sum;
  });
  await context.close();
  return {
    untilFirstDecoded: { seconds: round(firstMs / 1000, 2), bytes: until(firstMs) },
    untilPointsAndField: { seconds: round(wholeMs / 1000, 2), bytes: until(wholeMs) },
    keptForOfflineUnpackedBytes: keptBytes,
  };
};

/** Codes over the plane: the page's decoder beside the engine, and the painted picture beside `latent decode`'s. */
export const decodedDifference = async ({ browser, url, model }) => {
  const at = new URL('data/', url);
  const { networks } = await (await fetch(new URL('index.json', at))).json();
  const file = 'decoder.safetensors';
  let largest = 0;
  for (const { path } of networks) {
    const { spec, bounds } = await (await fetch(new URL(path, at))).json();
    const bytes = new Uint8Array(await (await fetch(new URL(file, new URL(path, at)))).arrayBuffer());
    const weights = new Map([...decodeSafetensors(bytes, file).tensors].map(([name, { data }]) => [name, data]));
    const network = resolveNetwork(spec);
    const codes = Float32Array.from({ length: 200 }, (_, i) => {
      const axis = i % 2;
      const share = ((i >> 1) * (axis === 0 ? 0.618034 : 0.754878)) % 1;
      return bounds.min[axis] + share * (bounds.max[axis] - bounds.min[axis]);
    });
    const inPage = evaluator([inferenceTensors(network, { target: 'decoder', weights }).outputs.reconstruction]);
    const ours = inPage({ x: { dims: [100, 2], data: codes } })[0].data;
    const engines = await decodeCodes({ network, weights, runtime: nodeRuntime }, codes);
    engines.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value - ours[i]));
    });
  }
  const { decode } = createRequire(join(root, 'packages/cli/package.json'))('fast-png');
  const folder = mkdtempSync(join(tmpdir(), 'latent-decoded-'));
  const page = await opened({ browser, url, model });
  const code = (await page.locator('.surface').getAttribute('data-at')).split(',').map(Number);
  const painted = await page.evaluate(() => {
    const canvas = document.querySelector('[role=img] canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return Array.from(data).filter((_, i) => i % 4 === 0);
  });
  const out = join(folder, 'digit.png');
  const bin = join(root, 'packages/cli/bin/latent.js');
  execFileSync(process.execPath, [bin, 'decode', model, `--at=${code.join()}`, '--scale', '1', '--out', out], {
    stdio: 'ignore',
  });
  const picture = decode(readFileSync(out));
  const differences = painted.map((value, i) => Math.abs(value - picture.data[i * picture.channels]));
  rmSync(folder, { recursive: true });
  await page.context().close();
  return {
    networks: networks.length,
    codesEach: 100,
    largestDifference: largest,
    paintedBesideCommandGreyLevels: Math.max(...differences),
  };
};

/** A figure of eight over the plane: calls `move` with places as shares of its side. */
const sweep = async (ms, move) => {
  const began = performance.now();
  for (let now = 0; now < ms; now = performance.now() - began) {
    const angle = (2 * Math.PI * now) / 4000;
    await move(0.5 + 0.4 * Math.sin(angle), 0.5 + 0.3 * Math.sin(2 * angle));
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, FRAME_MS - (performance.now() - began - now))));
  }
};

/** From the event of a moved pointer to the painted picture, and where that time goes. */
export const cursorLatency = async (given) => {
  const page = await opened(given);
  const { left, top, side } = await surfaceOf(page);
  const measure = async () => {
    await page.evaluate(() => {
      window.seen.moves.length = 0;
    });
    await sweep(SWEEP_MS, (x, y) => page.mouse.move(left + x * side, top + y * side));
    await page.waitForTimeout(200);
    const moves = await page.evaluate(() => window.seen.moves);
    const of = (from, to) => spread(moves.map((move) => move[to] - move[from]));
    return {
      pictures: moves.length,
      eventToPaintedMs: of('eventMs', 'paintedMs'),
      waitingForTheFrameMs: of('eventMs', 'handledMs'),
      decodingAndReadingMs: of('handledMs', 'decodedMs'),
      paintingMs: of('decodedMs', 'paintedMs'),
    };
  };
  const whole = await measure();
  // What the layers behind the cursor cost.
  await page.evaluate(() => {
    location.hash += '&layers=none';
  });
  await page.waitForTimeout(1000);
  const withoutLayers = await measure();
  await page.context().close();
  return { ...whole, withoutLayers };
};

const framesDuring = async (page, work) => {
  await page.evaluate(() => {
    window.seen.frames.length = 0;
  });
  await work();
  const frames = await page.evaluate(() => window.seen.frames);
  const gaps = frames.slice(1).map((time, i) => time - frames[i]);
  return { framesPerSecond: round((1000 * gaps.length) / (frames.at(-1) - frames[0])), frameMs: spread(gaps) };
};

/** Frames per second while all points are panned and zoomed for five seconds each. */
export const pointFrames = async (given) => {
  const page = await opened(given, '&view=0.5,0.5,2');
  const { left, top, side } = await surfaceOf(page);
  const engine = await page.locator('[data-points]').getAttribute('data-points');
  await page.mouse.move(left + 0.5 * side, top + 0.5 * side);
  let turn = 0;
  const zoom = await framesDuring(page, () =>
    sweep(SWEEP_MS / 2, () => page.mouse.wheel(0, Math.sin(turn++ / 20) > 0 ? -40 : 40)),
  );
  await page.getByRole('button', { name: 'Drag moves the plane' }).click();
  await page.mouse.move(left + 0.5 * side, top + 0.5 * side);
  await page.mouse.down();
  const pan = await framesDuring(page, () =>
    sweep(SWEEP_MS / 2, (x, y) => page.mouse.move(left + x * side, top + y * side)),
  );
  await page.mouse.up();
  await page.context().close();
  return { engine, pan, zoom };
};

/** Planes that are chosen one after the other. */
const CHANGES = 24;

/** From the choice of another plane to all points on it, painted: of codes of more than two numbers. */
export const planeChanges = async (given) => {
  const page = await opened(given, '&plane=1,2');
  const times = await page.evaluate(async (changes) => {
    const choice = () => document.querySelectorAll('.plane-choice .coordinate select')[1];
    if (!choice()) return null;
    const painted = () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(performance.now());
          port2.postMessage(null);
        });
      });
    const measured = [];
    for (let i = 0; i < changes; i++) {
      const select = choice();
      select.value = String(1 + ((i + 1) % (select.options.length - 1)));
      await painted();
      const begun = performance.now();
      select.dispatchEvent(new Event('change', { bubbles: true }));
      await Promise.resolve();
      const placed = performance.now();
      measured.push({ placedMs: placed - begun, paintedMs: (await painted()) - begun });
      // The class map of a plane that is left is not waited for.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return measured;
  }, CHANGES);
  await page.context().close();
  return (
    times && {
      placingMs: spread(times.map((t) => t.placedMs)),
      choiceToPaintedMs: spread(times.map((t) => t.paintedMs)),
    }
  );
};

export { probe, round, spread, surfaceOf, sweep, VIEWPORT };
