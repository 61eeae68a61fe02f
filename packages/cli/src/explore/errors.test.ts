import { decodeNpy, reconstruct } from 'latent-plane';
import { expect, it } from 'vitest';
import { runnable } from '../commands/model-arguments.ts';
import { openModel } from '../models/index.ts';
import { smallMnist } from '../runs/testing.ts';
import { laterErrors } from './errors.ts';

it('the errors that are asked for later are those of the engine, image by image', async () => {
  const running = await runnable(await openModel('dense-1'));
  const dataset = await smallMnist(30, 20);
  const later = laterErrors(new Map([['dense-1', running]]), dataset);
  expect(later('data/dense-2/errors.npy')).toBe(null);
  expect(later('data/dense-1/codes.npy')).toBe(null);
  const { dims, data } = decodeNpy((await later('data/dense-1/errors.npy')) ?? new Uint8Array());
  expect(dims).toEqual([50]);
  expect(data).toEqual(Float32Array.from((await reconstruct(running, dataset)).errors));
});
