/**
 * TensorFlow.js itself, for tests: it loads our files and saves its own as a page would over HTTP.
 */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { elementCount } from '../../../tensor/index.ts';
import { fileOf, type ModelFiles } from './model-files.ts';

/** The engine without native code; without the first line it advertises its native package on the console. */
export const startTensorFlow = async (): Promise<void> => {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
};

const ADDRESS = 'http://host.invalid/';

export const loadInTensorFlow = (files: ModelFiles): Promise<LayersModel> => {
  const fetchFunc: typeof fetch = async (input) => {
    const name = new URL(String(input)).pathname.slice(1);
    const type = name.endsWith('.json') ? 'application/json' : 'application/octet-stream';
    return new Response(new Uint8Array(fileOf(files, name)), { headers: { 'content-type': type } });
  };
  return loadLayersModel(tf.io.http(`${ADDRESS}model.json`, { fetchFunc }));
};

/** The files of `model.save()`. */
export const savedByTensorFlow = async (model: LayersModel, includeOptimizer = false): Promise<ModelFiles> => {
  const files = new Map<string, Uint8Array>();
  const fetchFunc: typeof fetch = async (_input, init) => {
    if (!(init?.body instanceof FormData)) throw new Error('expected a form');
    for (const [name, file] of init.body.entries())
      if (typeof file !== 'string') files.set(name, new Uint8Array(await file.arrayBuffer()));
    return new Response('');
  };
  await model.save(tf.io.http(ADDRESS, { fetchFunc }), { includeOptimizer });
  return files;
};

/**
 * Outputs of `[count, ...shape]` images in one array.
 *
 * @param labels - `[count, classes]`, of a model that takes them as a second input.
 */
export const predict = (
  model: LayersModel,
  images: Float32Array,
  shape: readonly number[],
  labels?: Float32Array,
): Float32Array =>
  tf.tidy(() => {
    const count = images.length / elementCount(shape);
    const x = tf.tensor(images, [count, ...shape]);
    const y = model.predict(labels ? [x, tf.tensor(labels, [count, labels.length / count])] : x);
    if (Array.isArray(y)) throw new Error('more than one output');
    return Float32Array.from(y.dataSync());
  });
