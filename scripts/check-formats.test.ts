/** What `check-formats.py` expects of a `.keras` file, wherever there is a Python; its other checks need other programs. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { exportKeras, initializeParameters, networks, resolveNetwork } from 'latent-plane';
import { parameterSlots, readArchive, writtenParts } from 'latent-plane/internal';
import { describe, expect, it } from 'vitest';
import { withHdf5 } from '../packages/core/src/formats/hdf5.ts';
import { layerArrays } from './layer-arrays.mjs';

const hasPython = spawnSync('python3', ['--version']).status === 0;

const written = async (spec: (typeof networks)[number]) => {
  const network = resolveNetwork(spec);
  const flat = initializeParameters(network.parameters, 1);
  const weights = new Map(
    parameterSlots(network.parameters).map(({ parameter: { name }, offset, length }) => [
      name,
      flat.slice(offset, offset + length),
    ]),
  );
  const limit = 2 ** 30;
  const { entries } = await readArchive(await exportKeras({ network, weights }), spec.id, {
    'config.json': limit,
    'model.weights.h5': limit,
  });
  const config: unknown = JSON.parse(new TextDecoder().decode(entries.get('config.json')));
  const names = await withHdf5(entries.get('model.weights.h5') ?? new Uint8Array(), spec.id, ({ arrays }) =>
    [...arrays.keys()].sort(),
  );
  return { document: { config, arrays: layerArrays({ parts: writtenParts(network.parts) }) }, names };
};

describe.skipIf(!hasPython)('check-formats', () => {
  it('expects of every network of the zoo the arrays that its file has, those of normalisation layers too', async () => {
    const files = [];
    for (const spec of networks) files.push(await written(spec));
    const script = fileURLToPath(new URL('keras_groups.py', import.meta.url));
    const input = JSON.stringify(files.map(({ document }) => document));
    const { stdout, stderr } = spawnSync('python3', [script], { input, encoding: 'utf8', maxBuffer: 2 ** 26 });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(files.map(({ names }) => names));
  });
});
