/**
 * The explorer's figures on the trained zoo, in a headless Chromium.
 *
 *     node bench/explorer/measure.mjs [MODEL...] [--model vae-1] [--only cold,decoded,cursor,points,plane]
 *
 * In: models as `latent explore` takes them, the trained zoo where none is named; options. Out: one JSON document on standard output. What each figure means stands in `parts.mjs`; measured ones
 * stand in `README.md` beside this file; memory over minutes is `memory.mjs`. Run it on a machine that does nothing else.
 */
import { parseArgs } from 'node:util';
import { buildAll } from '../../scripts/build.mjs';
import { openExplorer } from './explorer.mjs';

const NAMES = ['cold', 'decoded', 'cursor', 'points', 'plane'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string' },
    only: { type: 'string', default: NAMES.join() },
  },
});
const names = values.only.split(',');
const unknown = names.find((name) => !NAMES.includes(name));
if (unknown !== undefined) {
  console.error(`--only: expected some of ${NAMES.join(', ')}, got "${unknown}"`);
  process.exit(2);
}

await buildAll();
// After the build: they use the library.
const { coldStart, cursorLatency, decodedDifference, planeChanges, pointFrames } = await import('./parts.mjs');
const parts = {
  cold: coldStart,
  decoded: decodedDifference,
  cursor: cursorLatency,
  points: pointFrames,
  plane: planeChanges,
};
const { url, browser, close } = await openExplorer(positionals);
try {
  const model = values.model ?? (await (await fetch(`${url}data/index.json`)).json()).default;
  const figures = { browser: browser.version(), model };
  for (const name of names) {
    console.error(`measuring: ${name}`);
    figures[name] = await parts[name]({ browser, url, model });
  }
  console.log(JSON.stringify(figures, null, 2));
} finally {
  await close();
}
