import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listTar, type TarListing } from './tar.ts';
import { paxRecord, type TarPart, tarFile, tarOf } from './testing/tar-file.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const LIMITS = { maxEntries: 1000, maxBytes: 2 ** 24 };

const listed = (bytes: Uint8Array, limits = LIMITS): Promise<TarListing> =>
  listTar(
    { name: 'a.tar', size: bytes.length, read: async (from, to) => bytes.subarray(from, Math.min(to, bytes.length)) },
    limits,
  );

/** What is in an archive, as text by path. */
const contents = async (bytes: Uint8Array): Promise<Record<string, string>> => {
  const { entries } = await listed(bytes);
  const texts: Record<string, string> = {};
  for (const { path, size, read } of entries) texts[path] = new TextDecoder().decode(await read(0, size));
  return texts;
};

const gzipped = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));

/** Files whose names and lengths try every way of writing them; the last one is longer than what is read at once. */
const FILES: Readonly<Record<string, string>> = {
  'a.txt': 'one',
  'empty.txt': '',
  'folder/exactly-a-block.txt': 'x'.repeat(512),
  [`folder/${'long-'.repeat(30)}name.txt`]: 'a long name',
  [`${'deep/'.repeat(40)}file.txt`]: 'a long path',
  'Füchse/ünïcode.txt': 'ü',
  'large.txt': '0123456789'.repeat(40_000),
};

describe('listTar', () => {
  const plain = { 'a/1.txt': utf8('one'), 'a/2.txt': utf8('two'), 'b.txt': new Uint8Array(0) };

  it.each([
    ['plain', tarOf(plain)],
    ['gzipped', gzipped(tarOf(plain))],
  ])('lists a %s archive and reads any part of any file, in any order', async (_, bytes) => {
    const { entries, leftOut } = await listed(bytes);
    expect(entries.map(({ path, size }) => [path, size])).toEqual([
      ['a/1.txt', 3],
      ['a/2.txt', 3],
      ['b.txt', 0],
    ]);
    expect(leftOut).toEqual([]);
    expect(new TextDecoder().decode(await entries[1].read(1, 99))).toBe('wo');
    expect(new TextDecoder().decode(await entries[0].read(0, 2))).toBe('on');
  });

  it('of a plain archive reads headers alone', async () => {
    const large = tarOf({ 'a.bin': new Uint8Array(10_000_000), 'b.bin': new Uint8Array(10_000_000) });
    let bytesRead = 0;
    const read = async (from: number, to: number): Promise<Uint8Array> => {
      bytesRead += to - from;
      return large.subarray(from, to);
    };
    const { entries } = await listTar({ name: 'a.tar', size: large.length, read }, LIMITS);
    expect(entries.map(({ size }) => size)).toEqual([10_000_000, 10_000_000]);
    expect(bytesRead).toBeLessThan(300_000);
  });

  it.each<[string, readonly TarPart[]]>([
    ['a prefix of ustar', [{ path: 'name.txt', prefix: 'long/path', bytes: utf8('x') }]],
    [
      'a long name of GNU tar',
      [
        { path: '././@LongLink', type: 'L', bytes: utf8('long/path/name.txt\0') },
        { path: 'long/pa', bytes: utf8('x') },
      ],
    ],
    [
      'records of pax',
      [
        {
          path: 'PaxHeaders/1',
          type: 'x',
          bytes: Buffer.concat([paxRecord('mtime', '1.5'), paxRecord('path', 'long/path/name.txt')]),
        },
        { path: 'long/pa', bytes: utf8('x') },
      ],
    ],
  ])('takes the path out of %s, for this entry alone', async (_, parts) => {
    expect(await contents(tarFile([...parts, { path: 'next.txt', bytes: utf8('y') }]))).toEqual({
      'long/path/name.txt': 'x',
      'next.txt': 'y',
    });
  });

  it('leaves out and names what is no file, and goes on behind it', async () => {
    const bytes = tarFile([
      { path: 'folder/', type: '5' },
      { path: 'link', type: '2' },
      { path: 'hard', type: '1', size: 999 },
      { path: 'device', type: '3' },
      { path: 'label', type: 'V', bytes: utf8('some words') },
      { path: './folder/a.txt', bytes: utf8('a') },
    ]);
    expect(await contents(bytes)).toEqual({ 'folder/a.txt': 'a' });
    expect((await listed(bytes)).leftOut).toEqual(['link', 'hard', 'device', 'label']);
  });

  it('takes the last of files that were added anew', async () => {
    const parts = ['old', 'new'].map((text) => ({ path: 'a.txt', bytes: utf8(text) }));
    expect(await contents(tarFile(parts))).toEqual({ 'a.txt': 'new' });
  });

  const whole = tarOf({ 'a.txt': utf8('a'.repeat(2000)), 'b.txt': utf8('b') });
  const changed = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
  it.each<[string, Uint8Array, string, RegExp]>([
    ['an archive cut within a file', whole.subarray(0, 1500), 'archive-damaged', /a\.tar: .*cut short within "a\.txt"/],
    ['an archive cut between files', whole.subarray(0, 512 + 2048), 'archive-damaged', /cut short: its end is missing/],
    ['an archive cut within a header', whole.subarray(0, 512 + 2048 + 100), 'archive-damaged', /cut short/],
    ['a header with other bytes', changed(whole, 512 + 2048 + 3), 'archive-damaged', /fails its checksum/],
    ['something else', utf8('This is no archive. '.repeat(60)), 'archive-damaged', /this is no tar archive/],
    ['nothing', new Uint8Array(0), 'archive-damaged', /cut short/],
    ['a gzipped archive cut short', gzipped(whole).subarray(0, 60), 'archive-damaged', /a\.tar: .*cut short/],
    [
      'a gzipped archive with another checksum',
      changed(gzipped(whole), gzipped(whole).length - 6),
      'archive-damaged',
      /damaged/,
    ],
    [
      'a gzipped archive that claims more than it can hold',
      gzipped(tarFile([{ path: 'a.txt', bytes: utf8('a'), size: 2 ** 32 }])),
      'archive-damaged',
      /cut short within "a\.txt"/,
    ],
    [
      'a gzipped archive of more than memory is there for',
      gzipped(tarOf({ 'a.bin': new Uint8Array(2 ** 23), 'b.bin': new Uint8Array(2 ** 23 + 1) })),
      'archive-oversized',
      /unpack it and name the folder/,
    ],
    ['a path that leads out', tarOf({ '../a.txt': utf8('a') }), 'archive-path', /entry "\.\.\/a\.txt"/],
    ['an absolute path', tarOf({ '/etc/passwd': utf8('a') }), 'archive-path', /entry "\/etc\/passwd"/],
    [
      'a name of two megabytes',
      tarFile([{ path: '././@LongLink', type: 'L', bytes: new Uint8Array(2 ** 21).fill(97) }]),
      'archive-damaged',
      /claims 2097152 bytes/,
    ],
  ])('refuses %s', async (_, bytes, code, message) => {
    await expect(listed(bytes)).rejects.toMatchObject({ code, kind: 'input' });
    await expect(listed(bytes)).rejects.toThrow(message);
  });

  it('refuses more entries than are asked for', async () => {
    await expect(listed(tarOf(plain), { ...LIMITS, maxEntries: 2 })).rejects.toMatchObject({ code: 'archive-entry' });
  });

  describe.skipIf(!existsSync('/usr/bin/tar'))('of an archive that GNU tar wrote', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'latent-plane-tar-'));
      for (const [path, text] of Object.entries(FILES)) {
        await mkdir(dirname(join(folder, 'in', path)), { recursive: true });
        await writeFile(join(folder, 'in', path), text);
      }
      await symlink('a.txt', join(folder, 'in', 'link.txt'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it.each(
      ['gnu', 'oldgnu', 'pax', 'posix'].flatMap(
        (format) =>
          [
            [format, '-c'],
            [format, '-cz'],
          ] as const,
      ),
    )('in format %s, with %s, reads every file', async (format, flag) => {
      const out = join(folder, `${format}${flag}.tar`);
      execFileSync('/usr/bin/tar', [flag, `--format=${format}`, '-f', out, '-C', join(folder, 'in'), '.']);
      const bytes = new Uint8Array(await readFile(out));
      expect(await contents(bytes)).toEqual(FILES);
      expect((await listed(bytes)).leftOut).toEqual(['link.txt']);
    });

    it('with a file full of holes leaves that one out', async () => {
      const script = 'truncate -s 3M in/holes.bin && printf x >> in/holes.bin';
      execFileSync('/bin/sh', ['-c', script], { cwd: folder });
      for (const format of ['gnu', 'pax']) {
        const out = join(folder, `sparse-${format}.tar`);
        execFileSync('/usr/bin/tar', ['-cS', `--format=${format}`, '-f', out, '-C', join(folder, 'in'), '.']);
        const bytes = new Uint8Array(await readFile(out));
        expect(await contents(bytes)).toEqual(FILES);
        const { leftOut } = await listed(bytes);
        expect([leftOut.length, leftOut.includes('link.txt')]).toEqual([2, true]);
      }
    });
  });
});
