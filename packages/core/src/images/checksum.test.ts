import { expect, it } from 'vitest';
import { crc32, sha256Hex } from './checksum.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('sha256Hex("abc") is the digest of FIPS 180-4', async () => {
  expect(await sha256Hex(bytes('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

it('sha256Hex reads a view, not the buffer behind it', async () => {
  expect(await sha256Hex(bytes('xabcx').subarray(1, 4))).toBe(await sha256Hex(bytes('abc')));
});

it('crc32("123456789") is the check value of CRC-32', () => {
  expect(crc32(bytes('123456789'))).toBe(0xcbf43926);
});

it('crc32 goes on where it stopped', () => {
  expect(crc32(bytes('6789'), crc32(bytes('12345')))).toBe(0xcbf43926);
});
