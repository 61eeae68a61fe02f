/**
 * Streams of random numbers that depend on nothing but their address.
 *
 * In: a seed, the name of what the numbers are for, an index (epoch, step, ...). Out: uniforms, normals, dropout
 * masks, permutations. The same address gives the same numbers on every platform and after every resume; two
 * addresses give unrelated numbers. Nothing here reads a clock or `Math.random`.
 * Every fill starts at a fresh block of four words, so a fill's numbers depend on the lengths of the fills before
 * it only through their count of blocks.
 */
import { inputError, internalError } from '../errors.ts';
import { normalQuantile } from './normal.ts';
import { type Counter, type Key, philoxBlocks } from './philox.ts';

const WORD = 2 ** 32;
/** Words drawn at a time: 16 KiB, which stays in the first-level cache. */
const CHUNK = 4096;
/** Shared by all streams: every method is synchronous and done with it when it returns. */
const words = new Uint32Array(CHUNK);

/** FNV-1a over UTF-16 units, with the top bit set so that no name meets an integer stream. */
function streamWord(stream: string | number): number {
  if (typeof stream === 'number') {
    if (!Number.isInteger(stream) || stream < 0 || stream >= 2 ** 31) {
      throw internalError(`random stream ${stream}: expected a name or an integer 0..2^31-1`);
    }
    return stream;
  }
  let hash = 0x811c9dc5;
  for (let i = 0; i < stream.length; i++) hash = Math.imul(hash ^ stream.charCodeAt(i), 0x01000193);
  return (hash | 0x80000000) >>> 0;
}

/** Random numbers at the address `(seed, stream, index)`. */
export class RandomStream {
  readonly #key: Key;
  readonly #stream: number;
  readonly #indexLow: number;
  readonly #indexHigh: number;
  #block = 0;

  /**
   * @param seed - integer 0..2^53-1.
   * @param stream - what the numbers are for, for example `initial-weights`, or a small integer.
   * @param index - which draw of that kind, for example the epoch or the step; integer 0..2^53-1.
   * @throws LatentError `random-seed` if the seed is out of range.
   */
  constructor(seed: number, stream: string | number, index = 0) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw inputError('random-seed', {
        at: { subject: 'seed' },
        expected: `an integer from 0 to ${Number.MAX_SAFE_INTEGER}`,
        got: `${seed}`,
      });
    }
    if (!Number.isSafeInteger(index) || index < 0) {
      throw internalError(`random stream "${stream}": expected an index of 0 or more, got ${index}`);
    }
    this.#key = [seed % WORD, Math.floor(seed / WORD)];
    this.#stream = streamWord(stream);
    this.#indexLow = index % WORD;
    this.#indexHigh = Math.floor(index / WORD);
  }

  /** Fills `words[0 .. count)`, rounded up to whole blocks. */
  #draw(count: number): void {
    const blocks = Math.ceil(count / 4);
    if (this.#block + blocks > WORD)
      throw internalError('random stream exhausted: more than 2^34 numbers at one address');
    const counter: Counter = [this.#block, this.#indexLow, this.#indexHigh, this.#stream];
    philoxBlocks(words, blocks, counter, this.#key);
    this.#block += blocks;
  }

  /** Uniform over 0..2^32-1. */
  fillUint32(out: Uint32Array): void {
    for (let at = 0; at < out.length; at += CHUNK) {
      const count = Math.min(CHUNK, out.length - at);
      this.#draw(count);
      for (let i = 0; i < count; i++) out[at + i] = words[i];
    }
  }

  /**
   * Uniform: `lo + u * (hi - lo)` with u a multiple of 2^-24 in [0, 1), exact in single precision.
   * `hi` itself can appear only where the sum rounds to it.
   */
  fillUniform(out: Float32Array, lo = 0, hi = 1): void {
    const step = (hi - lo) * 2 ** -24;
    for (let at = 0; at < out.length; at += CHUNK) {
      const count = Math.min(CHUNK, out.length - at);
      this.#draw(count);
      for (let i = 0; i < count; i++) out[at + i] = lo + (words[i] >>> 8) * step;
    }
  }

  /** Normal with mean 0: one uniform word each, through the inverse distribution function; |z| < 6.4 std. */
  fillNormal(out: Float32Array, std = 1): void {
    for (let at = 0; at < out.length; at += CHUNK) {
      const count = Math.min(CHUNK, out.length - at);
      this.#draw(count);
      for (let i = 0; i < count; i++) out[at + i] = std * normalQuantile((words[i] + 0.5) * 2 ** -32);
    }
  }

  /** `scale` with probability `keepProbability` (to 2^-32), else 0: a dropout mask. */
  fillBernoulliMask(out: Float32Array, keepProbability: number, scale = 1): void {
    if (!(keepProbability >= 0 && keepProbability <= 1)) {
      throw internalError(`Bernoulli mask: expected a probability 0..1, got ${keepProbability}`);
    }
    const threshold = keepProbability * WORD;
    for (let at = 0; at < out.length; at += CHUNK) {
      const count = Math.min(CHUNK, out.length - at);
      this.#draw(count);
      for (let i = 0; i < count; i++) out[at + i] = words[i] < threshold ? scale : 0;
    }
  }

  /**
   * A uniformly random order of 0..count-1.
   * Source: Durstenfeld 1964, Algorithm 235 (Fisher-Yates); bounded integers by masking and rejection, unbiased.
   */
  permutation(count: number): Uint32Array {
    const order = new Uint32Array(count);
    for (let i = 0; i < count; i++) order[i] = i;
    const drawn = Math.min(CHUNK, 4 * Math.ceil(count / 4));
    let next = drawn;
    for (let i = count - 1; i > 0; i--) {
      const mask = 0xffffffff >>> Math.clz32(i);
      let j: number;
      do {
        if (next === drawn) {
          this.#draw(drawn);
          next = 0;
        }
        j = (words[next++] & mask) >>> 0;
      } while (j > i);
      const swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
