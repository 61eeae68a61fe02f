import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readArchive, writeArchive } from '../../files/archive.ts';
import { residualDense } from '../../layers/index.ts';
import { findNetwork, networks, onlyParts, resolveNetwork } from '../../network/index.ts';
import { createInference } from '../../runtime/index.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { encodeHdf5, withHdf5 } from '../hdf5.ts';
import type { ImportedModel } from '../imported-model.ts';
import { readModel } from '../read-model.ts';
import { differingWeights, largestDifference, sampleModel } from '../testing/sample-model.ts';
import { type ExportModel, exportKeras, kerasConfig } from './write.ts';

const LIMITS = { 'config.json': 1e7, 'metadata.json': 1e7, 'model.weights.h5': 1e9 };
const read = (bytes: Uint8Array, file = 'test.keras'): Promise<ImportedModel> => readModel({ file, bytes });
const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const decode = (bytes: Uint8Array | undefined): unknown => JSON.parse(new TextDecoder().decode(bytes));

type Json = { [key: string]: Json } & { [key: number]: Json } & unknown;

/** The entries of a file that we wrote, to be spoilt. */
const entriesOf = async (model: ExportModel): Promise<Map<string, Uint8Array>> =>
  new Map((await readArchive(await exportKeras(model), 'test', LIMITS)).entries);

describe('exportKeras and readModel', () => {
  it.each(networks.map((spec) => [spec.id, spec] as const))('%s comes back to the bit', async (_id, spec) => {
    const model = sampleModel(spec);
    const bytes = await exportKeras(model);
    const back = await read(bytes, spec.file);
    expect(back.network).toStrictEqual(model.network);
    expect(differingWeights(back.weights, model.weights)).toEqual([]);
    expect(back).toMatchObject({ format: 'keras', notes: [] });
  });

  it('packs weights of few digits to half, and gives them back to the bit', async () => {
    const model = sampleModel(findNetwork('map-1'));
    const rounded = new Map(
      [...model.weights].map(([name, values]) => [
        name,
        Float32Array.from(values, (value) => Number(value.toPrecision(2))).map((value) => {
          const word = new Uint32Array(Float32Array.of(value).buffer)[0];
          return new Float32Array(Uint32Array.of(word - (word % 65_536)).buffer)[0];
        }),
      ]),
    );
    const [whole, packed] = [await exportKeras(model), await exportKeras({ ...model, weights: rounded })];
    expect(packed.length).toBeLessThan(0.55 * whole.length);
    const back = await read(packed, 'encod_decod_Map-1.keras');
    expect(differingWeights(back.weights, rounded)).toEqual([]);
  });

  it('refuses a residual block, which Keras has no layer for', async () => {
    const spec = findNetwork('dense-1');
    if (spec.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
    const model = sampleModel({ ...spec, encoder: [residualDense(4, 'relu'), ...spec.encoder] });
    await expect(exportKeras(model)).rejects.toThrow(/^unsupported-layer: .*"residual-dense".*--to onnx/);
  });

  it('writes the same bytes for the same model, whatever the time', async () => {
    const model = sampleModel(findNetwork('cnn-3'));
    const first = await exportKeras(model);
    await new Promise((done) => setTimeout(done, 1100));
    expect(Buffer.from(await exportKeras(model)).equals(first)).toBe(true);
  });

  it('writes a decoder alone, and reads it as one', async () => {
    const whole = sampleModel(findNetwork('dense-2'));
    const decoder = { network: onlyParts(whole.network, ['decoder']), weights: whole.weights };
    const back = await read(await exportKeras(decoder), 'decod_Dense-2.keras');
    expect(back.network).toStrictEqual(decoder.network);
    expect([...back.weights.keys()].every((name) => name.startsWith('decoder/'))).toBe(true);
    expect(back.notes).toEqual(['the file holds a decoder alone']);
  });

  it('names layers as Keras does: classes counted on through the model', () => {
    const config = JSON.stringify(kerasConfig(resolveNetwork(findNetwork('cnn-1'))));
    const names = [...config.matchAll(/"class_name":"(\w+)","config":\{"name":"(\w+)"/g)].map(([, type, name]) => [
      type,
      name,
    ]);
    expect(names).toEqual([
      ['Sequential', 'cnn_1'],
      ['Sequential', 'encoder'],
      ['Conv2D', 'conv2d'],
      ['MaxPooling2D', 'max_pooling2d'],
      ['Conv2D', 'conv2d_1'],
      ['MaxPooling2D', 'max_pooling2d_1'],
      ['Conv2D', 'conv2d_2'],
      ['Conv2D', 'conv2d_3'],
      ['Sequential', 'decoder'],
      ['Conv2DTranspose', 'conv2d_transpose'],
      ['Conv2DTranspose', 'conv2d_transpose_1'],
      ['UpSampling2D', 'up_sampling2d'],
      ['Conv2DTranspose', 'conv2d_transpose_2'],
      ['UpSampling2D', 'up_sampling2d_1'],
      ['Conv2DTranspose', 'conv2d_transpose_3'],
    ]);
  });

  it('stores arrays where Keras looks for them: classes counted in each model anew', async () => {
    const entries = await entriesOf(sampleModel(findNetwork('vae-1')));
    const paths = await withHdf5(
      entries.get('model.weights.h5') ?? new Uint8Array(),
      'weights',
      ({ arrays, groups }) => {
        expect(groups.has('vars')).toBe(true);
        expect(groups.has('layers/functional/layers/dropout/vars')).toBe(true);
        return [...arrays.keys()];
      },
    );
    expect(paths).toContain('layers/functional/layers/dense_3/vars/1');
    // The two heads of the code.
    expect(paths).toContain('layers/functional/layers/dense_4/vars/0');
    expect(paths).toContain('layers/functional/layers/dense_5/vars/1');
    expect(paths).toContain('layers/functional_1/layers/dense_4/vars/0');
  });

  it('writes a Gaussian code in layers of Keras alone, and reads its heads by their place', async () => {
    const model = sampleModel(findNetwork('vae-1'));
    const entries = await entriesOf(model);
    const config = JSON.stringify(decode(entries.get('config.json')));
    expect(config).not.toContain('latent_plane');
    expect(config).toContain('"output_layers":[["z_mean",0,0],["z_log_sigma",0,0]]');
    // As Keras saves it again: without the record.
    entries.set('metadata.json', new TextEncoder().encode('{"keras_version":"3.15.1"}'));
    const back = await read(await writeArchive(entries), 'vae-1.keras');
    expect(back.network.spec).toBe(findNetwork('vae-1'));
    expect(back.notes.join()).toMatch(
      /"z_mean" and "z_log_sigma" of "encoder" are taken for the heads of a Gaussian code/,
    );
    expect(differingWeights(back.weights, model.weights)).toEqual([]);
  });
});

const fixtures = new URL('../../../fixtures/keras/', import.meta.url);
interface Expected {
  readonly input: { readonly shape: number[]; readonly data: number[] };
  readonly output?: { readonly shape: number[]; readonly data: number[] };
  readonly code?: { readonly shape: number[]; readonly data: number[] };
}

describe('files that Keras itself wrote', () => {
  const expected: Record<string, Expected> = JSON.parse(readFileSync(new URL('expected.json', fixtures), 'utf8'));
  const readable = Object.entries(expected).filter(([, { output }]) => output !== undefined);

  it.each(readable)('%s gives the outputs of Keras', async (file, { input, output, code }) => {
    const { network, weights, notes } = await read(new Uint8Array(readFileSync(new URL(file, fixtures))), file);
    const inference = await createInference(network, weights, {
      target: network.spec.kind === 'classifier' ? 'classifier' : 'autoencoder',
      runtime: nodeRuntime,
      batchSize: 2,
    });
    const result = await inference.run(Float32Array.from(input.data));
    await inference.release();
    // Keras computes half precision in half precision, of which eleven or eight bits are left.
    const tolerance = /bfloat16/.test(file) ? 3e-2 : /float16/.test(file) ? 3e-3 : 1e-5;
    expect(largestDifference(result.reconstruction ?? result.probabilities, output?.data ?? [])).toBeLessThan(
      tolerance,
    );
    if (code) expect(largestDifference(result.code, code.data)).toBeLessThan(tolerance);
    if (/float(16|64)/.test(file))
      expect(notes.join()).toMatch(/values of type b?float(16|64) were converted to float32/);
  });

  it.each([
    [
      'keras3-lambda.keras',
      /unsafe-layer: keras3-lambda\.keras: layer "[^"]+" \(Lambda\): holds Python code, which is never run/,
    ],
    ['keras3-custom.keras', /custom-layer: .*expected a layer of Keras, got the custom class/],
  ])('%s is refused with the layer named', async (file, message) => {
    await expect(read(new Uint8Array(readFileSync(new URL(file, fixtures))), file)).rejects.toThrow(message);
  });

  it('weights alone go onto the network that they fit, and several that fit are told', async () => {
    for (const file of ['cnn-3-legacy-weights.h5', 'cnn-3.weights.h5']) {
      const { network, notes, weights } = await read(new Uint8Array(readFileSync(new URL(file, fixtures))), file);
      expect([network.spec.id, weights.size]).toEqual(['cnn-3', 16]);
      expect(notes[0]).toMatch(/weights alone; they were taken for those of cnn-3; they fit cnn-1, cnn-2 as well/);
    }
  });
});

describe('a Lambda that joins the two heads of a variational encoder', () => {
  const file = 'keras3-vae-log-sigma.keras';
  const asLambda = async (config: unknown): Promise<Uint8Array> => {
    const bytes = new Uint8Array(readFileSync(new URL(file, fixtures)));
    const entries = new Map((await readArchive(bytes, file, LIMITS)).entries);
    const text = JSON.stringify(decode(entries.get('config.json')), (_, value) =>
      value?.class_name === 'Sampling'
        ? { ...value, class_name: 'Lambda', module: 'keras.layers', registered_name: null, config }
        : value,
    );
    entries.set('config.json', new TextEncoder().encode(text));
    return writeArchive(entries);
  };

  it('is Gaussian sampling where it names a function, whose code is not in the file', async () => {
    const named = {
      name: 'lambda',
      function: { class_name: 'function', config: 'sampling', registered_name: 'function' },
    };
    const [plain, lambda] = [
      await read(new Uint8Array(readFileSync(new URL(file, fixtures))), file),
      await read(await asLambda(named), file),
    ];
    expect(lambda.network).toStrictEqual(plain.network);
    expect(differingWeights(lambda.weights, plain.weights)).toEqual([]);
    expect(
      (await read(await asLambda({ name: 'l', function: 'sampling', function_type: 'function' }), file)).network,
    ).toStrictEqual(plain.network);
  });

  it('is the same where it holds bytecode, which is not run', async () => {
    const plain = await read(new Uint8Array(readFileSync(new URL(file, fixtures))), file);
    for (const config of [
      { name: 'lambda', function: { class_name: '__lambda__', config: { code: '4wEAAAA=' } } },
      { name: 'lambda', function: ['4wEAAAA=', null, null], function_type: 'lambda' },
      {},
    ]) {
      const lambda = await read(await asLambda(config), file);
      expect(lambda.network).toStrictEqual(plain.network);
      expect(lambda.notes.join()).toMatch(/of the class "Lambda" is taken for Gaussian sampling; its code is not run/);
    }
  });
});

describe('a Lambda in a file whose values are wanted', () => {
  it('is left aside where the network is named', async () => {
    const model = sampleModel(findNetwork('cnn-3'));
    const entries = await entriesOf(model);
    entries.set('config.json', encode({ class_name: 'Lambda', config: {} }));
    const bytes = await writeArchive(entries);
    await expect(read(bytes)).rejects.toMatchObject({ kind: 'input' });
    const { network, weights } = await readModel({ file: 'x.keras', bytes }, { network: findNetwork('cnn-1') });
    expect(network.spec.id).toBe('cnn-1');
    expect(differingWeights(weights, model.weights)).toEqual([]);
  });
});

describe('readModel refuses', () => {
  let good: Uint8Array;
  let entries: Map<string, Uint8Array>;
  beforeAll(async () => {
    const model = sampleModel(findNetwork('cnn-3'));
    good = await exportKeras(model);
    entries = await entriesOf(model);
  });

  const withEntries = (changes: Record<string, Uint8Array | null>): Promise<Uint8Array> => {
    const changed = new Map(entries);
    for (const [name, bytes] of Object.entries(changes)) {
      if (bytes === null) changed.delete(name);
      else changed.set(name, bytes);
    }
    return writeArchive(changed);
  };
  const withConfig = (change: (config: Json) => void): Promise<Uint8Array> => {
    const config = decode(entries.get('config.json')) as Json;
    change(config);
    return withEntries({ 'config.json': encode(config) });
  };
  /** The encoder's first layer: the input aside, a convolution. */
  const firstLayer = (config: Json): Json => config.config.layers[1].config.layers[1];

  it('what is no model', async () => {
    await expect(read(new Uint8Array())).rejects.toThrow(
      /model-format: test\.keras: .*it is empty.*\nSupported: \.keras/,
    );
    await expect(read(encode('text'))).rejects.toThrow('model-format');
    await expect(read(encode({}))).rejects.toMatchObject({ kind: 'input' });
  });

  it.each([0.1, 0.5, 0.99])('an archive cut short at %f of its length', async (share) => {
    await expect(read(good.slice(0, Math.floor(share * good.length)))).rejects.toThrow('archive-damaged: test.keras');
  });

  it('a flipped bit in the values, which the checksum tells', async () => {
    const spoilt = good.slice();
    spoilt[good.length - 8000] ^= 1;
    await expect(read(spoilt)).rejects.toThrow(/archive-damaged: test\.keras: .*(CRC|damaged)/);
  });

  it.each(['../evil', '/etc/passwd', 'a/../../b', 'C:\\evil', '..\\evil'])('the path %s', async (path) => {
    await expect(read(await withEntries({ [path]: new Uint8Array(1) }))).rejects.toThrow(
      /archive-path: .*leads out of it/,
    );
  });

  it.each(['config.json', 'model.weights.h5'])('an archive without %s', async (name) => {
    await expect(read(await withEntries({ [name]: null }))).rejects.toThrow(
      `missing-entry: test.keras: expected the entry "${name}"`,
    );
  });

  it('weights that are no HDF5, or cut short', async () => {
    await expect(read(await withEntries({ 'model.weights.h5': new Uint8Array(100) }))).rejects.toThrow(
      /not-hdf5: .*"model\.weights\.h5"/,
    );
    const short = entries.get('model.weights.h5')?.slice(0, 5000) ?? new Uint8Array();
    await expect(read(await withEntries({ 'model.weights.h5': short }))).rejects.toMatchObject({ kind: 'input' });
  });

  it('a config that is no JSON, or no model', async () => {
    await expect(read(await withEntries({ 'config.json': new Uint8Array([0x7b]) }))).rejects.toThrow('keras-config');
    await expect(read(await withEntries({ 'config.json': encode([]) }))).rejects.toThrow('keras-config');
    await expect(
      read(
        await withConfig((c) => {
          c.class_name = 'MyModel' as unknown as Json;
        }),
      ),
    ).rejects.toThrow(/custom-model: .*"MyModel"/);
  });

  it.each<[string, (layer: Json) => void, RegExp]>([
    [
      'an unknown layer',
      (l) => Object.assign(l, { class_name: 'LSTM' }),
      /unsupported-layer: .*layer "conv2d" \(LSTM\)/,
    ],
    [
      'a custom layer',
      (l) => Object.assign(l, { class_name: 'Mine', registered_name: 'me>Mine' }),
      /custom-layer: .*me>Mine/,
    ],
    ['a Lambda', (l) => Object.assign(l, { class_name: 'Lambda' }), /unsafe-layer: .*\(Lambda\)/],
    [
      'an activation',
      (l) => Object.assign(l.config, { activation: 'snake' }),
      /expected a known activation, got "snake"/,
    ],
    ['strides', (l) => Object.assign(l.config, { strides: [2, 'b'] }), /field "strides": expected two whole numbers/],
    ['dilation', (l) => Object.assign(l.config, { dilation_rate: [2, 2, 2] }), /"dilation_rate"/],
    [
      'channels first over images that have them last',
      (l) => Object.assign(l.config, { data_format: 'channels_first' }),
      /shape-mismatch: .*layer "conv2d"/,
    ],
    ['groups', (l) => Object.assign(l.config, { groups: 2 }), /"groups"/],
    [
      'more filters than values',
      (l) => Object.assign(l.config, { filters: 5 }),
      /shape-mismatch: .*layer "max_pooling2d": expected \[batch, 26, 26, 4\], got \[batch, 26, 26, 5\]/,
    ],
    ['a huge layer', (l) => Object.assign(l.config, { filters: 1e9 }), /invalid-layer: .*conv2d/],
    ['a size that is no number', (l) => Object.assign(l.config, { kernel_size: ['a', 3] }), /"kernel_size"/],
  ])('%s by name', async (_what, change, message) => {
    await expect(read(await withConfig((config) => change(firstLayer(config))))).rejects.toThrow(message);
  });

  it('an array of another shape, one that is missing, and one that is no float', async () => {
    const rewrite = async (change: (arrays: Map<string, { dims: number[]; data: Float32Array }>) => void) => {
      const arrays = await withHdf5(
        entries.get('model.weights.h5') ?? new Uint8Array(),
        'w',
        (content) =>
          new Map([...content.arrays].map(([path, { dims, floats }]) => [path, { dims: [...dims], data: floats() }])),
      );
      change(arrays);
      return withEntries({ 'model.weights.h5': await encodeHdf5({ arrays, groups: ['vars'] }) });
    };
    const first = 'layers/sequential/layers/conv2d/vars/0';
    await expect(
      read(await rewrite((arrays) => arrays.set(first, { dims: [36], data: new Float32Array(36) }))),
    ).rejects.toThrow(
      /weights-mismatch: test\.keras: layer "conv2d", array "layers\/sequential\/layers\/conv2d\/vars\/0": expected \[3, 3, 1, 4\], got \[36\]/,
    );
    await expect(
      read(await rewrite((arrays) => arrays.delete('layers/sequential/layers/conv2d_1/vars/1'))),
    ).rejects.toThrow(/missing-weights: test\.keras: layer "conv2d_1": expected its bias of \[2\], got none/);
  });

  it('an archive that holds far more than it weighs', async () => {
    const { zipSync } = await import('fflate');
    const bomb = zipSync(
      { 'config.json': new Uint8Array(64 * 2 ** 20), 'model.weights.h5': new Uint8Array(8) },
      { level: 9 },
    );
    expect(bomb.length).toBeLessThan(100_000);
    const heavier = zipSync(
      { 'config.json': new Uint8Array(8), 'model.weights.h5': new Uint8Array(80 * 2 ** 20) },
      { level: 9 },
    );
    await expect(read(heavier)).rejects.toThrow(
      /archive-entry: .*"model\.weights\.h5": claims 83886080 bytes out of \d+, expected at most 67108864/,
    );
    await expect(read(bomb)).rejects.toThrow(
      /archive-entry: .*"config\.json": claims 67108864 bytes out of \d+, expected at most 16777216/,
    );
  });
});

const seeds = new URL('../../../../../../shared/data/seed-models/', import.meta.url);

describe.skipIf(!existsSync(seeds))('real files of Keras 2.15, written on Windows', () => {
  /** Class and settings of every layer, and the paths of the arrays, without those of the optimiser. */
  const layoutOf = async (bytes: Uint8Array) => {
    const { entries } = await readArchive(bytes, 'test', LIMITS);
    const layers: { className: string; keys: string[]; own: string[] }[] = [];
    const visit = (node: Json): void => {
      layers.push({
        className: String(node.class_name),
        keys: Object.keys(node.config).sort(),
        own: Object.keys(node).sort(),
      });
      if (Array.isArray(node.config.layers)) for (const layer of node.config.layers) visit(layer);
    };
    visit(decode(entries.get('config.json')) as Json);
    const paths = await withHdf5(entries.get('model.weights.h5') ?? new Uint8Array(), 'w', ({ arrays }) =>
      [...arrays].filter(([path]) => path.startsWith('layers/')).map(([path, { dims }]) => `${path} ${dims}`),
    );
    return { layers, paths: paths.sort() };
  };

  it.each(['Dense-1.keras', 'CNN-3.keras'])('what we write of %s has their layout', async (file) => {
    const theirs = await layoutOf(new Uint8Array(readFileSync(new URL(file, seeds))));
    const model = await read(new Uint8Array(readFileSync(new URL(file, seeds))), file);
    const ours = await layoutOf(await exportKeras(model));
    expect(ours.paths).toEqual(theirs.paths);
    expect(ours.layers.map(({ className }) => className)).toEqual(theirs.layers.map(({ className }) => className));
    ours.layers.forEach(({ className, keys, own }, i) => {
      // A setting that Keras 2.15 does not know would keep it from loading the file.
      expect(theirs.layers[i].keys, className).toEqual(
        expect.arrayContaining(keys.filter((key) => key !== 'build_input_shape')),
      );
      expect(theirs.layers[i].own, className).toEqual(expect.arrayContaining(own));
    });
  });

  it.each([
    ['Dense-1.keras', 'dense-1', 210_562],
    ['CNN-3.keras', 'cnn-3', 193],
  ])('%s is %s of the zoo', async (file, id, parameters) => {
    const bytes = new Uint8Array(readFileSync(new URL(file, seeds)));
    const { network, weights, notes } = await read(bytes, file);
    expect(network.spec).toBe(findNetwork(id));
    expect([...weights.values()].reduce((sum, { length }) => sum + length, 0)).toBe(parameters);
    expect(notes).toEqual([]);
  });
});
