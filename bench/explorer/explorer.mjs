/**
 * `latent explore` on the trained zoo, or on models that are named, and a browser to look at it with.
 *
 * In: MODEL arguments. Out: the page's address, the browser, and a way to end both. What is stale is to be built before.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { launchBrowser } from '../../scripts/find-browser.mjs';
import { root } from '../../scripts/setup.mjs';

/** @param {readonly string[]} models */
export const openExplorer = async (models = []) => {
  const server = spawn(
    process.execPath,
    [join(root, 'packages/cli/bin/latent.js'), 'explore', ...models, '--port', '0'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const url = await new Promise((resolve, reject) => {
    let said = '';
    server.stdout.on('data', (chunk) => {
      said += chunk;
      const found = /open at (http:\S+)[\s\S]*Ctrl-C/.exec(said);
      if (found) resolve(found[1]);
    });
    server.once('exit', (code) => reject(new Error(`latent explore ended with ${code}: ${said}`)));
  });
  // Points by WebGL, computed on the processor where there is no graphics card.
  const browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader', '--enable-precise-memory-info'] });
  return {
    url,
    browser,
    close: async () => {
      await browser.close();
      server.removeAllListeners('exit');
      server.kill('SIGINT');
      await once(server, 'exit');
    },
  };
};
