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
const CLASSES = 3;

/** Weights that ship, else drawn ones, their biases above zero, so that no relu is dead and a lost one shows. */
const weightsOf = async (spec, network) => {
  const shipped = join(root, 'models', spec.file ?? `${spec.id}.keras`);
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
const outputsOf = async ({ network, weights }, x, labels) => {
  const target = network.spec.kind === 'classifier' ? 'classifier' : 'autoencoder';
  const inference = await latent.createInference(network, weights, { target, runtime: nodeRuntime, batchSize: IMAGES });
  const outputs = await inference.run(x, labels);
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
  writeFileSync(join(here, 'arrays.json'), JSON.stringify(layerArrays({ parts: latent.writtenParts(network.parts) })));
  writeFileSync(join(here, 'inputs.npy'), npy([IMAGES, ...spec.inputShape], x));
  for (const [name, data] of Object.entries(exactOutputsOf(model, x))) {
    const part = network.parts.find(
      (p) => p.name === (name === 'code' ? 'encoder' : (network.parts.at(-1)?.name ?? '')),
    );
    writeFileSync(join(here, `${name}.npy`), npy([IMAGES, ...(part?.outputShape ?? [])], data));
  }
}
/** Variational networks in every form that the code has: dense heads within it, heads before it, halves, with a label. */
const variational = () => {
  const base = latent.findNetwork('vae-1');
  const common = { ...base, published: null, loss: { type: 'vae', weight: 0.001 }, inputShape: [8, 8, 1] };
  const decoder = [
    { type: 'dense', units: 64, activation: 'sigmoid' },
    { type: 'reshape', targetShape: [8, 8, 1] },
  ];
  const sampling = { type: 'sampling', parameterisation: 'log-variance', epsilonStd: 0.5 };
  const dense = (name, units, input) => ({ type: 'dense', name, units, activation: 'linear', inputs: [input] });
  const flat = { type: 'flatten', name: 'flat' };
  const example = readFileSync(join(root, 'examples', 'keras-vae.yaml'), 'utf8');
  return [
    base,
    latent.parseNetworkFile(example, 'keras-vae.yaml').spec,
    ...[
      { id: 'packed', encoder: [flat, dense('heads', 6, 'flat'), { ...sampling, inputs: ['heads'] }], decoder },
      {
        id: 'packed-image',
        encoder: [{ type: 'conv2d', filters: 4, kernelSize: [3, 3], strides: [2, 2], activation: 'linear' }, sampling],
        decoder: [{ type: 'flatten' }, ...decoder],
      },
      {
        id: 'labelled',
        label: { classes: CLASSES },
        encoder: [
          flat,
          { type: 'concatenate', name: 'both', inputs: ['flat', 'label'] },
          dense('mu', 3, 'both'),
          dense('log_sigma', 3, 'both'),
          { ...sampling, parameterisation: 'log-sigma', inputs: ['mu', 'log_sigma'] },
        ],
        decoder: [{ type: 'concatenate', inputs: ['input', 'label'] }, ...decoder],
      },
    ].map((own) => latent.parseNetworkSpec({ ...common, file: `${own.id}.keras`, ...own })),
  ];
};

const labels = Uint8Array.from({ length: IMAGES }, (_, i) => i % CLASSES);
const oneHot = Float32Array.from({ length: IMAGES * CLASSES }, (_, i) =>
  labels[Math.floor(i / CLASSES)] === i % CLASSES ? 1 : 0,
);
const codes = [];
for (const spec of variational()) {
  const network = latent.resolveNetwork(spec);
  const model = { network, weights: await weightsOf(spec, network) };
  const here = join(folder, 'variational', spec.id);
  mkdirSync(here, { recursive: true });
  const x = new Float32Array(IMAGES * latent.elementCount(spec.inputShape));
  new latent.RandomStream(2, 'images').fillUniform(x, 0, 1);
  const isLabelled = spec.label !== undefined;
  const outputs = await outputsOf(model, x, isLabelled ? labels : undefined);
  writeFileSync(join(here, 'model.keras'), await latent.exportKeras(model));
  writeFileSync(join(here, 'inputs.npy'), npy([IMAGES, ...spec.inputShape], x));
  if (isLabelled) writeFileSync(join(here, 'labels.npy'), npy([IMAGES, CLASSES], oneHot));
  network.parts.forEach(({ outputShape }, i) => {
    const name = ['code', 'reconstruction'][i];
    writeFileSync(join(here, `${name}.npy`), npy([IMAGES, ...outputShape], outputs[name]));
  });
  codes.push({ here, id: spec.id, x, outputs, labels: isLabelled ? labels : undefined, weights: model.weights });
}

/** What Keras saved again, read here: a variational network of as many weights, with the same outputs. */
const checkSavedAgain = async () => {
  for (const { here, id, x, outputs, labels: given, weights } of codes) {
    for (const file of readdirSync(here).filter((name) => name.startsWith('again.'))) {
      const back = await latent.readModel({ file, bytes: new Uint8Array(readFileSync(join(here, file))) });
      const got = await outputsOf(back, x, given);
      const worst = Math.max(...got.reconstruction.map((value, i) => Math.abs(value - outputs.reconstruction[i])));
      const count = (all) => [...all.values()].reduce((sum, { length }) => sum + length, 0);
      const isVariational =
        /sampling$/.test(back.network.spec.encoder.at(-1).type) && count(back.weights) === count(weights);
      const ok = isVariational && worst < 1e-5;
      if (!ok) process.exitCode = 1;
      console.log(`${id.padEnd(18)} ${file.padEnd(12)} ${worst.toExponential(1)} ${ok ? '' : 'FAILED'}`.trimEnd());
    }
  }
};

console.log('\nCompared with other programs: largest difference of outputs');
writeFileSync(join(folder, 'networks.json'), JSON.stringify(latent.networks.map(({ id }) => id)));
const { status } = spawnSync(option('--python') ?? 'python3', [join(root, 'scripts', 'check-formats.py'), folder], {
  stdio: ['ignore', 'inherit', 'pipe'],
});
console.log('\nVariational models that Keras saved again, read by us');
await checkSavedAgain();
if (kept === undefined) rmSync(folder, { recursive: true, force: true });
process.exitCode = process.exitCode || (status ?? 1);
