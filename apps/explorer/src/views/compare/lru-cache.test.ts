import { expect, it } from 'vitest';
import { createLruCache } from './lru-cache.ts';

it('an LRU cache fetches a thing once, keeps the last ones asked for, and no failure', async () => {
  const fetched: string[] = [];
  const take = createLruCache(async (id) => {
    fetched.push(id);
    if (id === 'bad') throw new Error('absent');
    return id.toUpperCase();
  }, 2);
  expect(await take('a')).toBe('A');
  expect(await take('b')).toBe('B');
  await take('a');
  expect(fetched).toStrictEqual(['a', 'b']);
  // Of a and b, b was not asked for longest.
  await take('c');
  await take('a');
  expect(fetched).toStrictEqual(['a', 'b', 'c']);
  await take('b');
  expect(fetched).toStrictEqual(['a', 'b', 'c', 'b']);
  for (let i = 0; i < 2; i++) await expect(take('bad')).rejects.toThrow('absent');
  expect(fetched.filter((id) => id === 'bad')).toHaveLength(2);
});
