/** Keeps docs/layers.md what the definitions say: `npx vitest run packages/core/src/layers/page.test.ts -u` writes it anew. */
import { expect, test } from 'vitest';
import { layersPage } from './testing/page.ts';

test('docs/layers.md is what the definitions say', async () => {
  await expect(`${layersPage()}\n`).toMatchFileSnapshot('../../../../docs/layers.md');
});
