/**
 * Keeps the bundle's files for a page that comes back without a network, and never mixes two bundles.
 *
 * In: requests below `data/`, and who asks. Out: answers. A bundle lists the SHA-256 of its files (`data/files.json`).
 * A page is bound to the list that was current when it asked for `index.json`: every file it gets later has the sum in
 * that list, or it is told that the data were renewed. Files are kept under their sums, so what a new bundle shares
 * with the old one is not loaded again. Without a list nothing is kept and every request goes to the network.
 */
import { sha256Hex } from 'latent-plane/internal';
import { LIST_FILE } from './protocol.ts';

const INDEX_FILE = 'index.json';

type Sums = Readonly<Record<string, string>>;

export interface DataKeeper {
  /** Is this a file of the bundle? Its path below `data/`; null for anything else. */
  pathOf(url: URL): string | null;
  /** @param isOwnWorker - one of this build's workers, which follows the latest list. */
  answer(request: Request, path: string, clientId: string, isOwnWorker: boolean): Promise<Response>;
  /** Fetches what is not kept yet. False where the server has no list. */
  keep(paths: readonly string[], clientId: string): Promise<boolean>;
  /** This page is of another build: from now on it gets nothing but what the network says. */
  passBy(clientId: string): Promise<void>;
  /** Drops what no page that is open, and no later visit, will ask for. */
  tidy(openClientIds: readonly string[]): Promise<void>;
  /** Drops what only earlier builds of the page would ask for. */
  deleteOtherBuilds(): Promise<void>;
}

/**
 * @param scope - address of the page's folder.
 * @param build - names this build of the page.
 */
export const createDataKeeper = (scope: string, build: string): DataKeeper => {
  const data = new URL('data/', scope);
  const at = (path: string, query = ''): string => new URL(path + query, data).href;
  const latestKey = at(LIST_FILE, `?build=${build}`);
  const clientKey = (id: string): string => at(LIST_FILE, `?client=${id}`);
  const fileKey = (path: string, sum: string): string => at(path, `?sha256=${sum}`);
  // Pages below other paths of this host keep their own.
  const name = `latent-plane-data-${scope}`;
  const open = (): Promise<Cache> => caches.open(name);
  /** What is tidied may not be what a page, or the next build's worker, is just keeping. */
  const inTurn = <T>(mode: LockMode, work: () => Promise<T>): Promise<T> =>
    navigator.locks.request(name, { mode }, work);

  const storedSums = async (key: string): Promise<Sums | null> => {
    const held = await (await open()).match(key);
    return held ? readSums(await held.json()) : null;
  };

  /** The file with this sum: kept, or fetched and kept. Null where the server has another one by now. */
  const fileOf = async (path: string, sum: string): Promise<Response | null> => {
    const cache = await open();
    const held = await cache.match(fileKey(path, sum));
    if (held) return held;
    const response = await fetch(at(path), { cache: 'no-cache' });
    if (!response.ok) return response;
    const bytes = await response.arrayBuffer();
    if ((await sha256Hex(new Uint8Array(bytes))) !== sum) return null;
    const whole = new Response(bytes, { headers: unpackedHeaders(response.headers, bytes.byteLength) });
    await putIfItFits(cache, fileKey(path, sum), whole);
    return whole;
  };

  /** The server's list now; null where it has none. Throws where the server cannot be reached. */
  const currentSums = async (): Promise<Sums | null> => {
    const response = await fetch(at(LIST_FILE), { cache: 'no-cache' });
    return response.ok ? readSums(await response.json().catch(() => null)) : null;
  };

  const bind = async (sums: Sums, clientId: string): Promise<void> => {
    const cache = await open();
    const keys = clientId === '' ? [latestKey] : [latestKey, clientKey(clientId)];
    for (const key of keys) await putIfItFits(cache, key, Response.json({ version: 1, files: sums }));
  };

  /** Also asked again after a deployment that came between the list and the file. */
  const currentIndex = async (request: Request, clientId: string): Promise<Response> => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const sums = await currentSums();
      if (sums === null || !(INDEX_FILE in sums)) return fetch(request);
      const index = await fileOf(INDEX_FILE, sums[INDEX_FILE]);
      if (index === null) continue;
      if (index.ok) await bind(sums, clientId);
      return index;
    }
    return renewed();
  };

  const keptIndex = async (clientId: string): Promise<Response> => {
    const sums = await storedSums(latestKey);
    const held = sums && (await (await open()).match(fileKey(INDEX_FILE, sums[INDEX_FILE])));
    if (!sums || !held) return Response.error();
    await bind(sums, clientId);
    return held;
  };

  return {
    pathOf: (url) =>
      url.origin === data.origin && url.pathname.startsWith(data.pathname)
        ? decodeURIComponent(url.pathname.slice(data.pathname.length))
        : null,
    answer: async (request, path, clientId, isOwnWorker) => {
      const bound = await storedSums(isOwnWorker ? latestKey : clientKey(clientId));
      if (bound !== null && isPassedBy(bound)) return fetch(request);
      if (path === INDEX_FILE) {
        return inTurn('shared', () => currentIndex(request, clientId).catch(() => keptIndex(clientId)));
      }
      if (bound === null || !(path in bound)) return fetch(request);
      return (await fileOf(path, bound[path])) ?? renewed();
    },
    keep: (paths, clientId) =>
      inTurn('shared', async () => {
        const bound = await storedSums(clientKey(clientId));
        const isBound = bound !== null && !isPassedBy(bound);
        let sums: Sums | null;
        try {
          sums = isBound ? bound : await currentSums();
        } catch (error) {
          // Without a network there is nothing new to keep.
          if (await (await open()).match(latestKey)) return true;
          throw error;
        }
        if (sums === null) return false;
        for (const path of new Set([INDEX_FILE, ...paths])) if (path in sums) await fileOf(path, sums[path]);
        // The old build's worker goes on to pass by a page of the new one.
        if (!isBound) await bind(sums, bound === null ? clientId : '');
        return true;
      }),
    passBy: async (clientId) => {
      await (await open()).put(clientKey(clientId), Response.json({ version: 1, files: {} }));
    },
    tidy: (openClientIds) =>
      inTurn('exclusive', async () => {
        const cache = await open();
        const wanted = new Set(openClientIds.map(clientKey));
        const keys = (await cache.keys()).map(({ url }) => url);
        const lists = keys.filter((key) => key.startsWith(at(LIST_FILE, '?')));
        for (const key of lists) {
          if (key.startsWith(clientKey('')) && !wanted.has(key)) await cache.delete(key);
          else for (const [path, sum] of Object.entries((await storedSums(key)) ?? {})) wanted.add(fileKey(path, sum));
        }
        for (const key of keys) if (!lists.includes(key) && !wanted.has(key)) await cache.delete(key);
      }),
    deleteOtherBuilds: async () => {
      const cache = await open();
      for (const { url } of await cache.keys()) {
        if (url.startsWith(at(LIST_FILE, '?build=')) && url !== latestKey) await cache.delete(url);
      }
    },
  };
};

/** Of a page of another build. */
const isPassedBy = (sums: Sums): boolean => Object.keys(sums).length === 0;

/** Null for what is no list. */
const readSums = (value: unknown): Sums | null => {
  if (typeof value !== 'object' || value === null || !('files' in value)) return null;
  const { files } = value;
  if (typeof files !== 'object' || files === null) return null;
  const sums = Object.entries(files);
  return sums.every(([, sum]) => typeof sum === 'string') ? Object.fromEntries(sums) : null;
};

/** The bytes at hand are unpacked, whatever the line carried. */
const unpackedHeaders = (headers: Headers, length: number): Headers => {
  const unpacked = new Headers(headers);
  unpacked.delete('Content-Encoding');
  unpacked.set('Content-Length', String(length));
  return unpacked;
};

/** A full disk costs the next visit without a network, not this one. */
const putIfItFits = async (cache: Cache, key: string, response: Response): Promise<void> => {
  try {
    await cache.put(key, response.clone());
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'QuotaExceededError')) throw error;
  }
};

/** The page shows this text. */
const renewed = (): Response =>
  new Response('data-renewed: expected the data that this page began with, got newer ones; reload the page', {
    status: 503,
    statusText: 'Renewed',
    headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  });
