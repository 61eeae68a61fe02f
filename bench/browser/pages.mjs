/**
 * The pages of the browser measurements: built by Vite, served isolated.
 *
 * In: a folder to build into. Out: a server on 127.0.0.1 that has the pages and the engines' own files.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const TYPES = { js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm', html: 'text/html' };

const source = (path) => fileURLToPath(new URL(`../../packages/core/src/${path}`, import.meta.url));
const folderOf = (name) => dirname(createRequire(import.meta.url).resolve(name));

/** @param entry - pages by name: their modules beside this file. */
export const buildPages = (folder, entry) =>
  build({
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    resolve: {
      alias: [
        { find: /^latent-plane$/, replacement: source('index.ts') },
        { find: /^latent-plane\/web$/, replacement: source('web.ts') },
      ],
    },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'esnext',
      lib: {
        entry,
        formats: ['es'],
        fileName: (_format, name) => `${name}.js`,
      },
    },
  });

const pageOf = (module, ...scripts) =>
  `<!doctype html>${scripts.map((src) => `<script src="${src}"></script>`).join('')}<script type="module" src="${module}"></script>`;

/** Serves the built pages, the engines' own files, and `files` by path; isolated, so that `SharedArrayBuffer` is there. */
export const serve = async (folder, files = {}) => {
  const engines = {
    'ort/': 'onnxruntime-web/ort-wasm-simd-threaded.wasm',
    'tfjs/': '@tensorflow/tfjs',
    'tfjs-wasm/': '@tensorflow/tfjs-backend-wasm',
    'tfjs-webgpu/': '@tensorflow/tfjs-backend-webgpu',
  };
  const contents = (path) => {
    if (path in files) return files[path];
    if (path === 'losses.html') return pageOf('losses-page.js');
    if (path === 'ours.html') return pageOf('ours.js');
    if (path === 'jax.html') return pageOf('jax.js');
    if (path === 'tfjs.html')
      return pageOf(
        'tfjs.js',
        'tfjs/tf.min.js',
        'tfjs-wasm/tf-backend-wasm.min.js',
        'tfjs-webgpu/tf-backend-webgpu.min.js',
      );
    const engine = Object.keys(engines).find((prefix) => path.startsWith(prefix));
    return readFileSync(engine ? join(folderOf(engines[engine]), basename(path)) : join(folder, basename(path)));
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname.slice(1);
    try {
      const body = contents(path);
      response.writeHead(200, {
        'content-type': TYPES[path.split('.').at(-1)] ?? 'application/octet-stream',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};
