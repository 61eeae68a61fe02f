import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/random.ts';
import { crc32 } from '../checksum.ts';
import { gunzip, isGzip } from './gzip.ts';

const LIMIT = 2 ** 20;

/** 100,000 bytes that compress somewhat, as images do. */
function sample(): Uint8Array {
  const words = new Uint32Array(100_000);
  new RandomStream(1, 'gzip-sample').fillUint32(words);
  return Uint8Array.from(words, (word) => (word % 4 === 0 ? word >>> 24 : 0));
}

const isSample = (bytes: Uint8Array): boolean => Buffer.from(sample()).equals(bytes);
const packed = (level = 9): Uint8Array => new Uint8Array(gzipSync(sample(), { level }));

/** Puts fields of RFC 1952 behind the fixed header. */
function withHeader(flags: number, fields: readonly number[]): Uint8Array {
  const file = packed();
  const header = Uint8Array.of(...file.subarray(0, 3), flags, ...file.subarray(4, 10), ...fields);
  return new Uint8Array([...header, ...file.subarray(10)]);
}

describe('gunzip', () => {
  it.each([0, 1, 6, 9])('unpacks what zlib packed at level %d', (level) => {
    expect(isSample(gunzip(packed(level), 'a.gz', LIMIT))).toBe(true);
  });

  it('unpacks an empty member', () => expect(gunzip(gzipSync(''), 'a.gz', LIMIT).length).toBe(0));

  it('skips an extra field, a name and a comment', () => {
    const file = withHeader(4 + 8 + 16, [3, 0, 1, 2, 3, 65, 0, 66, 67, 0]);
    expect(isSample(gunzipSync(file))).toBe(true);
    expect(isSample(gunzip(file, 'a.gz', LIMIT))).toBe(true);
  });

  it('holds the header against its own checksum where it has one', () => {
    const header = withHeader(2, []).subarray(0, 10);
    const crc = crc32(header);
    expect(isSample(gunzip(withHeader(2, [crc & 0xff, (crc >>> 8) & 0xff]), 'a.gz', LIMIT))).toBe(true);
    expect(() => gunzip(withHeader(2, [crc & 0xff, (crc >>> 8) ^ 1]), 'a.gz', LIMIT)).toThrow(
      /header fails its checksum/,
    );
  });

  it('refuses every truncation of a small file', () => {
    const file = new Uint8Array(gzipSync(sample().subarray(0, 500)));
    for (let length = 0; length < file.length; length++) {
      expect(() => gunzip(file.subarray(0, length), 'a.gz', LIMIT)).toThrow(/^gzip-damaged: a\.gz: /);
    }
  });

  it.each([
    ['checksum', 8, /fails its checksum/],
    ['length', 4, /states/],
  ])('refuses a wrong %s in the trailer', (_, fromEnd, message) => {
    const file = packed();
    file[file.length - fromEnd] ^= 1;
    expect(() => gunzip(file, 'a.gz', LIMIT)).toThrow(message);
  });

  it('refuses two members in one file rather than reading the first', () => {
    const file = new Uint8Array([...gzipSync('one'), ...gzipSync('two!')]);
    expect(() => gunzip(file, 'a.gz', LIMIT)).toThrow(/^gzip-damaged/);
  });

  it('refuses a file that states more than the limit, before unpacking', () => {
    expect(() => gunzip(packed(), 'a.gz', 99_999)).toThrow(/^gzip-oversized: a\.gz: unpacks to 100000 bytes/);
  });

  it('stops a bomb that states a small length at that length', () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(64 * 2 ** 20)));
    new DataView(bomb.buffer).setUint32(bomb.length - 4, 1000, true);
    expect(() => gunzip(bomb, 'a.gz', LIMIT)).toThrow(/^gzip-damaged: a\.gz: unpacks to more than the 1000 bytes/);
  });

  it('refuses a length that so few packed bytes cannot hold, before allocating it', () => {
    const file = new Uint8Array(gzipSync('short'));
    new DataView(file.buffer).setUint32(file.length - 4, 2 ** 30, true);
    expect(() => gunzip(file, 'a.gz', 2 ** 30)).toThrow(/more than \d+ packed bytes can hold/);
  });

  it('knows gzip by its first two bytes', () => {
    expect(isGzip(packed())).toBe(true);
    expect(isGzip(Uint8Array.of(0, 0, 8, 3))).toBe(false);
    expect(isGzip(Uint8Array.of(0x1f))).toBe(false);
  });
});
