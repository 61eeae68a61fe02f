import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IdxDatasetEntry } from 'latent-plane';
import { sha256Hex } from 'latent-plane/internal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FetchOptions, type FetchProgress, fetchDataset } from './fetch-files.ts';
import {
  type Behaviour,
  fill,
  removeFolder,
  serve,
  type TestServer,
  temporaryFolder,
  tinyEntry,
  wellBehaved,
} from './testing.ts';

let cacheFolder: string;
let entry: IdxDatasetEntry;
const servers: TestServer[] = [];

beforeEach(async () => {
  cacheFolder = await temporaryFolder();
  entry = await tinyEntry();
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await removeFolder(cacheFolder);
});

async function start(behaviour?: Behaviour): Promise<TestServer> {
  const server = await serve(behaviour);
  servers.push(server);
  return server;
}

/** Fetches from these servers with the patience of a test. */
const fetchFrom = (from: readonly TestServer[], options: Partial<FetchOptions> = {}): Promise<string> => {
  const mirrors = from.map((server) => server.base);
  return fetchDataset(entry, { cacheFolder, mirrors, retryDelayMs: 1, stallMs: 30_000, ...options });
};

const images = 'train-images-idx3-ubyte.gz';
const inCache = (name: string): string => join(cacheFolder, 'tiny', name);

async function expectAllCached(): Promise<void> {
  expect((await readdir(join(cacheFolder, 'tiny'))).sort()).toEqual(
    Object.values(entry.files)
      .map((file) => file.name)
      .sort(),
  );
  for (const file of Object.values(entry.files)) {
    expect(await sha256Hex(await readFile(inCache(file.name)))).toBe(file.checksum.hex);
  }
}

/** Sends `share` of what was asked for, then, when some of it lies on the disk, cuts the connection. */
const cutAt =
  (share: number): Behaviour =>
  (request, response, bytes) => {
    const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': bytes.length - from,
      'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
    });
    const piece = bytes.subarray(from, from + Math.ceil((bytes.length - from) * share));
    const part = `${inCache(request.url?.split('/').at(-1) ?? '')}.part`;
    const cut = async (): Promise<void> => {
      while (((await stat(part).catch(() => null))?.size ?? 0) <= from) await sleep(10);
      response.destroy();
    };
    response.write(piece, () => void cut());
  };

const answering =
  (status: number): Behaviour =>
  (_request, response) =>
    response.writeHead(status).end('no');

describe('fetchDataset', () => {
  it('brings four files with the right checksums into the cache and leaves nothing else', async () => {
    const server = await start();
    expect(await fetchFrom([server])).toBe(join(cacheFolder, 'tiny'));
    await expectAllCached();
    expect(server.requests.map(({ path }) => path)).toEqual(
      Object.values(entry.files).map((file) => `/tiny/${file.name}`),
    );
  });

  it('asks for nothing when everything is there', async () => {
    await fetchFrom([await start()]);
    const second = await start();
    await fetchFrom([second]);
    expect(second.requests).toEqual([]);
  });

  it('resumes a connection cut in the middle where it stopped', async () => {
    let cuts = 0;
    const server = await start((request, response, bytes) => {
      const cut = request.url?.endsWith(images) && cuts++ === 0;
      (cut ? cutAt(0.5) : wellBehaved)(request, response, bytes);
    });
    await fetchFrom([server]);
    await expectAllCached();
    const asked = server.requests.filter(({ path }) => path.endsWith(images)).map(({ range }) => range);
    // What the client had received but not yet read when the cut came may be lost: half at most is kept.
    expect(asked).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
    const kept = Number(/\d+/.exec(asked[1] ?? '')?.[0]);
    expect(kept).toBeLessThanOrEqual(Math.ceil(entry.files.trainImages.bytes / 2));
  });

  it('continues at the second mirror where the first was cut and is gone', async () => {
    let requests = 0;
    const first = await start((...call) => (requests++ === 0 ? cutAt(0.3) : answering(404))(...call));
    const second = await start();
    await fetchFrom([first, second]);
    await expectAllCached();
    expect(second.requests[0].range).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('starts over where the server knows no ranges', async () => {
    await fill(join(cacheFolder, 'tiny'), { [`${images}.part`]: new Uint8Array(100) });
    const server = await start((_request, response, bytes) => response.writeHead(200).end(bytes));
    await fetchFrom([server]);
    await expectAllCached();
    expect(server.requests[0].range).toBe('bytes=100-');
  });

  it('takes the second mirror after a 404', async () => {
    const first = await start(answering(404));
    await fetchFrom([first, await start()]);
    await expectAllCached();
    expect(first.requests.length).toBe(4);
  });

  it('tries a mirror again after a 503', async () => {
    let failures = 0;
    const server = await start((...call) => (failures++ === 0 ? answering(503) : wellBehaved)(...call));
    await fetchFrom([server]);
    await expectAllCached();
  });

  it.each<[string, Behaviour, RegExp]>([
    [
      'other bytes of the right length',
      (_, response, bytes) => response.end(bytes.map((byte) => byte ^ 1)),
      /sent a file with SHA-256/,
    ],
    [
      'a page instead of the file',
      (_, response) => response.setHeader('content-length', 6).end('<html>'),
      /offers 6 bytes, expected/,
    ],
    ['an endless body', (_, response, bytes) => pour(response, bytes), /sent more than the \d+ bytes expected/],
  ])('turns to the next mirror when the first sends %s', async (_, behaviour, reason) => {
    await expect(fetchFrom([await start(behaviour)])).rejects.toThrow(reason);
    expect(await readdir(join(cacheFolder, 'tiny'))).toEqual([]);
    await fetchFrom([await start(behaviour), await start()]);
    await expectAllCached();
  });

  it('never builds on a partial file with wrong bytes: its checksum fails, the next mirror starts fresh', async () => {
    await fill(join(cacheFolder, 'tiny'), { [`${images}.part`]: new Uint8Array(100).fill(9) });
    const first = await start();
    const second = await start();
    await fetchFrom([first, second]);
    await expectAllCached();
    expect(second.requests.map(({ range }) => range)).toEqual([undefined]);
  });

  it('sets a cached file aside that is not the published one, and says so if it cannot fetch that', async () => {
    const other = new Uint8Array(entry.files.trainImages.bytes);
    await fill(join(cacheFolder, 'tiny'), { [images]: other });
    await expect(fetchFrom([await start(answering(404))])).rejects.toThrow(
      /is not the published one; 127\.0\.0\.1:\d+: answered 404/,
    );
    await fetchFrom([await start()]);
    // Somebody may have put it there by hand.
    expect(Buffer.compare(await readFile(inCache(`${images}.other`)), other)).toBe(0);
    await rm(inCache(`${images}.other`));
    await expectAllCached();
  });

  it('gives up on a silent server and says how to place the files by hand', async () => {
    const silent = await start(() => undefined);
    const failure = fetchFrom([silent], { stallMs: 50 });
    await expect(failure).rejects.toMatchObject({ kind: 'work', code: 'dataset-unavailable' });
    await expect(failure).rejects.toThrow(
      /silent for 0\.05 s.*place the four \.gz files of Tiny random squares in .*tiny by hand/,
    );
    // Three attempts; one whose connection was given up before it stood has not reached the server.
    expect(silent.requests.length).toBeLessThanOrEqual(3);
  });

  it('is a work error without a network', async () => {
    const server = await start();
    await server.close();
    const failure = fetchFrom([server]);
    await expect(failure).rejects.toMatchObject({ kind: 'work', code: 'dataset-unavailable' });
    await expect(failure).rejects.toThrow(/ECONNREFUSED.*connect to the network/);
  });

  it('is a work error where the cache cannot be written', async () => {
    await writeFile(join(cacheFolder, 'tiny'), 'a file where the folder should be');
    await expect(fetchFrom([await start()])).rejects.toMatchObject({ kind: 'work', code: 'cache-write' });
  });

  it.skipIf(!existsSync('/dev/full'))('is a work error where the disk is full', async () => {
    await fill(join(cacheFolder, 'tiny'), {});
    await symlink('/dev/full', inCache(`${images}.part`));
    const failure = fetchFrom([await start()]);
    await expect(failure).rejects.toMatchObject({ kind: 'work', code: 'cache-write' });
    await expect(failure).rejects.toThrow(/ENOSPC.*set LATENT_PLANE_CACHE/);
  });

  it('keeps what arrived when it is interrupted, and resumes from there', async () => {
    const abort = new AbortController();
    const server = await start((_request, response, bytes) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 5_000));
    });
    const stopped = fetchFrom([server], { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const { size } = await stat(inCache(`${images}.part`));
    expect(size).toBeGreaterThan(0);
    const second = await start();
    await fetchFrom([second]);
    await expectAllCached();
    expect(second.requests[0].range).toBe(`bytes=${size}-`);
  });

  it('fetches once for two callers at the same time', async () => {
    const server = await start();
    await Promise.all([fetchFrom([server]), fetchFrom([server])]);
    await expectAllCached();
    expect(server.requests.length).toBe(4);
  });

  it.each([
    // Process ids end below 2^22 on Linux, and nowhere are as large as this.
    ['a process that is gone', `${2 ** 30}\n`],
    ['an earlier process with the same id', `${process.pid}\n`],
    ['a process killed before it wrote its id', ''],
  ])('takes over the lock of %s', async (_, content) => {
    await fill(join(cacheFolder, 'tiny'), { 'fetch.lock': Buffer.from(content) });
    await fetchFrom([await start()]);
    await expectAllCached();
  });

  it('reports bytes that rise to the sum of the four files', async () => {
    const seen: FetchProgress[] = [];
    await fetchFrom([await start()], { onProgress: (progress) => seen.push(progress) });
    const received = seen.map(({ receivedBytes }) => receivedBytes);
    expect(received).toEqual([...received].sort((a, b) => a - b));
    const total = Object.values(entry.files).reduce((sum, file) => sum + file.bytes, 0);
    expect(seen.at(-1)).toMatchObject({ dataset: 'tiny', receivedBytes: total, totalBytes: total });
  });
});

/** Sends the bytes again and again until the other side hangs up. */
function pour(response: Parameters<Behaviour>[1], bytes: Uint8Array): void {
  response.write(bytes, () => {
    if (!response.destroyed) setImmediate(() => pour(response, bytes));
  });
}
