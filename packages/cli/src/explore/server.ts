/**
 * Serves the explorer to a browser on this machine.
 *
 * In: the folder of the built page and the data it loads. Out: an address and a way to stop. It answers GET and HEAD
 * for names that it knows, and to nobody who came by a foreign name (`addresses.ts`). Opening a browser and making the
 * data are not done here.
 */
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { messageOf } from 'latent-plane';
import { inputError } from 'latent-plane/internal';
import { type HostRule, hostError, hostRule, type Listening, linksOf } from './addresses.ts';
import type { ExplorerData, LaterData } from './file-sums.ts';
import { openResources, type Resource, type Resources } from './resources.ts';

export interface ServeExplorerOptions {
  /** Folder of the built page. */
  readonly root: string;
  /** Files below `data/` (see `explorerBundle`), or a function that makes them at the first request for one. */
  readonly bundle: ExplorerData | (() => Promise<ExplorerData>);
  /** Makes a file below `data/` that the bundle does not hold, once; null for what there is not. */
  readonly later?: LaterData;
  /** Absent: 8028, or the next free one; 0: any free one. */
  readonly port?: number;
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
}

export interface ExplorerServer {
  /** Opens the page on this machine, for example `http://127.0.0.1:8028/`. */
  readonly url: string;
  /** Open it on other machines; none where this one alone is listened to. */
  readonly elsewhere: readonly string[];
  /** Stops listening and drops open connections. */
  close(): Promise<void>;
}

const DEFAULT_PORT = 8028;
const PORTS_TRIED = 50;

/**
 * Starts the server.
 *
 * @throws LatentError (input) `port-taken`, `port-forbidden`, `port-range`, `host-unknown` for a port or an address that
 *   was asked for and cannot be had; (work) `explorer-not-built` if the folder holds no page.
 */
export const serveExplorer = async ({
  root,
  bundle,
  later,
  port,
  host = '127.0.0.1',
}: ServeExplorerOptions): Promise<ExplorerServer> => {
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw inputError('port-range', {
      at: { option: '--port' },
      expected: 'a whole number from 0 to 65535',
      got: `${port}`,
    });
  }
  const resources = await openResources(root, bundle, later);
  // What it answers to is known when it listens, and nobody is heard before.
  let rule: HostRule = { names: [], answersTo: () => false };
  const server = createServer((request, response) => {
    respond(request, response, resources, rule).catch((error: unknown) => response.destroy(asError(error)));
  });
  const listening = await listen(server, host, port);
  rule = hostRule(listening);
  const { here, elsewhere } = linksOf(listening);
  return {
    url: here,
    elsewhere,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Listens on the port asked for, or on the first free one from the default on. */
const listen = async (server: Server, host: string, port: number | undefined): Promise<Listening> => {
  const first = port ?? DEFAULT_PORT;
  const last = port === undefined ? first + PORTS_TRIED - 1 : first;
  for (let candidate = first; ; candidate++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(candidate, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
      const address = server.address();
      return typeof address === 'object' && address !== null
        ? { host, address: address.address, port: address.port }
        : { host, address: host, port: candidate };
    } catch (cause) {
      if (codeOf(cause) === 'EADDRINUSE' && candidate < last) continue;
      throw listenError(cause, host, first, last);
    }
  }
};

const listenError = (cause: unknown, host: string, first: number, last: number): Error => {
  if (codeOf(cause) === 'EADDRINUSE') {
    const where = first === last ? `port ${first}` : `ports ${first} to ${last}`;
    return inputError(
      'port-taken',
      {
        at: { subject: `${where} on ${host}` },
        expected: 'a free port, another program listens there',
        hint: 'give another with --port',
      },
      { cause },
    );
  }
  if (codeOf(cause) === 'EACCES') {
    return inputError(
      'port-forbidden',
      { problem: `port ${first} on ${host}: this user may not listen there`, hint: 'give one above 1023 with --port' },
      {
        cause,
      },
    );
  }
  return hostError(cause, host) ?? asError(cause);
};

/** Cross-origin isolation gives the page threads; the rest keeps other pages out. */
const commonHeaders = (resources: Resources): OutgoingHttpHeaders => ({
  'Content-Security-Policy': `${resources.contentSecurityPolicy}; frame-ancestors 'none'`,
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
});

const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  resources: Resources,
  { names, answersTo }: HostRule,
): Promise<void> => {
  const send = (status: number, headers: OutgoingHttpHeaders, body: Uint8Array | string | null): void => {
    response.writeHead(status, {
      ...commonHeaders(resources),
      ...headers,
      ...(body === null ? {} : { 'Content-Length': Buffer.byteLength(body) }),
    });
    response.end(request.method === 'HEAD' ? null : body);
  };
  const refuse = (status: number, text: string, headers: OutgoingHttpHeaders = {}): void =>
    send(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers }, `${text}\n`);

  if (!answersTo(request.headers.host)) {
    return refuse(421, `This server answers to ${names.join(', ')} alone; open it by one of these names.`);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(405, 'Only GET and HEAD are answered here.', { Allow: 'GET, HEAD' });
  }
  const path = pathOf(request.url ?? '');
  if (path === null) return refuse(400, 'The address cannot be read.');
  let resource: Resource | null;
  try {
    resource = await resources.find(path);
  } catch (error) {
    // The page shows this text: a person must see why there is nothing to explore.
    return refuse(500, messageOf(error));
  }
  if (resource === null) return refuse(404, 'There is no such file here.');
  const { bytes, gzipped, contentType, cacheControl, etag } = resource;
  const caching = { 'Cache-Control': cacheControl, ETag: etag, ...(gzipped ? { Vary: 'Accept-Encoding' } : {}) };
  if (isKnown(request.headers['if-none-match'], etag)) return send(304, caching, null);
  const zipped = gzipped !== null && acceptsGzip(request.headers['accept-encoding']) ? gzipped : null;
  send(
    200,
    { ...caching, 'Content-Type': contentType, ...(zipped ? { 'Content-Encoding': 'gzip' } : {}) },
    zipped ?? bytes,
  );
};

/** `/a%20b?c` to `a b`; null for what is no path. */
const pathOf = (target: string): string | null => {
  const [path] = target.split('?', 1);
  if (!path.startsWith('/')) return null;
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return null;
  }
};

const isKnown = (header: string | undefined, etag: string): boolean =>
  (header ?? '').split(',').some((tag) => tag.trim() === etag || tag.trim() === '*');

const acceptsGzip = (header: string | string[] | undefined): boolean =>
  String(header ?? '')
    .split(',')
    .some((part) => /^\s*(gzip|\*)\s*(;\s*q=(0?\.\d*[1-9]\d*|1(\.0*)?)\s*)?$/i.test(part));
