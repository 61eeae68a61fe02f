/** Keeps docs/images.md what the containers say: `npx vitest run packages/core/src/images/readers/page.test.ts -u` writes it anew. */
import { expect, test } from 'vitest';
import { CONTAINERS } from './list.ts';
import { imagesPage } from './testing/page.ts';

test('docs/images.md is what the containers say', async () => {
  await expect(`${imagesPage()}\n`).toMatchFileSnapshot('../../../../../docs/images.md');
});

test('containers have ids of their own, and say their cases', () => {
  const ids = CONTAINERS.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  for (const { cases, label } of CONTAINERS) expect(cases.length, label).toBeGreaterThan(0);
});
