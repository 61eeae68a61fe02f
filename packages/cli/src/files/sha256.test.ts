import { expect, it } from 'vitest';
import { sha256Of } from './sha256.ts';

it('sha256Of("abc") is the digest of FIPS 180-4', () => {
  expect(sha256Of('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

it('parts have the sum of all their bytes in a row, texts as UTF-8', () => {
  const [a, b] = [new TextEncoder().encode('Zürich '), new TextEncoder().encode('è piccola')];
  expect(sha256Of('Zürich ', b)).toBe(sha256Of(Buffer.concat([a, b])));
  expect(sha256Of(a, b)).toBe(sha256Of('Zürich è piccola'));
});

it('no parts have the sum of no bytes', () => {
  expect(sha256Of()).toBe(sha256Of(new Uint8Array()));
});
