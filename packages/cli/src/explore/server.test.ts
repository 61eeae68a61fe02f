import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { inputError } from 'latent-plane/internal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from './server.ts';

const POLICY = "default-src 'none'; script-src 'self'";
const SCRIPT = 'export const answer = 42;\n'.repeat(100);
const codes = Uint8Array.from({ length: 3000 }, (_, i) => i);
const bundle = new Map([
  ['data/index.json', new TextEncoder().encode('{"version":1}\n')],
  ['data/dense-1/codes.npy', codes],
]);

let folder: string;
let root: string;
let server: ExplorerServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latent-explore-'));
  root = join(folder, 'dist');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(
    join(root, 'index.html'),
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}"><title>Page</title>`,
  );
  await writeFile(join(root, 'assets', 'app-1a2b.js'), SCRIPT);
  await writeFile(join(folder, 'secret.txt'), 'not to be served');
  await writeFile(join(root, '.hidden'), 'not to be served');
  await symlink(join(folder, 'secret.txt'), join(root, 'link.txt'));
  server = await serveExplorer({ root, bundle, port: 0 });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Of the kinds of addresses that this machine has. */
const WILDCARDS = Object.values(networkInterfaces()).some((list) => list?.some(({ family }) => family === 'IPv6'))
  ? ['0.0.0.0', '::']
  : ['0.0.0.0'];

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request whose path goes out as it stands: `fetch` would tidy it first. */
const ask = (path: string, { method = 'GET', headers = {}, url = server.url } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ host: hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject).end();
  });

describe('serveExplorer', () => {
  it('listens on 127.0.0.1 and serves the page at its root', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { status, headers, body } = await ask('/');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body.toString()).toContain('<title>Page</title>');
  });

  it('is not heard at any other address of the machine', async () => {
    const port = Number(new URL(server.url).port);
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const others = own.filter(({ internal }) => !internal).map(({ address, scopeid }) => [address, scopeid] as const);
    for (const [address, scope] of [['127.0.0.2', 0] as const, ...others]) {
      const heard = new Promise((resolve) => {
        const socket = connect({ port, host: scope ? `${address}%${scope}` : address, timeout: 1000 });
        for (const event of ['connect', 'error', 'timeout']) {
          socket.once(event, () => {
            socket.destroy();
            resolve(event);
          });
        }
      });
      expect(await heard).not.toBe('connect');
    }
  });

  it('lists the data with their sums, and nothing where there are none', async () => {
    const { status, headers, body } = await ask('/data/files.json');
    expect([status, headers['cache-control']]).toStrictEqual([200, 'no-cache']);
    expect(JSON.parse(body.toString())).toStrictEqual({
      version: 1,
      files: {
        'dense-1/codes.npy': createHash('sha256').update(codes).digest('hex'),
        'index.json': createHash('sha256').update('{"version":1}\n').digest('hex'),
      },
    });
    const empty = await serveExplorer({ root, bundle: new Map(), port: 0 });
    expect((await ask('/data/files.json', { url: empty.url })).status).toBe(404);
    await empty.close();
  });

  it('sends the headers that isolate the page, on errors too', async () => {
    for (const path of ['/', '/data/dense-1/codes.npy', '/none']) {
      const { headers } = await ask(path);
      expect(headers).toMatchObject({
        'content-security-policy': `${POLICY}; frame-ancestors 'none'`,
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('serves data byte for byte, whatever follows the question mark', async () => {
    const { status, headers, body } = await ask('/data/dense-1/codes.npy?v=1');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/octet-stream');
    expect(headers['content-length']).toBe('3000');
    expect(new Uint8Array(body)).toStrictEqual(codes);
  });

  it('gzips text where that is accepted, and only there', async () => {
    const zipped = await ask('/assets/app-1a2b.js', { headers: { 'Accept-Encoding': 'br, gzip;q=0.8' } });
    expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(gunzipSync(zipped.body).toString()).toBe(SCRIPT);
    for (const encoding of ['identity', 'gzip;q=0', 'br']) {
      const plain = await ask('/assets/app-1a2b.js', { headers: { 'Accept-Encoding': encoding } });
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(plain.body.toString()).toBe(SCRIPT);
    }
  });

  it('lets hashed files be kept, and has the others asked for again', async () => {
    expect((await ask('/assets/app-1a2b.js')).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await ask('/')).headers['cache-control']).toBe('no-cache');
    expect((await ask('/data/index.json')).headers['cache-control']).toBe('no-cache');
  });

  it('answers 304 without a body to a tag it gave', async () => {
    const { headers } = await ask('/data/index.json');
    const again = await ask('/data/index.json', { headers: { 'If-None-Match': `"x", ${headers.etag}` } });
    expect(again).toMatchObject({ status: 304, body: Buffer.alloc(0) });
    expect((await ask('/data/index.json', { headers: { 'If-None-Match': '"x"' } })).status).toBe(200);
  });

  it('answers HEAD as GET, without the body', async () => {
    const get = await ask('/data/dense-1/codes.npy');
    const head = await ask('/data/dense-1/codes.npy', { method: 'HEAD' });
    expect(head.body.length).toBe(0);
    expect({ ...head.headers, date: '' }).toStrictEqual({ ...get.headers, date: '' });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])('refuses %s with 405', async (method) => {
    const { status, headers } = await ask('/', { method });
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
  });

  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.', '169.254.169.254'])(
    'refuses the host "%s" with 421',
    async (host) => {
      expect((await ask('/', { headers: { Host: host } })).status).toBe(421);
    },
  );

  it.each(['localhost', 'LOCALHOST:9000', '127.0.0.1:1', '[::1]:8028'])('answers to the host "%s"', async (host) => {
    expect((await ask('/', { headers: { Host: host } })).status).toBe(200);
  });

  it.each(WILDCARDS)('listening on %s answers to whoever comes by an address, and to no foreign name', async (host) => {
    const open = await serveExplorer({ root, bundle, port: 0, host });
    expect(open.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    for (const url of [open.url, ...open.elsewhere]) expect((await fetch(url)).status, url).toBe(200);
    // As through a router or out of a container: by an address that this machine does not have.
    for (const name of ['203.0.113.7:8028', '[2001:db8::7]:8028'])
      expect((await ask('/', { url: open.url, headers: { Host: name } })).status).toBe(200);
    for (const name of ['evil.example', '127.0.0.1.evil.example:80']) {
      const { status, body } = await ask('/', { url: open.url, headers: { Host: name } });
      expect([status, body.toString()]).toEqual([421, expect.stringContaining('answers to localhost, 127.0.0.1,')]);
    }
    await open.close();
  });

  it.each(['203.0.113.9', 'no-such-name.invalid', '127.0.0.1:80', 'http://127.0.0.1'])(
    'refuses to listen on "%s" with the addresses that there are',
    async (host) => {
      await expect(serveExplorer({ root, bundle, port: 0, host })).rejects.toMatchObject({
        code: 'host-unknown',
        kind: 'input',
        message: expect.stringMatching(/expected an address of this machine, got .*; it has .*127\.0\.0\.1/),
      });
    },
  );

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/data/../../secret.txt',
    '//secret.txt',
    '/link.txt',
    '/.hidden',
    '/assets',
    '/assets/',
    '/index.html%00.js',
    '/__proto__',
    '/data/constructor',
  ])('finds nothing at %s', async (path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body.toString()).not.toContain('not to be served');
  });

  it.each(['/%', '/%ff', '*', 'http://127.0.0.1/'])('refuses the target %s with 400', async (path) => {
    expect((await ask(path)).status).toBe(400);
  });

  it('makes lazy data at the first request for it, once', async () => {
    let made = 0;
    const make = async () => {
      made++;
      return bundle;
    };
    const lazy = await serveExplorer({ root, port: 0, bundle: make });
    expect((await ask('/', { url: lazy.url })).status).toBe(200);
    expect(made).toBe(0);
    const answers = await Promise.all([1, 2, 3].map(() => ask('/data/index.json', { url: lazy.url })));
    expect(answers.map(({ status }) => status)).toStrictEqual([200, 200, 200]);
    expect(made).toBe(1);
    await lazy.close();
  });

  it('makes what the bundle leaves out when it is asked for, once, and nothing else', async () => {
    const asked: string[] = [];
    const later = (path: string): Promise<Uint8Array> | null => {
      asked.push(path);
      return path === 'data/late.npy' ? Promise.resolve(codes) : null;
    };
    const lazy = await serveExplorer({ root, bundle, later, port: 0 });
    const get = async (path: string): Promise<Response> => fetch(new URL(path, lazy.url));
    for (let i = 0; i < 2; i++) {
      expect(new Uint8Array(await (await get('data/late.npy')).arrayBuffer())).toEqual(codes);
    }
    expect((await get('data/never.npy')).status).toBe(404);
    expect((await get('data/index.json')).status).toBe(200);
    expect((await get('late.npy')).status).toBe(404);
    expect(asked).toEqual(['data/late.npy', 'data/never.npy']);
    await lazy.close();
  });

  it('says why there is no data, and tries again at the next request', async () => {
    let tries = 0;
    const failing = await serveExplorer({
      root,
      port: 0,
      bundle: async () => {
        if (tries++ === 0) throw inputError('no-run', { at: { file: 'runs/x' }, expected: 'a run folder' });
        return bundle;
      },
    });
    const first = await ask('/data/index.json', { url: failing.url });
    expect(first.status).toBe(500);
    expect(first.body.toString()).toBe('no-run: runs/x: expected a run folder\n');
    expect((await ask('/data/index.json', { url: failing.url })).status).toBe(200);
    await failing.close();
  });

  it('refuses a taken port by name with exit 2', async () => {
    const port = Number(new URL(server.url).port);
    await expect(serveExplorer({ root, bundle, port })).rejects.toMatchObject({ code: 'port-taken', kind: 'input' });
    await expect(serveExplorer({ root, bundle, port: 70_000 })).rejects.toMatchObject({
      code: 'port-range',
      kind: 'input',
    });
  });

  it('takes the next free port where none was asked for', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.once('error', () => resolve()).listen(8028, '127.0.0.1', resolve));
    const next = await serveExplorer({ root, bundle });
    expect(Number(new URL(next.url).port)).toBeGreaterThan(8028);
    await next.close();
    if (blocker.listening) await new Promise((resolve) => blocker.close(resolve));
  });

  it('refuses a folder without a page', async () => {
    for (const empty of [join(root, 'assets'), join(folder, 'missing')]) {
      await expect(serveExplorer({ root: empty, bundle, port: 0 })).rejects.toMatchObject({
        code: 'explorer-not-built',
        kind: 'work',
      });
    }
  });

  it('closes although a browser keeps its connection open', async () => {
    const short = await serveExplorer({ root, bundle, port: 0 });
    const socket = connect(Number(new URL(short.url).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await short.close();
    await closed;
  });
});
