/**
 * What the tests ask of a page, in the words of a person: where the cursor is, what the big picture shows.
 */
import { AxeBuilder } from '@axe-core/playwright';
import { resolveNetwork, toByte } from 'latent-plane';
import { evaluator, inferenceTensors } from 'latent-plane/internal';
import type { Browser, BrowserContextOptions, ConsoleMessage, Locator, Page } from 'playwright-core';
import { parseSettings, type Settings } from '../src/state/settings.ts';
import { spec, untrainedWeights } from './fixture.ts';

/** A page and what it complained of: console errors, policy violations, requests to other servers. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** Remarks on screenshots under software rendering, and on the tests' own reading of the picture. */
const isNoise = (message: ConsoleMessage): boolean =>
  /GPU stall due to ReadPixels|Multiple readback operations using getImageData/.test(message.text());

/** For what hangs: a browser on a busy machine can take ten times as long as on a quiet one. */
const PATIENCE_MS = 60_000;

/** Opens a page in a context of its own; waits for nothing. */
export const openPage = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> => {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  // Of this context's later pages too.
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !isNoise(message)) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(`request to ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints };
};

/** Waits until points and a field, of classes or of decoded pictures, are painted. */
export const whenDrawn = async (page: Page): Promise<void> => {
  await page.waitForSelector('[data-points]', { state: 'attached' });
  await page.waitForSelector('[data-field], [data-classes][data-faded]', { state: 'attached' });
  await settle(page);
};

/** Two frames: what was asked for is on the screen. */
export const settle = (page: Page): Promise<void> =>
  page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );

/** A picture of something that has come to rest: the same three times. */
export const restingPicture = async (target: Locator): Promise<Buffer> => {
  let picture: Buffer = Buffer.alloc(0);
  let same = 0;
  while (same < 2) {
    await settle(target.page());
    const next = await target.screenshot();
    same = next.equals(picture) ? same + 1 : 0;
    picture = next;
  }
  return picture;
};

/**
 * Strikes a key, with others held (`Shift+ArrowLeft`): down and up arrive together, however busy the page is. A key
 * that stays down for long glides.
 */
export const strike = async (page: Page, keys: string): Promise<void> => {
  const names = keys.split('+');
  await Promise.all([
    ...names.map((name) => page.keyboard.down(name)),
    ...names.reverse().map((name) => page.keyboard.up(name)),
  ]);
};

/** The plane's rectangle, CSS pixels of the viewport. */
export const planeBox = async (page: Page): Promise<{ left: number; top: number; side: number }> => {
  const box = await page.locator('.surface').boundingBox();
  if (!box) throw new Error('the plane has no box');
  return { left: box.x, top: box.y, side: box.width };
};

/** The big picture's bytes, row by row. */
export const digitBytes = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('[role=img] canvas');
    const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return Array.from(data).filter((_, i) => i % 4 === 0);
  });

/** Where the cursor is. */
export const cursorCode = async (page: Page): Promise<{ x: number; y: number }> => {
  await settle(page);
  const [x, y] = ((await page.locator('.surface').getAttribute('data-at')) ?? '').split(',').map(Number);
  return { x, y };
};

/** What the address says; it follows the page after a rest, so ask with `expect.poll`. */
export const addressed = (page: Page): Settings => parseSettings(new URL(page.url()).hash);

const { outputs } = inferenceTensors(resolveNetwork(spec), { target: 'decoder', weights: untrainedWeights() });
const evaluate = evaluator([outputs.reconstruction]);

/** What the library draws at a code. */
export const expectedBytes = (x: number, y: number): number[] =>
  Array.from(evaluate({ x: { dims: [1, 2], data: Float32Array.of(x, y) } })[0].data, toByte);

/** The largest difference of two pictures, in grey levels. */
export const largestDifference = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length ? Math.max(...a.map((value, i) => Math.abs(value - b[i]))) : Number.POSITIVE_INFINITY;

/** Rules of accessibility broken in a serious or critical way, with the elements that break them. */
export const axeFindings = async (page: Page): Promise<string[]> => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
};

/** Phone and desktop, light and dark. */
export const SCREENS = [
  { name: 'a phone', viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  { name: 'a desktop', viewport: { width: 1440, height: 900 } },
].flatMap((screen) => (['light', 'dark'] as const).map((colorScheme) => ({ ...screen, colorScheme })));

/** The shorter side of the smallest thing to press, CSS pixels. */
export const smallestTarget = async (page: Page): Promise<number> =>
  Math.min(
    ...(await page.locator('button:visible, select:visible, input[type=range]:visible').evaluateAll((elements) =>
      elements.map((element) => {
        const { width, height } = element.getBoundingClientRect();
        return Math.min(width, height);
      }),
    )),
  );

/** Drops files and folders of the disk on the page, as a file manager does: the browser makes the DataTransfer. */
export const dropPaths = async (page: Page, paths: readonly string[]): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  const { width, height } = page.viewportSize() ?? { width: 2, height: 2 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', {
      type,
      x: width / 2,
      y: height / 2,
      data: { items: [], files: [...paths], dragOperationsMask: 1 },
    });
  await session.detach();
};
