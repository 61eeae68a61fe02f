/**
 * A file server that knows nothing of the page, as any static host: no headers but the type, no policy, a path of its
 * own. What it serves can be exchanged while it runs, as by a deployment.
 */
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

export type Files = ReadonlyMap<string, Uint8Array>;

/** Every file in a folder by its path with forward slashes. */
export const filesIn = async (folder: string): Promise<Map<string, Uint8Array>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = paths.map(
    async (path) => [relative(folder, path).split(sep).join('/'), new Uint8Array(await readFile(path))] as const,
  );
  return new Map(await Promise.all(read));
};

export interface PlainServer {
  readonly url: string;
  /** From the next request on. */
  serve(files: Files): void;
  close(): Promise<void>;
}

export const servePlainly = async (first: Files, base = '/some/path/'): Promise<PlainServer> => {
  let files = first;
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '').split('?', 1);
    const name = path === base ? 'index.html' : path.slice(base.length);
    const bytes = path.startsWith(base) ? files.get(name) : undefined;
    if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}${base}`,
    serve: (next) => {
      files = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
