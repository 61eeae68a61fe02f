// Exports every network of the zoo and holds the files against programs that are not ours (scripts/check-formats.py).
//   node scripts/check-formats.mjs [--python PROGRAM] [--keep FOLDER]
// Networks that ship with weights are exported with them, the others with weights drawn from a seed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { root } from './setup.mjs';

const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

await buildAll({ names: ['core'] });
const latent = await import('latent-plane');
const { nodeRuntime } = await import('latent-plane/node');

const folder = option('--keep') ?? mkdtempSync(join(tmpdir(), 'latent-plane-formats-'));
const IMAGES = 3;

/** Weights that ship, else drawn ones, their biases above zero, so that no relu is dead and a lost one shows. */
const weightsOf = (spec, network) => {
  const shipped = join(root, 'models', spec.id, 'weights.safetensors');
  if (existsSync(shipped)) {
    const { tensors } = latent.decodeSafetensors(new Uint8Array(readFileSync(shipped)));
    return new Map([...tensors].map(([name, { data }]) => [name, data]));
  }
  const flat = latent.initializeParameters(network.parameters, 1);
  return new Map(
    latent.parameterSlots(network.parameters).map(({ parameter: { name }, offset, length }) => {
      const values = flat.slice(offset, offset + length);
      if (name.endsWith('bias')) new latent.RandomStream(1, name).fillUniform(values, 0.05, 0.25);
      return [name, values];
    }),
  );
};

const npy = (dims, data) => latent.encodeNpy({ dims, data });

for (const spec of latent.networks) {
  const network = latent.resolveNetwork(spec);
  const weights = weightsOf(spec, network);
  const here = join(folder, spec.id);
  mkdirSync(join(here, 'onnx'), { recursive: true });
  const model = { network, weights };
  writeFileSync(join(here, `${spec.id}.keras`), await latent.exportKeras(model));
  for (const [name, bytes] of latent.exportOnnx(model)) writeFileSync(join(here, 'onnx', name), bytes);
  const x = new Float32Array(IMAGES * latent.elementCount(spec.inputShape));
  new latent.RandomStream(2, 'images').fillUniform(x, 0, 1);
  const target = spec.kind === 'classifier' ? 'classifier' : 'autoencoder';
  const inference = await latent.createInference(network, weights, { target, runtime: nodeRuntime, batchSize: IMAGES });
  writeFileSync(join(here, 'inputs.npy'), npy([IMAGES, ...spec.inputShape], x));
  for (const [name, data] of Object.entries(await inference.run(x))) {
    const part = network.parts.find(
      (p) => p.name === (name === 'code' ? 'encoder' : (network.parts.at(-1)?.name ?? '')),
    );
    writeFileSync(join(here, `${name}.npy`), npy([IMAGES, ...(part?.outputShape ?? [])], data));
  }
  await inference.release();
}
writeFileSync(join(folder, 'networks.json'), JSON.stringify(latent.networks.map(({ id }) => id)));
const { status } = spawnSync(option('--python') ?? 'python3', [join(root, 'scripts', 'check-formats.py'), folder], {
  stdio: ['ignore', 'inherit', 'pipe'],
});
if (option('--keep') === undefined) rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
