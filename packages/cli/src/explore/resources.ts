/**
 * What the explorer's server can hand out: the files of the built page, and the data that it loads.
 *
 * In: the page's folder and a bundle of data. Out: a look-up from path to bytes with their headers. Every path that
 * exists is known by name before the first request, so no request can climb out of the folder.
 */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { workError } from 'latent-plane/internal';
import { sha256Of } from '../files/sha256.ts';
import { DATA_FOLDER, type ExplorerData, fileSums, type LaterData, SUMS_FILE } from './file-sums.ts';

export interface Resource {
  readonly bytes: Uint8Array;
  /** The same bytes, gzipped; null where that saves nothing. */
  readonly gzipped: Uint8Array | null;
  readonly contentType: string;
  readonly cacheControl: string;
  /** Weak, since both encodings share it. */
  readonly etag: string;
}

export interface Resources {
  /** The page's own Content-Security-Policy, as its `<meta>` element states it. */
  readonly contentSecurityPolicy: string;
  /** Of the page's own files, data not among them. */
  readonly paths: readonly string[];
  /** The resource at a decoded path without its leading slash; null where there is none. */
  find(path: string): Promise<Resource | null>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
};
const BINARY = 'application/octet-stream';

/** Below this a packet holds the file anyway. */
const MIN_GZIP_BYTES = 1024;
const PAGE = 'index.html';
/** The build names these files after their content. */
const HASHED_FOLDER = 'assets/';

/**
 * Lists the page's files and opens the data on demand.
 *
 * @param root - folder of the built page; symbolic links in it are not followed.
 * @param data - the bundle, or a function that makes it at the first request for data; one that fails is asked again.
 * @param later - makes what the bundle leaves out, when it is asked for; what it made is kept.
 * @throws LatentError (work) `explorer-not-built` if there is no page in the folder.
 */
export const openResources = async (
  root: string,
  data: ExplorerData | (() => Promise<ExplorerData>),
  later: LaterData = () => null,
): Promise<Resources> => {
  const files = await listFiles(root);
  const page = files.get(PAGE);
  if (page === undefined) {
    throw workError('explorer-not-built', {
      at: { subject: root },
      expected: `the built explorer with its ${PAGE}`,
      got: 'none',
      hint: 'run `npm run build`',
    });
  }
  let opened: Promise<ExplorerData> | null = null;
  const openData = (): Promise<ExplorerData> => {
    opened ??= typeof data === 'function' ? data() : Promise.resolve(data);
    opened.catch(() => {
      opened = null;
    });
    return opened;
  };
  const known = new Map<Uint8Array | string, Promise<Resource>>();
  const resource = (key: Uint8Array | string, path: string): Promise<Resource> => {
    const found = known.get(key) ?? makeResource(path, key);
    known.set(key, found);
    found.catch(() => known.delete(key));
    return found;
  };
  const makings = new Map<string, Promise<Uint8Array>>();
  const made = (path: string): Promise<Uint8Array> | undefined => {
    const making = makings.get(path) ?? later(path);
    if (making === null) return undefined;
    makings.set(path, making);
    making.catch(() => makings.delete(path));
    return making;
  };
  return {
    contentSecurityPolicy: readPolicy(await readFile(page, 'utf8')),
    paths: [...files.keys()].filter((path) => !path.startsWith(DATA_FOLDER)).sort(),
    find: async (path) => {
      const name = path === '' ? PAGE : path;
      if (name.startsWith(DATA_FOLDER)) {
        const bundle = await openData();
        if (name === SUMS_FILE && bundle.size > 0) return makeResource(name, fileSums(bundle));
        const bytes = bundle.get(name) ?? (await made(name));
        return bytes === undefined ? null : resource(bytes, name);
      }
      const file = files.get(name);
      return file === undefined ? null : resource(file, name);
    },
  };
};

/** Absolute paths by relative path with forward slashes; empty where there is no folder. */
const listFiles = async (root: string): Promise<ReadonlyMap<string, string>> => {
  try {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name));
    return new Map(files.map((file) => [relative(root, file).split(sep).join('/'), file]));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw error;
  }
};

const makeResource = async (path: string, source: Uint8Array | string): Promise<Resource> => {
  const bytes = typeof source === 'string' ? await readFile(source) : source;
  const contentType = CONTENT_TYPES[extname(path)] ?? BINARY;
  const isText = /^text\/|json|svg/.test(contentType);
  return {
    bytes,
    gzipped: isText && bytes.length >= MIN_GZIP_BYTES ? await promisify(gzip)(bytes) : null,
    contentType,
    cacheControl: path.startsWith(HASHED_FOLDER) ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: `W/"${Buffer.from(sha256Of(bytes), 'hex').toString('base64url').slice(0, 22)}"`,
  };
};

/** The policy is written once, in the page; without one, the page may load from its own server alone. */
const readPolicy = (html: string): string =>
  /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1].replaceAll('&#39;', "'") ??
  "default-src 'self'";
