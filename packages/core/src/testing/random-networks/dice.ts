/** Choices drawn one after another at an address of their own: the same seed and index give the same choices. */
import { RandomStream } from '../../random/index.ts';

export interface Dice {
  /** 0 .. sides - 1. */
  roll(sides: number): number;
  /** One of them. */
  pick<T>(items: readonly T[]): T;
  /** True with that probability. */
  chance(probability: number): boolean;
  /** Uniform in [0, 1). */
  uniform(): number;
}

const WORD = 2 ** 32;

export const createDice = (seed: number, name: string, index: number): Dice => {
  const stream = new RandomStream(seed, name, index);
  const words = new Uint32Array(1024);
  let next = words.length;
  const draw = (): number => {
    if (next === words.length) {
      stream.fillUint32(words);
      next = 0;
    }
    return words[next++];
  };
  const roll = (sides: number): number => draw() % Math.max(1, sides);
  return {
    roll,
    pick: (items) => items[roll(items.length)],
    chance: (probability) => draw() < probability * WORD,
    uniform: () => draw() / WORD,
  };
};
