/**
 * What the tests of this folder share: a tiny data set with its registry entry, folders, and a server on loopback
 * that misbehaves on request. Not part of the program.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  DATASET_ROLES,
  type DatasetRole,
  DIGIT_NAMES,
  encodeIdxImages,
  encodeIdxLabels,
  type IdxDatasetEntry,
} from 'latent-plane';
import { mapFiles, RandomStream, sha256Hex } from 'latent-plane/internal';

const TRAIN = 300;
const TEST = 50;
const SIDE = 8;

/** Images of random pixels: they do not compress, so that a file takes several pieces to send. */
function randomImages(stream: string, count: number, side: number): Uint8Array {
  const words = new Uint32Array(count * side * side);
  new RandomStream(1, stream).fillUint32(words);
  return encodeIdxImages({ pixels: Uint8Array.from(words), count, height: side, width: side });
}

const labels = (count: number): Uint8Array => encodeIdxLabels(Uint8Array.from({ length: count }, (_, i) => i % 10));

/** The four unpacked files of the tiny data set. */
export const rawFiles = (trainCount = TRAIN, testCount = TEST, side = SIDE): Record<DatasetRole, Uint8Array> => ({
  trainImages: randomImages('train', trainCount, side),
  trainLabels: labels(trainCount),
  testImages: randomImages('test', testCount, side),
  testLabels: labels(testCount),
});

export const packedFiles = (): Record<DatasetRole, Uint8Array> =>
  mapFiles(rawFiles(), (bytes) => new Uint8Array(gzipSync(bytes)));

/** Names under which the files lie in a folder; `.gz` where packed. */
export const FILE_NAMES: Readonly<Record<DatasetRole, string>> = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
};

/** A registry entry for the tiny data set. */
export async function tinyEntry(name = 'tiny'): Promise<IdxDatasetEntry> {
  const raw = rawFiles();
  const packed = packedFiles();
  const sums = new Map<DatasetRole, readonly [string, string]>();
  for (const role of DATASET_ROLES) sums.set(role, [await sha256Hex(packed[role]), await sha256Hex(raw[role])]);
  return {
    kind: 'idx',
    name,
    folder: name,
    title: 'Tiny random squares',
    licence: 'CC0 1.0 (nobody)',
    source: 'made for a test',
    classNames: DIGIT_NAMES,
    classifier: null,
    trainCount: TRAIN,
    testCount: TEST,
    height: SIDE,
    width: SIDE,
    channels: 1,
    mirrors: ['http://127.0.0.1:9/'],
    sums: null,
    files: mapFiles(packed, (bytes, role) => {
      const [sha256, rawSha256] = sums.get(role) ?? ['', ''];
      return {
        name: `${FILE_NAMES[role]}.gz`,
        bytes: bytes.length,
        checksum: { type: 'sha256', hex: sha256 },
        rawSha256,
      };
    }),
  };
}

/** A new folder under the system's own for temporary files. */
export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'latent-plane-data-'));

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

/** Writes files by name into a folder. */
export async function fill(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return folder;
}

/** The tiny data set as files by name. */
export const byName = (files: Readonly<Record<DatasetRole, Uint8Array>>, suffix = ''): Record<string, Uint8Array> =>
  Object.fromEntries(DATASET_ROLES.map((role) => [FILE_NAMES[role] + suffix, files[role]]));

export interface TestServer {
  /** `http://127.0.0.1:<port>` */
  readonly base: string;
  /** Requests so far: path and `Range` header. */
  readonly requests: { readonly path: string; readonly range: string | undefined }[];
  close(): Promise<void>;
}

/** What a server does with a request for these bytes. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, bytes: Uint8Array) => void;

/** Sends all or the range asked for, as a good server does. */
export const wellBehaved: Behaviour = (request, response, bytes) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const headers = { 'content-length': bytes.length - from };
  if (from === 0) response.writeHead(200, headers);
  else response.writeHead(206, { ...headers, 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` });
  response.end(bytes.subarray(from));
};

/** Serves files by name under any folder, on loopback; those of the packed tiny data set where none are given. */
export async function serve(
  behaviour: Behaviour = wellBehaved,
  files: Readonly<Record<string, Uint8Array>> = byName(packedFiles(), '.gz'),
): Promise<TestServer> {
  const requests: TestServer['requests'] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push({ path, range: request.headers.range });
    const bytes = files[path.split('/').at(-1) ?? ''];
    if (bytes === undefined) response.writeHead(404).end();
    else behaviour(request, response, bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { base: `http://127.0.0.1:${port}`, requests, close };
}

/** Whole numbers from one address per case, so that a failing case can be run alone. */
export class Dice {
  readonly #words = new Uint32Array(4096);
  #next = 0;

  constructor(seed: number, name: string, index: number) {
    new RandomStream(seed, name, index).fillUint32(this.#words);
  }

  /** 0 .. sides - 1. */
  roll(sides: number): number {
    return this.#words[this.#next++] % Math.max(1, sides);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.roll(items.length)];
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.roll(256));
  }
}
