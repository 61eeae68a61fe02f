/**
 * Philox4x32-10: a counter-based generator of random bits.
 *
 * In: a counter of four and a key of two unsigned 32-bit words. Out: four words, a pure function of the two.
 * There is no state: block number 1,000,000 costs as much as block 0, so a run that resumes needs no generator
 * saved. What the words are used for (uniforms, normals, orders) is `random.ts`.
 * Only `Math.imul`, shifts and 32-bit additions are used, which every JavaScript engine computes alike.
 *
 * Source: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 4.3,
 * and its library Random123 (constants, known-answer vectors).
 */

/** Four unsigned 32-bit words. */
export type Counter = readonly [number, number, number, number];

/** Two unsigned 32-bit words. */
export type Key = readonly [number, number];

const ROUNDS = 10;
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
/** The golden ratio and the square root of 3 minus 1, as fractions of 2^32. */
const KEY_STEP_0 = 0x9e3779b9 | 0;
const KEY_STEP_1 = 0xbb67ae85 | 0;

// 16-bit halves of the multipliers, for the upper word of a 64-bit product.
const M0_LOW = MULTIPLIER_0 & 0xffff;
const M0_HIGH = MULTIPLIER_0 >>> 16;
const M1_LOW = MULTIPLIER_1 & 0xffff;
const M1_HIGH = MULTIPLIER_1 >>> 16;

/**
 * One block.
 *
 * @param counter - four words, each 0..2^32-1.
 * @param key - two words, each 0..2^32-1.
 * @returns four words, each 0..2^32-1.
 */
export function philox(counter: Counter, key: Key): [number, number, number, number] {
  const block = new Uint32Array(4);
  philoxBlocks(block, 1, counter, key);
  return [block[0], block[1], block[2], block[3]];
}

/**
 * Consecutive blocks without allocation: `words[4 i .. 4 i + 3]` is the block at `counter`, whose first word is
 * advanced by `i` (modulo 2^32; the other words are not carried into).
 *
 * @param words - at least `4 * blocks` long, overwritten.
 */
export function philoxBlocks(words: Uint32Array, blocks: number, counter: Counter, key: Key): void {
  const first = counter[0] | 0;
  const second = counter[1] | 0;
  const third = counter[2] | 0;
  const fourth = counter[3] | 0;
  const key0 = key[0] | 0;
  const key1 = key[1] | 0;
  for (let block = 0, at = 0; block < blocks; block++, at += 4) {
    let x0 = (first + block) | 0;
    let x1 = second;
    let x2 = third;
    let x3 = fourth;
    let k0 = key0;
    let k1 = key1;
    for (let round = 0; round < ROUNDS; round++) {
      // Upper words by schoolbook multiplication in 16-bit halves; no partial sum exceeds 32 bits unsigned.
      const a = x0 & 0xffff;
      const b = x0 >>> 16;
      const middle0 = (Math.imul(a, M0_HIGH) + (Math.imul(a, M0_LOW) >>> 16)) | 0;
      const carry0 = (Math.imul(b, M0_LOW) + (middle0 & 0xffff)) | 0;
      const high0 = (Math.imul(b, M0_HIGH) + (middle0 >>> 16) + (carry0 >>> 16)) | 0;
      const c = x2 & 0xffff;
      const d = x2 >>> 16;
      const middle1 = (Math.imul(c, M1_HIGH) + (Math.imul(c, M1_LOW) >>> 16)) | 0;
      const carry1 = (Math.imul(d, M1_LOW) + (middle1 & 0xffff)) | 0;
      const high1 = (Math.imul(d, M1_HIGH) + (middle1 >>> 16) + (carry1 >>> 16)) | 0;
      const low0 = Math.imul(x0, MULTIPLIER_0);
      const low1 = Math.imul(x2, MULTIPLIER_1);
      x0 = high1 ^ x1 ^ k0;
      x1 = low1;
      x2 = high0 ^ x3 ^ k1;
      x3 = low0;
      k0 = (k0 + KEY_STEP_0) | 0;
      k1 = (k1 + KEY_STEP_1) | 0;
    }
    words[at] = x0;
    words[at + 1] = x1;
    words[at + 2] = x2;
    words[at + 3] = x3;
  }
}
