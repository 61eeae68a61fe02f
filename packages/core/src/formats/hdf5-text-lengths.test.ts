import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { withHdf5 } from './hdf5.ts';
import { longestText } from './hdf5-text-lengths.ts';

it('reads how long the texts of an attribute claim to be, and refuses more than the file has', async () => {
  const bytes = new Uint8Array(await readFile(new URL('../../fixtures/keras/legacy-whole.h5', import.meta.url)));
  const texts = (file: Uint8Array) =>
    withHdf5(file, 'a.h5', (content) => content.texts('model_weights', 'layer_names'));
  const names = await texts(bytes);
  expect(names?.length).toBeGreaterThan(0);
  const longest = Math.max(...(names ?? []).map((name) => name.length));
  expect(longestText(bytes, 'layer_names')).toBe(longest);
  // The highest byte of the first length, behind name, type and sizes of the message.
  const name = new TextDecoder('latin1').decode(bytes).indexOf('layer_names\0');
  const damaged = bytes.slice();
  damaged[name + 16 + 24 + 24 + 3] = 0x40;
  expect(longestText(damaged, 'layer_names')).toBeGreaterThan(bytes.length);
  await expect(texts(damaged)).rejects.toThrow(/^hdf5-text: a\.h5: attribute "layer_names"/);
});
