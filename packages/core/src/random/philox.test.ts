import { describe, expect, it } from 'vitest';
import { type Counter, type Key, philox, philoxBlocks } from './philox.ts';

const ONES = 0xffffffff;

/** The paper's definition in arbitrary-precision integers: slow and plain. */
function reference(counter: Counter, key: Key): number[] {
  const word = 2n ** 32n;
  let [x0, x1, x2, x3] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const p0 = x0 * 0xd2511f53n;
    const p1 = x2 * 0xcd9e8d57n;
    [x0, x1, x2, x3] = [(p1 / word) ^ x1 ^ k0, p1 % word, (p0 / word) ^ x3 ^ k1, p0 % word];
    k0 = (k0 + 0x9e3779b9n) % word;
    k1 = (k1 + 0xbb67ae85n) % word;
  }
  return [x0, x1, x2, x3].map(Number);
}

describe('philox', () => {
  // Random123, file tests/kat_vectors, lines "philox4x32 10".
  it.each<[Counter, Key, number[]]>([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [ONES, ONES, ONES, ONES],
      [ONES, ONES],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('gives the known answer of Random123 for %j, %j', (counter, key, expected) => {
    expect(philox(counter, key)).toEqual(expected);
  });

  it('follows the definition in exact integers over 500 scattered counters and keys', () => {
    let counter: Counter = [1, 2, 3, 4];
    let key: Key = [5, 6];
    for (let i = 0; i < 500; i++) {
      const block = philox(counter, key);
      expect(block).toEqual(reference(counter, key));
      key = [block[1], counter[3]];
      counter = block;
    }
  });

  it('gives the same blocks in bulk as one by one, across the wrap of the first word', () => {
    const words = new Uint32Array(4 * 6);
    philoxBlocks(words, 6, [ONES - 2, 7, 8, 9], [10, 11]);
    for (let i = 0; i < 6; i++) {
      expect([...words.subarray(4 * i, 4 * i + 4)]).toEqual(philox([(ONES - 2 + i) % 2 ** 32, 7, 8, 9], [10, 11]));
    }
  });
});
