// Exports every network of the zoo and holds the files against programs that are not ours (scripts/check-formats.py).
//   node scripts/check-formats.mjs [--python PROGRAM] [--keep FOLDER]
// Networks that ship with weights are exported with them, the others with weights drawn from a seed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { layerArrays } from './layer-arrays.mjs';
import { root } from './setup.mjs';

const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

await buildAll({ names: ['core'] });
const latent = { ...(await import('latent-plane')), ...(await import('latent-plane/internal')) };
const { nodeRuntime } = await import('latent-plane/node');

const kept = option('--keep');
if (process.argv.includes('--keep') && (!kept?.trim() || (existsSync(kept) && readdirSync(kept).length > 0))) {
  console.error(`--keep: expected an empty folder or a free name, got "${kept ?? ''}"; give another`);
  process.exit(2);
}
const folder = kept ?? mkdtempSync(join(tmpdir(), 'latent-plane-formats-'));
const IMAGES = 3;

/** Weights that ship, else drawn ones, their biases above zero, so that no relu is dead and a lost one shows. */
const weightsOf = async (spec, network) => {
  const shipped = join(root, 'models', spec.file);
  if (existsSync(shipped)) {
    const model = { file: spec.file, bytes: new Uint8Array(readFileSync(shipped)) };
    return (await latent.readModel(model, { network: spec })).weights;
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

/** Runs a network over the images. */
const outputsOf = async ({ network, weights }, x) => {
  const target = network.spec.kind === 'classifier' ? 'classifier' : 'autoencoder';
  const inference = await latent.createInference(network, weights, { target, runtime: nodeRuntime, batchSize: IMAGES });
  const outputs = await inference.run(x);
  await inference.release();
  return outputs;
};

/** The same in double precision: two engines that round differently are each compared with what neither rounds. */
const exactOutputsOf = ({ network, weights }, x) => {
  const target = network.spec.kind === 'classifier' ? 'classifier' : 'autoencoder';
  const { outputs } = latent.inferenceTensors(network, { target, weights });
  const values = latent.evaluator(Object.values(outputs))({
    x: { dims: [IMAGES, ...network.spec.inputShape], data: x },
  });
  return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, Float32Array.from(values[i].data)]));
};

/** The largest difference between the outputs of a model and of the same read back from a file. */
const differenceOf = async (file, files, x, expected) => {
  const beside = async (name) => files.get(name) ?? null;
  const back = await latent.readModel({ file, bytes: files.get(file), beside });
  const outputs = await outputsOf(back, x);
  return Math.max(
    ...Object.entries(expected).map(([name, values]) =>
      values.reduce((worst, value, i) => Math.max(worst, Math.abs(value - outputs[name][i])), 0),
    ),
  );
};

console.log('Written and read back by us: largest difference of outputs');
console.log(`${'network'.padEnd(18)} ${['.keras', 'ONNX', 'TF.js'].map((name) => name.padStart(8)).join(' ')}`);

const npy = (dims, data) => latent.encodeNpy({ dims, data });

for (const spec of latent.networks) {
  const network = latent.resolveNetwork(spec);
  const weights = await weightsOf(spec, network);
  const here = join(folder, spec.id);
  mkdirSync(join(here, 'onnx'), { recursive: true });
  const model = { network, weights };
  const [kerasFile, graphs, web] = [
    await latent.exportKeras(model),
    latent.exportOnnx(model),
    latent.exportTfjs(model),
  ];
  writeFileSync(join(here, `${spec.id}.keras`), kerasFile);
  for (const [name, bytes] of graphs) writeFileSync(join(here, 'onnx', name), bytes);
  const x = new Float32Array(IMAGES * latent.elementCount(spec.inputShape));
  new latent.RandomStream(2, 'images').fillUniform(x, 0, 1);
  const outputs = await outputsOf(model, x);
  const whole = spec.kind === 'classifier' ? 'classifier.onnx' : 'autoencoder.onnx';
  const differences = [
    await differenceOf(`${spec.id}.keras`, new Map([[`${spec.id}.keras`, kerasFile]]), x, outputs),
    await differenceOf(whole, graphs, x, outputs),
    await differenceOf('model.json', web, x, outputs),
  ];
  console.log(`${spec.id.padEnd(18)} ${differences.map((value) => String(value).padStart(8)).join(' ')}`);
  writeFileSync(join(here, 'arrays.json'), JSON.stringify(layerArrays(network)));
  writeFileSync(join(here, 'inputs.npy'), npy([IMAGES, ...spec.inputShape], x));
  for (const [name, data] of Object.entries(exactOutputsOf(model, x))) {
    const part = network.parts.find(
      (p) => p.name === (name === 'code' ? 'encoder' : (network.parts.at(-1)?.name ?? '')),
    );
    writeFileSync(join(here, `${name}.npy`), npy([IMAGES, ...(part?.outputShape ?? [])], data));
  }
}
console.log('\nCompared with other programs: largest difference of outputs');
writeFileSync(join(folder, 'networks.json'), JSON.stringify(latent.networks.map(({ id }) => id)));
const { status } = spawnSync(option('--python') ?? 'python3', [join(root, 'scripts', 'check-formats.py'), folder], {
  stdio: ['ignore', 'inherit', 'pipe'],
});
if (kept === undefined) rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
