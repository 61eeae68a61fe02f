/** Files that are dropped on a page which has images to place them on. */
import { resolveNetwork } from 'latent-plane';
import { explorerBundle, RandomStream } from 'latent-plane/internal';
import type { Page } from 'playwright-core';
import { loadDataset } from '../../../packages/cli/src/data/index.ts';
import { spec, untrainedWeights } from './fixture.ts';

export const model = { network: resolveNetwork(spec), weights: untrainedWeights() };

export interface Dropped {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** As many as most of these tests need. */
export const FEW = 1000;

/**
 * The fixture's bundle with real images, which a model is placed on the plane with.
 *
 * @param count - so many of them.
 * @param train - as many of these count as training images.
 */
export const bundleWithImages = async (count = FEW, train = 0): Promise<Map<string, Uint8Array>> => {
  const { test, classNames } = await loadDataset('mnist');
  const { height, width } = test;
  const codes = new Float32Array(2 * count);
  new RandomStream(4, 'codes').fillUniform(codes, 0, 1);
  return explorerBundle({
    dataset: { name: 'mnist', classNames, train, test: count - train },
    labels: test.labels.slice(0, count),
    networks: [{ spec, weights: model.weights, codes, metrics: { mse: { all: 0.0404 } } }],
    images: { pixels: test.pixels.slice(0, count * height * width), height, width, from: 0 },
  });
};

/** Drops files on the page as a person does: over it first, then let go. */
export const drop = async (page: Page, files: readonly Dropped[]): Promise<void> => {
  const given = files.map(({ name, bytes }) => ({ name, text: Buffer.from(bytes).toString('base64') }));
  await page.evaluate((list) => {
    const transfer = new DataTransfer();
    for (const { name, text } of list)
      transfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
    for (const type of ['dragenter', 'dragover', 'drop'])
      document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
  }, given);
};

export const whenOpened = (page: Page): Promise<unknown> => page.waitForSelector('section[aria-label="Opened file"]');
export const refusal = (page: Page): Promise<string> => page.locator('dialog [role=alert]').innerText();
