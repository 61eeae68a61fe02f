import { existsSync, readFileSync } from 'node:fs';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { compileTraining, inferenceTensors } from '../../network/index.ts';
import { createInference } from '../../runtime/index.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { evaluator } from '../../tensor/evaluate.ts';
import { type ModelProto, ModelProtoSchema } from '../../tensor/onnx/onnx_pb.ts';
import type { ImportedModel } from '../imported-model.ts';
import { exportKeras } from '../keras/write.ts';
import { exportOnnx } from '../onnx/write.ts';
import { type ReadModelOptions, readModel } from '../read-model.ts';
import { tryDamagedFiles } from '../testing/damaged-files.ts';

const fixtures = new URL('../../../fixtures/graphs/', import.meta.url);

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Recorded {
  readonly input: Numbers;
  /** Of those that take one beside the input. */
  readonly labels?: readonly number[];
  readonly outputs: Readonly<Record<string, Numbers>>;
}
const expected: Readonly<Record<string, Recorded>> = JSON.parse(
  readFileSync(new URL('expected.json', fixtures), 'utf8'),
);

const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, fixtures)));
const read = (file: string, options: ReadModelOptions = {}): Promise<ImportedModel> => {
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
  return readModel({ file, bytes: bytesOf(file), beside: async (path) => bytesOf(folder + path) }, options);
};

/** Channels last, as networks take images, of numbers that a file has with channels first. */
const channelsLast = ({ shape, data }: Numbers): Float32Array => {
  const [count, channels, rows, columns] = shape;
  if (shape.length !== 4 || channels > 4) return Float32Array.from(data);
  const size = rows * columns;
  return Float32Array.from({ length: count * channels * size }, (_, i) => {
    const [n, place, channel] = [Math.floor(i / (channels * size)), Math.floor(i / channels) % size, i % channels];
    return data[(n * channels + channel) * size + place];
  });
};

/** What a model gives for the recorded inputs: the code, or what it draws. */
const computed = async ({ network, weights }: ImportedModel, { input, labels }: Recorded) => {
  const names = network.parts.map(({ name }) => name);
  const x = channelsLast(input);
  const outputs: Record<string, Float32Array> = {};
  const targets = names.length === 2 ? (['encoder', 'autoencoder'] as const) : names;
  for (const target of targets) {
    const inference = await createInference(network, weights, { target, runtime: nodeRuntime, batchSize: 5 });
    Object.assign(outputs, await inference.run(x, labels && Uint8Array.from(labels)));
    await inference.release();
  }
  return outputs;
};

const largest = (a: Float32Array, b: Float32Array): number => {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
};

/** Which output of the program is which of ours. */
const ours = (name: string, names: readonly string[]): string | null => {
  if (/logvar/.test(name)) return null;
  if (/mu|code/.test(name) || (names.length === 1 && !names.includes('reconstruction'))) return 'code';
  return 'reconstruction';
};

const TOLERANCE = 1e-5;
const files = Object.keys(expected);

describe('graphs of other programs', () => {
  test.each(files)('%s gives what its own program gives', async (file) => {
    const model = await read(file);
    const { outputs } = expected[file];
    const got = await computed(model, expected[file]);
    for (const [name, numbers] of Object.entries(outputs)) {
      const own = ours(name, Object.keys(got));
      const values = own === null ? undefined : (got[own] ?? Object.values(got)[0]);
      if (values) expect(largest(values, channelsLast(numbers)), name).toBeLessThan(TOLERANCE);
    }
  });
});

/** What the page computes without an engine. */
const inPlain = ({ network, weights }: ImportedModel, input: Numbers): Float32Array => {
  const target = network.parts.length === 2 ? 'autoencoder' : network.parts[0].name;
  const { outputs } = inferenceTensors(network, { target, weights });
  const output = outputs.reconstruction ?? outputs.code;
  const dims = [input.shape[0], ...network.parts[0].inputShape];
  return Float32Array.from(evaluator([output])({ x: { dims, data: channelsLast(input) } })[0].data);
};

describe('a graph that runs as it is', () => {
  const asIs = [
    'torch-unusual.onnx',
    'torch-unusual-fixed-batch.onnx',
    'quantised-dynamic.onnx',
    'quantised-qdq.onnx',
    'quantised-qoperator.onnx',
  ];

  test.each(asIs)('%s is said to be one, and is computed without an engine to the same', async (file) => {
    const model = await read(file);
    expect(model.notes.join('\n')).toMatch(/its graph runs as it is/);
    const got = await computed(model, expected[file]);
    const engine = got.reconstruction ?? got.code;
    // A number on the edge between two whole ones may fall to either side: a step of the coarsest scale.
    const tolerance = file.startsWith('quantised-q') ? 0.02 : TOLERANCE;
    expect(largest(inPlain(model, expected[file].input), engine)).toBeLessThan(tolerance);
  });

  test('is refused by training and by other formats at once, and is written as ONNX that gives the same', async () => {
    const model = await read('torch-unusual.onnx');
    expect(() => compileTraining(model.network, { batchSize: 2 })).toThrow(/^inference-only: /);
    await expect(exportKeras({ network: model.network, weights: model.weights, metadata: {} })).rejects.toThrow(/ONNX/);
    const files = exportOnnx({ network: model.network, weights: model.weights, metadata: {} });
    const bytes = files.get('encoder.onnx') ?? new Uint8Array();
    const again = await readModel({ file: 'encoder.onnx', bytes });
    expect(again.network.spec.kind).toBe('autoencoder');
    const { input } = expected['torch-unusual.onnx'];
    expect((await computed(again, { input, outputs: {} })).code).toEqual(
      (await computed(model, { input, outputs: {} })).code,
    );
  });
});

describe('layers of graphs', () => {
  const layersOf = ({ network }: ImportedModel): string[] =>
    network.parts.flatMap(({ layers }) => layers.map(({ spec }) => spec.type));

  test('are few: axes are moved within weights, scales and activations are part of layers', async () => {
    expect(layersOf(await read('torch-decoder.onnx'))).toEqual([
      'dense',
      'reshape',
      'conv2d-transpose',
      'conv2d-transpose',
      'cropping2d',
    ]);
    expect(layersOf(await read('torch-encoder.onnx'))).toEqual([
      'zero-padding2d',
      'conv2d',
      'elu',
      'zero-padding2d',
      'conv2d',
      'flatten',
      'gaussian-sampling',
    ]);
  });

  test('of a VAE that draws numbers are the encoder of the mean and the decoder', async () => {
    const { network, notes } = await read('torch-vae.onnx');
    expect(network.parts.map(({ outputShape }) => outputShape)).toEqual([[3], [8, 8, 1]]);
    expect(notes).toContain('its graph draws random numbers around the mean; the code of an image is the mean');
  });

  test('train on', async () => {
    const { network } = await read('torch-vae.onnx');
    const graph = compileTraining(network, { batchSize: 2 });
    expect(Object.keys(graph.outputs).filter((name) => name.startsWith('grad/')).length).toBe(
      network.parameters.length,
    );
  });
});

describe('what cannot be told is asked for or refused', () => {
  const model = () => fromBinary(ModelProtoSchema, bytesOf('torch-encoder.onnx'));
  const readChanged = (change: (proto: ModelProto) => void, options: ReadModelOptions = {}) => {
    const proto = model();
    change(proto);
    return readModel({ file: 'changed.onnx', bytes: toBinary(ModelProtoSchema, proto) }, options);
  };
  const renamed = (proto: ModelProto): void => {
    const names = new Map([
      ['mu', 'first'],
      ['logvar', 'second'],
    ]);
    for (const port of proto.graph?.output ?? []) port.name = names.get(port.name) ?? port.name;
    for (const node of proto.graph?.node ?? []) node.output = node.output.map((name) => names.get(name) ?? name);
  };

  test('two outputs whose names say nothing', async () => {
    await expect(readChanged(renamed)).rejects.toThrow(
      /^several-outputs: .*first \(3\), second \(3\); .*--code-output first/,
    );
    const { network, weights } = await readChanged(renamed, { codeOutput: 'first' });
    const { input, outputs } = expected['torch-encoder.onnx'];
    expect(
      largest(
        (await computed({ format: 'onnx', network, weights, notes: [] }, { input, outputs })).code,
        channelsLast(outputs.mu),
      ),
    ).toBeLessThan(TOLERANCE);
    await expect(readChanged(renamed, { codeOutput: 'third' })).rejects.toThrow(/^no-such-output: .*got "third"/);
  });

  test.each<[string, (proto: ModelProto) => void, RegExp]>([
    [
      'operators of its own',
      ({ graph }) => {
        for (const node of graph?.node ?? []) node.domain = 'my.own';
      },
      /^custom-operator: .*"Conv" of "my.own"/,
    ],
    [
      'an image of no fixed size',
      ({ graph }) => {
        const type = graph?.input[0].type?.value;
        if (type?.case === 'tensorType')
          for (const dim of type.value.shape?.dim ?? []) dim.value = { case: 'dimParam', value: 'n' };
      },
      /^unsupported-graph: .*fixed height and width/,
    ],
    [
      'nodes in a circle',
      ({ graph }) => {
        const node = graph?.node[0];
        if (node) node.input[0] = graph?.node[1].output[0] ?? '';
      },
      /^unsupported-graph: .*circle/,
    ],
    [
      'a value that nothing gives',
      ({ graph }) => {
        const node = graph?.node[0];
        if (node) node.input[0] = 'nowhere';
      },
      /^unsupported-graph: .*"nowhere", which nothing gives/,
    ],
  ])('%s', async (_what, change, message) => {
    await expect(readChanged(change)).rejects.toThrow(message);
  });

  test('a second input that is no label', async () => {
    const bytes = bytesOf('torch-conditional.onnx');
    const model = fromBinary(ModelProtoSchema, bytes);
    const text = new TextDecoder('latin1').decode(bytes);
    expect((await read('torch-conditional.onnx')).notes.join()).toContain(
      '"label" is taken for a label, one of 3 classes',
    );
    // Another name of the same length, in all places.
    const other = Uint8Array.from(text.replaceAll('label', 'width'), (letter) => letter.charCodeAt(0));
    await expect(readModel({ file: 'other.onnx', bytes: other })).rejects.toThrow(
      /"image" \[\?,1,8,8\], "width" \[\?,3\]/,
    );
    const shape = model.graph?.input[1].type?.value;
    if (shape?.case === 'tensorType') shape.value.elemType = 7;
    await expect(readModel({ file: 'whole.onnx', bytes: toBinary(ModelProtoSchema, model) })).rejects.toThrow(
      /^unsupported-graph: .*one-hot label/,
    );
  });

  test('values beside the file that are not there', async () => {
    await expect(readModel({ file: 'external.onnx', bytes: bytesOf('external.onnx') })).rejects.toThrow(
      /^external-data: .*"external.onnx.data" beside it/,
    );
  });
});

test.each(['.onnx', '.json'])(
  'a damaged %s gives a model or an error of input, nothing else',
  {
    timeout: 600_000,
  },
  async (ending) => {
    const beside = async (path: string): Promise<Uint8Array | null> =>
      existsSync(new URL(path, fixtures)) ? bytesOf(path) : null;
    const within = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1);
    const found = await tryDamagedFiles(
      new Map(files.filter((file) => file.endsWith(ending)).map((file) => [file, bytesOf(file)])),
      ({ file, bytes }) => readModel({ file, bytes, beside: (path) => beside(within(file) + path) }),
      7,
    );
    expect(Math.min(found.get('read') ?? 0, found.size - 1)).toBeGreaterThan(1);
  },
);
