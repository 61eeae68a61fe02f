import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { serviceWorker } from './src/offline/plugin.ts';

/**
 * The page talks to its own server alone and runs no text as code. `latent explore` sends the same policy as a header,
 * read from the page, so that it is written here once.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  // WebAssembly needs a word of its own; it runs no text either.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  // Pictures that the page itself draws: charts, on the screen and on their way to a PNG.
  "img-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Only in builds: the development server needs inline scripts. */
const contentSecurityPolicy = (): Plugin => ({
  name: 'content-security-policy',
  apply: 'build',
  // As text, since Vite would write the quotes as entities, and the server reads the policy back by its looks.
  transformIndexHtml: (html) =>
    html.replace(
      '<head>',
      `<head>\n    <meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}" />`,
    ),
});

const source = (file: string): string => fileURLToPath(new URL(`../../packages/core/src/${file}`, import.meta.url));

/** How long plugins took is for whoever tunes the build; who types `npm start` would take it for a warning. */
const checks = { pluginTimings: false };

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative addresses: the page works below any path of any static host.
  base: './',
  plugins: [svelte(), contentSecurityPolicy(), serviceWorker()],
  resolve: {
    alias: [
      { find: /^latent-plane$/, replacement: source('index.ts') },
      { find: /^latent-plane\/charts$/, replacement: source('charts.ts') },
      { find: /^latent-plane\/internal$/, replacement: source('internal.ts') },
      { find: /^latent-plane\/web$/, replacement: source('web.ts') },
    ],
  },
  worker: { format: 'es', rolldownOptions: { checks } },
  build: {
    // The first versions with light-dark().
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // A data: address would need an exception in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: { checks },
  },
});
