/**
 * The explorer's figures on the trained zoo, in a headless Chromium.
 *
 *     node bench/explorer/measure.mjs [--minutes 10] [--model vae-1] [--only cold,decoded,cursor,points,memory]
 *
 * In: options. Out: one JSON document on standard output. What each figure means stands in `parts.mjs`; measured ones
 * stand in `README.md` beside this file. Run it on a machine that does nothing else.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../../scripts/build.mjs';
import { launchBrowser } from '../../scripts/find-browser.mjs';
import { root } from '../../scripts/setup.mjs';

const NAMES = ['cold', 'decoded', 'cursor', 'points', 'memory'];

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    model: { type: 'string' },
    only: { type: 'string', default: NAMES.join() },
  },
});
const names = values.only.split(',');
const unknown = names.find((name) => !NAMES.includes(name));
const minutes = Number(values.minutes);
if (unknown !== undefined || !(minutes > 0)) {
  console.error(
    unknown === undefined
      ? `--minutes: expected a number above 0, got "${values.minutes}"`
      : `--only: expected some of ${NAMES.join(', ')}, got "${unknown}"`,
  );
  process.exit(2);
}

await buildAll();
// After the build: they use the library.
const { coldStart, cursorLatency, decodedDifference, memoryGrowth, pointFrames } = await import('./parts.mjs');
const parts = {
  cold: coldStart,
  decoded: decodedDifference,
  cursor: cursorLatency,
  points: pointFrames,
  memory: memoryGrowth,
};
const server = spawn(process.execPath, [join(root, 'packages/cli/bin/latent.js'), 'explore', '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
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
try {
  const model = values.model ?? (await (await fetch(`${url}data/index.json`)).json()).default;
  const figures = { browser: browser.version(), model };
  for (const name of names) {
    console.error(`measuring: ${name}`);
    figures[name] = await parts[name]({ browser, url, model, minutes });
  }
  console.log(JSON.stringify(figures, null, 2));
} finally {
  await browser.close();
  server.removeAllListeners('exit');
  server.kill('SIGINT');
  await once(server, 'exit');
}
