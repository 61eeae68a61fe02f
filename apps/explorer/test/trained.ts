/**
 * A page to test with a trained network: the zoo's dense-1, real test images, a classifier, the epochs of its training.
 *
 * In: the zoo and MNIST, both in this repository's reach without a network. Out: a bundle of 500 images.
 */
import { readFile } from 'node:fs/promises';
import { classMap, codeExtent, reconstruct, resolveNetwork } from 'latent-plane';
import {
  decodeEvolution,
  encodeClassMap,
  encodeEvolution,
  evaluator,
  explorerBundle,
  inferenceTensors,
  type Tensor,
} from 'latent-plane/internal';
import { nodeRuntime } from 'latent-plane/node';
import { runnable } from '../../../packages/cli/src/commands/model-arguments.ts';
import { loadDataset } from '../../../packages/cli/src/data/index.ts';
import { openModel } from '../../../packages/cli/src/models/index.ts';
import { SIDE } from './trace.ts';

const { network, weights, spec, path } = await openModel('dense-1');
if (spec.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
export const trained = { network, weights, spec };
const reader = await openModel('classifier');
const { test } = await loadDataset('mnist');

const computeWith = (output: Tensor, inputShape: readonly number[]) => {
  const evaluate = evaluator([output]);
  return (data: Float32Array): Float64Array => evaluate({ x: { dims: [1, ...inputShape], data } })[0].data;
};
const encode = computeWith(inferenceTensors(network, { target: 'encoder', weights }).outputs.code, spec.inputShape);
export const decodeAt = (x: number, y: number, of = weights): Float32Array =>
  Float32Array.from(
    computeWith(
      inferenceTensors(resolveNetwork(spec), { target: 'decoder', weights: of }).outputs.reconstruction,
      [2],
    )(Float32Array.of(x, y)),
  );
/** Probabilities of the ten classes. */
export const classify = computeWith(
  inferenceTensors(reader.network, { target: 'classifier', weights: reader.weights }).outputs.probabilities,
  [SIDE, SIDE, 1],
);

/** A test image, 0..1. */
export const imageAt = (i: number): Float32Array =>
  Float32Array.from(test.pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE), (value) => value / 255);
export const codeOf = (picture: Float32Array): readonly [number, number] => {
  const [x, y] = encode(picture);
  return [x, y];
};

/** Enough to see a plane. */
export const SHOWN = 500;
export const shownLabels = test.labels.slice(0, SHOWN);
export const shownCodes = Float32Array.from(Array.from({ length: SHOWN }, (_, i) => codeOf(imageAt(i))).flat());

/** The engine's error of each image on show. */
export const measureShown = async (): Promise<Float32Array> => {
  const none = { ...test, count: 0, pixels: new Uint8Array(0), labels: new Uint8Array(0) };
  const shown = { ...test, count: SHOWN, pixels: test.pixels.slice(0, SHOWN * SIDE * SIDE), labels: shownLabels };
  const dataset = { name: 'mnist', licence: '', source: '', classNames: [...'0123456789'], train: none, test: shown };
  return Float32Array.from((await reconstruct(await runnable({ network, weights }), dataset)).errors);
};

const file = `${path}/evolution.safetensors`;
const shipped = decodeEvolution(await readFile(file), network, file);
/** The shipped frames, of the images on show alone: the first of them are the first test images. */
const evolutionBytes = encodeEvolution(network, {
  from: 0,
  frames: shipped.frames.map((frame) => ({ ...frame, codes: frame.codes.slice(0, 2 * SHOWN) })),
});
export const evolution = decodeEvolution(evolutionBytes, network, file);

const extent = codeExtent({ values: shownCodes, count: SHOWN, size: 2 });
/** What the classifier reads over the codes of the images on show; coarse, as nobody looks closely. */
export const shownField = await classMap(
  { network, weights, runtime: nodeRuntime },
  { network: reader.network, weights: reader.weights, runtime: nodeRuntime },
  { min: extent.min, max: extent.max },
  60,
);

/** @param errors - of each image on show; without them the page computes what it needs. */
export const trainedBundle = (errors?: Float32Array): Map<string, Uint8Array> =>
  explorerBundle({
    dataset: { name: 'mnist', classNames: [...'0123456789'], train: 0, test: SHOWN },
    labels: shownLabels,
    networks: [
      { spec, weights, codes: shownCodes, evolution: evolutionBytes, field: encodeClassMap(shownField), errors },
    ],
    images: { pixels: test.pixels.slice(0, SHOWN * SIDE * SIDE), height: SIDE, width: SIDE, from: 0 },
    classifier: { spec: reader.spec, weights: reader.weights },
  });
