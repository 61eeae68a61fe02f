import { expect, it } from 'vitest';
import { divided } from './run-store.ts';

it('divides images that an older version of the page kept as that version did: every tenth is for test', () => {
  const numbers = Array.from({ length: 25 }, (_, i) => i);
  const { train, test } = divided({
    ...{ pixels: Uint8Array.from(numbers), labels: Uint8Array.from(numbers), count: 25, height: 1, width: 1 },
    ...{ classNames: ['no label'], name: 'mine' },
  });
  expect([...test.pixels]).toEqual([9, 19]);
  expect([...train.labels]).toEqual(numbers.filter((i) => i !== 9 && i !== 19));
  expect([train.count, test.count, train.channels]).toEqual([23, 2, 1]);
});
