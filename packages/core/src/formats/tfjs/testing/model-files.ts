/**
 * Models of TensorFlow.js for tests: files by name, `model.json` taken apart to be spoilt, and what they compute here.
 */
import { LatentError } from '../../../errors.ts';
import { conv2d, conv2dTranspose, dense, flatten, gaussianSampling, reshape } from '../../../layers/index.ts';
import { findNetwork, type InferenceTarget, type NetworkSpec, type ResolvedNetwork } from '../../../network/index.ts';
import { createInference, type Weights } from '../../../runtime/index.ts';
import { nodeRuntime } from '../../../runtime/node.ts';
import type { ImportedModel } from '../../imported-model.ts';
import { type ReadTfjsOptions, readTfjs } from '../read.ts';
import { MODEL_FILE } from '../write.ts';

export type ModelFiles = ReadonlyMap<string, Uint8Array>;

interface TestLayer {
  class_name: string;
  config: Record<string, unknown> & { name: string };
  module?: string;
  registered_name?: string | null;
}
interface TestPart {
  config: { layers: TestLayer[] };
}
export interface TestWeight {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: Record<string, unknown>;
  group?: string;
}
/** `model.json` of two Sequential models in one, as `exportTfjs` writes it. */
export interface TestModel {
  format?: string;
  modelTopology: Record<string, unknown> & { config: { layers: TestPart[] } };
  weightsManifest: { paths: string[]; weights: TestWeight[] }[];
  userDefinedMetadata?: { latent_plane: Record<string, unknown> & { spec: string; rest: Record<string, unknown> } };
}

export const fileOf = (files: ModelFiles, name: string): Uint8Array => {
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`no ${name}`);
  return bytes;
};
export const modelOf = (files: ModelFiles): TestModel =>
  JSON.parse(new TextDecoder().decode(fileOf(files, MODEL_FILE)));

/** The files with their `model.json` changed, and others put in place. */
export const changed = (
  files: ModelFiles,
  change: (model: TestModel) => unknown,
  others: Readonly<Record<string, Uint8Array>> = {},
): ModelFiles => {
  const model = modelOf(files);
  change(model);
  return new Map([...files, [MODEL_FILE, new TextEncoder().encode(JSON.stringify(model))], ...Object.entries(others)]);
};

/** Our files as a program would write them that knows nothing of us. */
export const foreign = (files: ModelFiles): ModelFiles =>
  changed(files, (model) => Reflect.deleteProperty(model, 'userDefinedMetadata'));

export const readFiles = (
  files: ModelFiles,
  options?: ReadTfjsOptions,
  file = 'folder/model.json',
): Promise<ImportedModel> =>
  readTfjs({ file, model: fileOf(files, MODEL_FILE), shard: (path) => fileOf(files, path) }, options);

/** The library's own error; any other one fails the test. */
export const caught = async (run: () => Promise<unknown>): Promise<LatentError | null> => {
  try {
    await run();
    return null;
  } catch (error) {
    if (error instanceof LatentError) return error;
    throw error;
  }
};

/** The last output of a network, or of the parts that it has. */
export const infer = async (
  network: ResolvedNetwork,
  weights: Weights,
  images: Float32Array,
): Promise<Float32Array> => {
  const target: InferenceTarget = network.parts.length > 1 ? 'autoencoder' : network.parts[0].name;
  const inference = await createInference(network, weights, { target, runtime: nodeRuntime, batchSize: 2, threads: 1 });
  const outputs = await inference.run(images);
  await inference.release();
  return outputs.reconstruction ?? outputs.code ?? outputs.probabilities;
};

/** Another network than the zoo's: a textbook variational autoencoder of convolutions. */
export const ownSpec: NetworkSpec = {
  ...findNetwork('vae-1'),
  kind: 'autoencoder',
  id: 'my-vae',
  published: null,
  inputShape: [6, 6, 1],
  loss: { type: 'vae', weight: 0.001 },
  encoder: [
    conv2d(3, [3, 3], 'tanh'),
    flatten(),
    gaussianSampling({ units: 2, meanActivation: 'linear', parameterisation: 'log-variance', epsilonStd: 1 }),
  ],
  decoder: [dense(16, 'tanh'), reshape([4, 4, 1]), conv2dTranspose(1, [3, 3], 'sigmoid')],
};
