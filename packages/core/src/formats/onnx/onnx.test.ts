import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { afterAll, describe, expect, test } from 'vitest';
import { LatentError } from '../../errors.ts';
import { halfToNumber } from '../../files/half.ts';
import { conv2d, dense, flatten, gaussianSampling } from '../../layers/index.ts';
import {
  findNetwork,
  type InferenceTarget,
  type NetworkSpec,
  networks,
  onlyParts,
  resolveNetwork,
} from '../../network/index.ts';
import { createInference } from '../../runtime/index.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { createWebRuntime } from '../../runtime/web.ts';
import { IR_VERSION, OPSET, type Runtime } from '../../tensor/index.ts';
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from '../../tensor/onnx/onnx_pb.ts';

import { differingWeights, largestDifference, sampleImages, sampleModel } from '../testing/sample-model.ts';
import { readOnnx } from './read.ts';
import { exportOnnx } from './write.ts';

/** The same engine on the same graph but for its batch: products of other sizes may add in another order. */
const SAME_ENGINE = 1e-6;
/** A normalised layer divides by the standard deviation of its features, and with it their rounding. */
const SAME_NORMALISED = 1e-5;
const normalises = (spec: NetworkSpec): boolean =>
  spec.kind === 'autoencoder' && spec.encoder.some(({ type }) => type === 'layer-normalization');

const fileOf = (files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array => {
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`no ${name}`);
  return bytes;
};
const graphOf = (bytes: Uint8Array) => {
  const { graph } = fromBinary(ModelProtoSchema, bytes);
  if (graph === undefined) throw new Error('no graph');
  return graph;
};

/** Another network than the zoo's: a textbook variational autoencoder of convolutions. */
const ownSpec: NetworkSpec = {
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
  decoder: [dense(36, 'sigmoid'), { type: 'reshape', targetShape: [6, 6, 1] }],
};
const zoo = [...networks, ownSpec].map((spec) => [spec.id, spec] as const);

/** Differences by network, for the record in the report. */
const measured: Record<string, number> = {};
afterAll(() => {
  if (process.env.SHOW_DIFFERENCES) process.stdout.write(`${JSON.stringify({ onnx: measured }, null, 1)}\n`);
});

/** Runs a file at one batch size after another and compares with the inference of the network itself. */
const compareWithInference = async (
  runtime: Runtime,
  spec: NetworkSpec,
  target: InferenceTarget,
  batches: readonly number[],
): Promise<number> => {
  const { network, weights } = sampleModel(spec);
  const bytes = fileOf(exportOnnx({ network, weights }), `${target}.onnx`);
  const session = await runtime.createSession(bytes, { threads: 1 });
  const inference = await createInference(network, weights, { target, runtime: nodeRuntime, batchSize: 5, threads: 1 });
  const part = network.parts.find(({ name }) => name === target) ?? network.parts[0];
  let largest = 0;
  for (const count of batches) {
    const x = sampleImages(part.inputShape, count);
    const expected = await inference.run(x);
    const input = target === 'decoder' ? 'code' : 'image';
    const results = await session.run({ [input]: { dims: [count, ...part.inputShape], data: x } });
    expect(Object.keys(results)).toEqual(expect.arrayContaining(Object.keys(expected)));
    for (const [name, values] of Object.entries(expected)) {
      expect(results[name].dims[0]).toBe(count);
      // A code that is the same for every image would hide what the encoder lost.
      if (count > 1 && name === 'code') {
        const size = values.length / count;
        expect(largestDifference(values.subarray(0, size), values.subarray(-size))).toBeGreaterThan(0);
      }
      largest = Math.max(largest, largestDifference(Array.from(results[name].data, Number), values));
    }
  }
  await session.release();
  await inference.release();
  return largest;
};

describe.each(zoo)('%s as ONNX', (id, spec) => {
  const { network, weights } = sampleModel(spec);
  const files = exportOnnx({ network, weights, metadata: { latent_plane_version: '0.1.0', network: 'not this' } });

  test('reads back to the same network and, to the bit, the same weights', async () => {
    const whole = spec.kind === 'classifier' ? 'classifier' : 'autoencoder';
    const model = await readOnnx(fileOf(files, `${whole}.onnx`), { file: `some/${whole}.onnx` });
    expect(model.format).toBe('onnx');
    expect(model.network).toEqual(network);
    if (id !== ownSpec.id) expect(model.network.spec).toBe(findNetwork(id));
    expect(differingWeights(model.weights, weights)).toEqual([]);
    expect(model.notes).toEqual([]);
  });

  test('gives every part a file that reads back to that part alone', async () => {
    expect([...files.keys()]).toEqual(
      spec.kind === 'classifier' ? ['classifier.onnx'] : ['encoder.onnx', 'decoder.onnx', 'autoencoder.onnx'],
    );
    for (const { name, parameters } of network.parts) {
      const model = await readOnnx(fileOf(files, `${name}.onnx`), { file: `${name}.onnx` });
      expect(model.network).toEqual(onlyParts(network, [name]));
      const own = new Map(
        parameters.map((parameter) => [parameter.name, weights.get(parameter.name) ?? new Float32Array()]),
      );
      expect(differingWeights(model.weights, own)).toEqual([]);
    }
  });

  const targets: readonly InferenceTarget[] =
    spec.kind === 'classifier' ? ['classifier'] : ['encoder', 'decoder', 'autoencoder'];
  test.each(targets)('computes as %s at batch 1, 3 and 5 what inference does', async (target) => {
    const difference = await compareWithInference(nodeRuntime, spec, target, [1, 3, 5]);
    measured[id] = Math.max(measured[id] ?? 0, difference);
    expect(difference).toBeLessThanOrEqual(normalises(spec) ? SAME_NORMALISED : SAME_ENGINE);
  });
});

describe('exportOnnx', () => {
  const { network, weights } = sampleModel(findNetwork('vae-1'));
  const files = exportOnnx({ network, weights, metadata: { seed: '7', licence: 'CC0' } });
  const model = fromBinary(ModelProtoSchema, fileOf(files, 'autoencoder.onnx'));
  const properties = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));

  test('states opset, IR version, what it computes, the network and the caller’s metadata', () => {
    expect(model.irVersion).toBe(BigInt(IR_VERSION));
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', BigInt(OPSET)]]);
    expect(model.docString).toContain('vae-1');
    expect(properties).toMatchObject({ network: 'vae-1', part: 'autoencoder', seed: '7', licence: 'CC0' });
    expect(JSON.parse(properties.spec)).toEqual(network.spec);
  });

  test('names inputs and outputs after what they are, with the batch axis left open', () => {
    const axes = (bytes: Uint8Array, side: 'input' | 'output') =>
      graphOf(bytes)[side].map(({ name, type }) => [
        name,
        ...(type?.value.case === 'tensorType' ? (type.value.value.shape?.dim ?? []).map((dim) => dim.value.value) : []),
      ]);
    expect(axes(fileOf(files, 'encoder.onnx'), 'input')).toEqual([['image', 'batch', 784n]]);
    expect(axes(fileOf(files, 'encoder.onnx'), 'output')).toEqual([
      ['code', 'batch', 2n],
      ['z_log_sigma', 'batch', 2n],
    ]);
    expect(axes(fileOf(files, 'decoder.onnx'), 'input')).toEqual([['code', 'batch', 2n]]);
    expect(axes(fileOf(files, 'decoder.onnx'), 'output')).toEqual([['reconstruction', 'batch', 784n]]);
  });

  test('holds every weight once, under its parameter’s name', () => {
    const names = graphOf(fileOf(files, 'autoencoder.onnx')).initializer.map(({ name }) => name);
    expect(names.filter((name) => name.includes('/')).sort()).toEqual([...weights.keys()].sort());
  });

  test('writes the same bytes for the same model', () => {
    const again = exportOnnx({ network, weights, metadata: { seed: '7', licence: 'CC0' } });
    expect([...again].map(([name, bytes]) => [name, Buffer.from(bytes).equals(fileOf(files, name))])).toEqual(
      [...files.keys()].map((name) => [name, true]),
    );
  });

  test('of a decoder alone writes the decoder alone', () => {
    expect([...exportOnnx({ network: onlyParts(network, ['decoder']), weights }).keys()]).toEqual(['decoder.onnx']);
  });

  test('runs in onnxruntime-web as in onnxruntime-node', async () => {
    const require = createRequire(import.meta.url);
    const wasm = new Uint8Array(readFileSync(require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')));
    const web = await createWebRuntime({ backend: 'wasm', files: wasm });
    for (const id of ['cnn-1', 'vae-1']) {
      const difference = await compareWithInference(web, findNetwork(id), 'autoencoder', [1, 3]);
      measured[`${id} (web)`] = difference;
      // Two engines: other orders of addition, another exp.
      expect(difference).toBeLessThan(1e-5);
    }
  });
});

describe('readOnnx', () => {
  const { network, weights } = sampleModel(ownSpec);
  const bytes = fileOf(exportOnnx({ network, weights }), 'autoencoder.onnx');
  const file = 'folder/model.onnx';

  const changed = (change: (model: ModelProto) => unknown): Uint8Array => {
    const model = fromBinary(ModelProtoSchema, bytes);
    change(model);
    return toBinary(ModelProtoSchema, model);
  };
  const withTensor = (name: string, change: Partial<TensorProto>): Uint8Array =>
    changed(({ graph }) => {
      const tensor = graph?.initializer.find((candidate) => candidate.name === name);
      if (tensor) Object.assign(tensor, change);
    });
  const withProperty = (key: string, value: string): Uint8Array =>
    changed(({ metadataProps }) => {
      for (const entry of metadataProps) if (entry.key === key) entry.value = value;
    });
  const kernel = 'decoder/dense/kernel';

  test('keeps a network that is not the zoo’s as it is, and renames one that claims the zoo’s id', async () => {
    expect((await readOnnx(bytes, { file })).network.spec).toEqual(ownSpec);
    const claimed = withProperty('spec', JSON.stringify({ ...ownSpec, id: 'vae-1' }));
    expect((await readOnnx(claimed, { file })).network.spec).toEqual({ ...ownSpec, id: 'model' });
  });

  test('takes recipe and record of a network of the zoo from the zoo, not from the file', async () => {
    const dense1 = sampleModel(findNetwork('dense-1'));
    const spec = { ...dense1.network.spec, title: 'Not its title' };
    const [decoder] = [exportOnnx({ ...dense1, network: onlyParts(resolveNetwork(spec), ['decoder']) })];
    expect((await readOnnx(fileOf(decoder, 'decoder.onnx'), { file })).network.spec).toBe(findNetwork('dense-1'));
  });

  test('says that the file holds a part alone', async () => {
    const files = exportOnnx({ network, weights });
    expect((await readOnnx(fileOf(files, 'encoder.onnx'), { file })).notes).toEqual([
      'the file holds an encoder alone',
    ]);
  });

  test('converts float16 and float64 and says so', async () => {
    const half = withTensor(kernel, {
      dataType: DataType.FLOAT16,
      rawData: new Uint8Array(Uint16Array.from({ length: 72 }, () => 0x3800).buffer),
    });
    const double = withTensor(kernel, {
      dataType: DataType.DOUBLE,
      rawData: new Uint8Array(Float64Array.from({ length: 72 }, () => 0.1).buffer),
    });
    expect((await readOnnx(half, { file })).weights.get(kernel)).toEqual(new Float32Array(72).fill(0.5));
    expect((await readOnnx(half, { file })).notes).toEqual(['values of type float16 were converted to float32']);
    expect((await readOnnx(double, { file })).weights.get(kernel)).toEqual(new Float32Array(72).fill(0.1));
  });

  test('halfToNumber gives the numbers of IEEE 754 half precision', () => {
    expect([0x0000, 0x0001, 0x03ff, 0x0400, 0x3c00, 0x7bff, 0xc000, 0xfc00].map(halfToNumber)).toEqual([
      0,
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      1,
      65504,
      -2,
      Number.NEGATIVE_INFINITY,
    ]);
    expect(halfToNumber(0x7e00)).toBeNaN();
  });

  test('reads values that are written as a list of floats', async () => {
    const listed = withTensor(kernel, {
      floatData: Array.from({ length: 72 }, (_, i) => i),
      rawData: new Uint8Array(),
    });
    expect((await readOnnx(listed, { file })).weights.get(kernel)).toEqual(
      Float32Array.from({ length: 72 }, (_, i) => i),
    );
  });

  const external = (): Uint8Array => withTensor(kernel, { dataLocation: 1 });
  test.each<[string, () => Uint8Array, RegExp]>([
    ['an empty file', () => new Uint8Array(), /^onnx-damaged: .*got none/],
    ['text', () => new TextEncoder().encode('{"not": "onnx"}'), /^onnx-damaged: /],
    ['no graph', () => changed((model) => Reflect.deleteProperty(model, 'graph')), /^onnx-damaged: .*got none/],
    [
      'other dimensions',
      () => withTensor(kernel, { dims: [36n, 2n] }),
      /^weights-mismatch: .*\[2, 36\], got \[36, 2\]/,
    ],
    [
      'a size past all memory',
      () => withTensor(kernel, { dims: [2n ** 40n, 2n ** 20n] }),
      /^weights-mismatch: .*got \[1099511627776, 1048576\]/,
    ],
    [
      'too few bytes',
      () => withTensor(kernel, { rawData: new Uint8Array(284) }),
      /^weights-mismatch: .*288 bytes of float32, got 284/,
    ],
    [
      'whole numbers',
      () => withTensor(kernel, { dataType: DataType.INT32 }),
      /^weights-type: .*got the element type INT32/,
    ],
    ['an unknown element type', () => withTensor(kernel, { dataType: 99 }), /^weights-type: .*number 99/],
    ['a weight that is missing', () => withTensor(kernel, { name: 'other' }), /^missing-weights: .*got none/],
    [
      'a weight that is there twice',
      () => changed(({ graph }) => graph?.initializer.push(create(TensorProtoSchema, { name: kernel }))),
      /^missing-weights: .*got several/,
    ],
    ['values in another file', external, /^external-data: .*in another one/],
    ['an unknown part', () => withProperty('part', 'constructor'), /^onnx-metadata: .*got "constructor"/],
    [
      'a part that the network lacks',
      () => withProperty('part', 'classifier'),
      /^onnx-metadata: .*expected encoder, decoder or autoencoder/,
    ],
    [
      'no record of the network',
      () => changed((model) => model.metadataProps.splice(0)),
      /^onnx-metadata: .*"part", got 0/,
    ],
    ['a record that is no JSON', () => withProperty('spec', '{'), /^recorded-network: folder\/model\.onnx/],
    ['a record of endless length', () => withProperty('spec', ' '.repeat(2_000_000)), /^recorded-network: .*2000000/],
    [
      'a record with an unknown layer',
      () => withProperty('spec', JSON.stringify({ ...ownSpec, encoder: [{ type: 'lambda' }] })),
      /^invalid-network: folder\/model\.onnx: the network that it records, field "encoder\[0\]\.type"/,
    ],
  ])('refuses %s', async (_what, make, message) => {
    const error = await caught(() => readOnnx(make(), { file }));
    expect(error?.message).toMatch(message);
    expect(error?.kind).toBe('input');
  });

  test('of a file cut short or with a byte changed anywhere gives a model or an error of input, nothing else', async () => {
    for (let length = 0; length < bytes.length; length += 7) {
      expect((await caught(() => readOnnx(bytes.subarray(0, length), { file })))?.kind).toBe('input');
    }
    let refused = 0;
    for (let at = 0; at < bytes.length; at += 3) {
      for (const value of [0x00, 0x7f, 0xff]) {
        const mutated = bytes.slice();
        mutated[at] = value;
        const error = await caught(() => readOnnx(mutated, { file }));
        if (error) refused += 1;
        expect(error?.kind ?? 'input').toBe('input');
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});

/** The library's own error; any other one fails the test. */
const caught = async (run: () => Promise<unknown>): Promise<LatentError | null> => {
  try {
    await run();
    return null;
  } catch (error) {
    if (error instanceof LatentError) return error;
    throw error;
  }
};
