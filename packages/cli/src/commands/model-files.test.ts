import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Dataset, exportKeras, findNetwork, parseNetworkFile, readModel, resolveNetwork } from 'latent-plane';
import { onlyParts, writeFormat } from 'latent-plane/internal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel } from '../models/index.ts';
import { cloneFolder } from '../places.ts';
import { buildCommandLine, filesBelow, latent, smallMnist, temporaryFolder, writeIdxFolder } from '../runs/testing.ts';

const root = cloneFolder ?? '.';
const seeds = join(root, '..', 'shared', 'data', 'seed-models');
const fixtures = join(root, 'packages', 'core', 'fixtures', 'keras');

let folder = '';
let data = '';
let dataset: Dataset;
const path = (...names: string[]): string => join(folder, ...names);

/** Runs a command that is to succeed. */
const done = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await latent(words);
  expect(code, `${words.join(' ')}: ${stderr}`).toBe(0);
  return stdout;
};
const refused = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await latent(words);
  expect([code, stdout], stderr).toEqual([2, '']);
  expect(stderr).not.toContain('    at ');
  return stderr;
};

beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  process.env.LATENT_PLANE_CACHE = path('cache');
  dataset = await smallMnist(300, 50);
  data = await writeIdxFolder(path('small-mnist'), dataset);
  // dense-1 as it ships, in every format.
  await done('export', 'dense-1', '--to', 'keras', '--out', path('dense.keras'));
  await done('export', 'dense-1', '--to', 'onnx', '--out', path('dense-onnx'));
  await done('export', 'dense-1', '--to', 'tfjs', '--out', path('dense-tfjs'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(!existsSync(seeds))('latent evaluate of real Keras files', () => {
  it.each(['Dense-1.keras', 'CNN-3.keras'])('%s gives its scores', async (file) => {
    const { models } = JSON.parse(await readFile(join(seeds, 'expected.json'), 'utf8'));
    const expected = models[file];
    const { mse, code } = JSON.parse(await done('evaluate', join(seeds, file), '--json'));
    for (const part of ['train', 'test', 'all']) expect(Math.abs(mse[part] - expected.mse[part])).toBeLessThan(1e-6);
    for (const d of [0, 1]) {
      expect(Math.abs(code.min[d] - expected.codeMin[d])).toBeLessThan(1e-5);
      expect(Math.abs(code.max[d] - expected.codeMax[d])).toBeLessThan(1e-5);
      expect(Math.abs(code.std[d] - expected.codeStd[d])).toBeLessThan(1e-5);
    }
  });
});

describe('every MODEL argument', () => {
  const files = (): string[] => [
    path('dense.keras'),
    path('dense-onnx'),
    path('dense-onnx', 'autoencoder.onnx'),
    path('dense-tfjs'),
    path('dense-tfjs', 'model.json'),
  ];

  it('takes model files: the same scores, codes and summary as of the run they came from', async () => {
    const evaluation = async (model: string) => {
      const { model: _, ...scores } = JSON.parse(await done('evaluate', model, '--dataset', data, '--json'));
      return scores;
    };
    const expected = await evaluation('dense-1');
    const summary = await done('summary', 'dense-1');
    for (const file of files()) {
      expect(await evaluation(file)).toEqual(expected);
      expect(await done('summary', file)).toBe(summary);
    }
    await done('encode', 'dense-1', '--dataset', data, '--out', path('a.npy'));
    await done('encode', path('dense.keras'), '--dataset', data, '--out', path('b.npy'));
    expect((await readFile(path('b.npy'))).equals(await readFile(path('a.npy')))).toBe(true);
    await done('plane', path('dense.keras'), '--dataset', data, '--size', '4', '--out', path('plane.png'));
    await done('decode', path('dense-tfjs'), '--at', '0.5,0.5', '--out', path('digit.png'));
  });

  it('takes a decoder alone as far as it goes', async () => {
    const { network, weights } = await openModel('dense-1');
    await writeFile(
      path('decod_Dense-1.keras'),
      await exportKeras({ network: onlyParts(network, ['decoder']), weights }),
    );
    await done('decode', path('decod_Dense-1.keras'), '--at', '0.5,0.5', '--out', path('alone.png'));
    await done('decode', 'dense-1', '--at', '0.5,0.5', '--out', path('whole.png'));
    expect((await readFile(path('alone.png'))).equals(await readFile(path('whole.png')))).toBe(true);
    const summary = await done('summary', path('decod_Dense-1.keras'));
    expect(summary).toContain('parameters  decoder 105,672');
    expect(summary).not.toContain('encoder');
    expect(await refused('evaluate', path('decod_Dense-1.keras'), '--dataset', data)).toMatch(
      /half-a-model: .*takes the encoder too; name the file of the encoder beside it/,
    );
  });

  it('takes an encoder and a decoder of two files as one model, in either order', async () => {
    const { network, weights } = await openModel('dense-1');
    for (const part of ['encoder', 'decoder'] as const)
      await writeFile(path(`two-${part}.keras`), await exportKeras({ network: onlyParts(network, [part]), weights }));
    const [encoder, decoder] = [path('two-encoder.keras'), path('two-decoder.keras')];
    // But for the title, which names the files.
    const layers = (text: string): string => text.replace(/^.*\n/, '');
    const whole = layers(await done('summary', 'dense-1'));
    expect(layers(await done('summary', encoder, decoder))).toBe(whole);
    expect(layers(await done('summary', `${decoder}+${encoder}`))).toBe(whole);
    expect(await refused('summary', encoder, encoder)).toMatch(/not-a-pair: .*"two-encoder.keras" \(encoder\)/);
    expect(await refused('summary', encoder, path('gone.keras'))).toMatch(/unknown-model: .*gone\.keras/);
    await done('plane', decoder, '--size', '3', '--out', path('alone-plane.png'));
    await done('traverse', decoder, '--steps', '2', '--out', path('alone-traverse.png'));
    await done('sample', decoder, '--count', '2', '--out', path('alone-sample.png'));
  });

  it('writes the network that weights of dense layers fit, and puts them onto it', async () => {
    const torch = fileURLToPath(new URL('../../../core/fixtures/torch-files/dense.pth', import.meta.url));
    await done('new', path('net.yaml'), '--from', torch);
    const text = await readFile(path('net.yaml'), 'utf8');
    expect(text.match(/# a guess: weights do not tell it/g)).toHaveLength(5);
    // Of 64 numbers, which the images that are taken where none are named do not have.
    expect(text).not.toMatch(/^data:/m);
    const summary = await done('summary', torch, '--network', path('net.yaml'));
    expect(summary).toMatch(/encoder: 64 to 2/);
    expect(await refused('summary', torch)).toMatch(/weights-alone: .*\n.*npx latent new net\.yaml --from/);
    expect(await refused('evaluate', 'dense-1', '--network', path('net.yaml'))).toMatch(
      /invalid-option: --network .*expected a model file of another program, got "dense-1"/,
    );
  });

  it('begins a training with the weights of a file, or tunes a decoder on its codes', async () => {
    const train = ['--dataset', data, '--epochs', '1', '--threads', '1', '--out'];
    await done('train', 'dense-1', '--init', path('dense.keras'), ...train, path('from-file'));
    await done('train', 'dense-1', '--init', 'dense-1', ...train, path('from-run'));
    const weights = (name: string) => readFile(path(name, 'weights.safetensors'));
    expect((await weights('from-file')).equals(await weights('from-run'))).toBe(true);
    // Weights alone fit three networks of the zoo: the one that is trained says which is meant.
    const alone = join(fixtures, 'cnn-3-legacy-weights.h5');
    await done('train', 'cnn-1', '--init', alone, ...train, path('cnn'));
    expect(JSON.parse(await readFile(path('cnn', 'config.json'), 'utf8')).init.model).toBe(
      // As seen from the working folder: nothing of the machine is in a run's config.
      relative('', alone),
    );
    await done('tune-decoder', path('dense.keras'), '--decoder', 'dense-2', ...train, path('tuned'));
  });
});

describe('latent import', () => {
  it('makes a run folder that is opened like any other', async () => {
    const report = JSON.parse(await done('import', path('dense.keras'), '--out', path('imported'), '--json'));
    expect(report).toEqual({
      run: path('imported'),
      id: 'dense-1',
      format: 'keras',
      parts: ['encoder', 'decoder'],
      parameters: 210_562,
      notes: [],
    });
    const [imported, shipped] = [await openModel(path('imported')), await openModel('dense-1')];
    expect([...imported.weights]).toEqual([...shipped.weights]);
    expect(imported).toMatchObject({ config: null, metrics: null, spec: shipped.spec });
    expect((await readdir(path('imported'))).sort()).toEqual(['README.md', 'config.json', 'weights.safetensors']);
    expect(await refused('train', '--resume', path('imported'))).toMatch(/imported-run: .*nothing to resume/);
    const before = await filesBelow(path('imported'));
    expect(await refused('import', path('dense.keras'), '--out', path('imported'))).toContain('run-exists');
    expect(await filesBelow(path('imported'))).toEqual(before);
  });

  it('takes weights alone for a network that is named', async () => {
    const alone = join(fixtures, 'cnn-3.weights.h5');
    const report = JSON.parse(await done('import', alone, '--network', 'cnn-2', '--out', path('cnn-2'), '--json'));
    expect(report).toMatchObject({ id: 'cnn-2', notes: [] });
    const guessed = JSON.parse(await done('import', alone, '--out', path('cnn-3'), '--json'));
    expect(guessed).toMatchObject({ id: 'cnn-3', notes: [expect.stringMatching(/weights alone/)] });
    expect(await refused('import', alone, '--network', 'dense-1', '--out', path('x'))).toMatch(
      /weights-mismatch: .*network "dense-1": .*first difference, expected encoder\/dense/,
    );
    expect(existsSync(path('x'))).toBe(false);
  });

  it('refuses what is no model with exit 2 and two lines', async () => {
    await writeFile(path('text.keras'), 'Not a model.');
    await mkdir(path('empty'));
    expect(await refused('import', path('text.keras'), '--out', path('y'))).toMatch(
      /model-format: .*text\.keras: .*\nSupported: /,
    );
    expect(await refused('evaluate', path('empty'))).toMatch(/no-run: .*or a model file/);
    expect(await refused('evaluate', path('missing.keras'))).toMatch(
      /unknown-model: expected a network's id, a run folder or a model file/,
    );
    expect(await refused('import', 'dense-1', '--out', path('y'))).toContain('not-a-file');
    for (const file of ['keras3-lambda.keras', 'keras3-custom.keras'])
      expect(await refused('evaluate', join(fixtures, file))).toMatch(/(unsafe|custom)-layer: .*layer "/);
    expect(existsSync(path('y'))).toBe(false);
  });
});

describe('latent export', () => {
  it('writes the same bytes every time, with what is known of the model', async () => {
    await done('export', 'dense-1', '--to', 'keras', '--out', path('again.keras'));
    expect((await readFile(path('again.keras'))).equals(await readFile(path('dense.keras')))).toBe(true);
    const report = JSON.parse(
      await done('export', path('dense.keras'), '--to', 'onnx', '--out', path('whole.onnx'), '--json'),
    );
    expect(report).toMatchObject({ id: 'dense-1', format: 'onnx', files: [{ path: path('whole.onnx') }] });
    const back = await readModel({ file: 'whole.onnx', bytes: new Uint8Array(await readFile(path('whole.onnx'))) });
    expect(back.network.spec).toEqual(findNetwork('dense-1'));
  });

  it('writes Python code with its weights beside it, which are read again', async () => {
    const files = await done('export', 'dense-1', '--to', 'pytorch-code', '--out', path('code'), '--json');
    const names = ['dense_1_pytorch.py', 'dense_1_pytorch.safetensors'];
    const written = names.map((name) => path('code', name));
    expect(JSON.parse(files).files.map(({ path }: { path: string }) => path)).toEqual(written);
    expect(await readFile(written[0], 'utf8')).toMatch(/class Autoencoder\(nn\.Module\):/);
    const read = async (...words: string[]) => {
      await done('decode', ...words, '--at', '0.5,0.5', '--out', path('one.png'), '--force');
      return readFile(path('one.png'));
    };
    expect(await read(written[1])).toEqual(await read('dense-1'));
    await done('export', 'dense-1', '--to', 'keras-code', '--part', 'decoder', '--out', path('decoder-code'));
    const decoder = await readFile(path('decoder-code', 'dense_1_keras.py'), 'utf8');
    expect(decoder).toMatch(/class Decoder\(keras\.Model\):/);
    expect(decoder).not.toContain('Encoder');
    expect(await read(path('decoder-code', 'dense_1_keras.safetensors'))).toEqual(await read('dense-1'));
  });

  it('says which layer there is no code of, and writes nothing', async () => {
    const spec = parseNetworkFile(
      'inputShape: [4]\nencoder: [{type: residual-dense, name: block, units: 3}, {type: dense, units: 2}]\ndecoder: [{type: dense, units: 4}]\n',
      'block.yaml',
    ).spec;
    const network = resolveNetwork(spec);
    const weights = new Map(
      network.parameters.map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]),
    );
    for (const [name, bytes] of await writeFormat('safetensors', { network, weights }))
      await writeFile(path(name), bytes);
    const file = path(`${spec.id}.safetensors`);
    expect(await refused('export', file, '--to', 'keras-code', '--out', path('none'))).toMatch(
      /unsupported-layer: layer "encoder\/block": .*--to onnx/,
    );
    expect(existsSync(path('none'))).toBe(false);
    await done('export', file, '--to', 'pytorch-code', '--out', path('block'));
  });

  it('refuses a path of another format, and a folder with other files', async () => {
    expect(await refused('export', 'dense-1', '--to', 'tfjs', '--out', path('x.keras'))).toContain('file-type');
    expect(await refused('export', 'dense-1', '--to', 'onnx', '--out', path('x.json'))).toContain('file-type');
    expect(await refused('export', 'dense-1', '--to', 'keras-code', '--out', path('x.py'))).toContain('file-type');
    expect(await refused('export', 'dense-1', '--to', 'hdf5')).toContain('invalid-option');
    await mkdir(path('mine'));
    await writeFile(path('mine', 'notes.txt'), 'Mine.');
    expect(await refused('export', 'dense-1', '--to', 'tfjs', '--out', path('mine'))).toMatch(
      /folder-not-empty: .*"notes\.txt"/,
    );
    expect(await readdir(path('mine'))).toEqual(['notes.txt']);
  });
});
