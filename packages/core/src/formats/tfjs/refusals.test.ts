import { describe, expect, test } from 'vitest';
import { findNetwork } from '../../network/index.ts';
import { sampleModel } from '../testing/sample-model.ts';
import { readTfjs } from './read.ts';
import { caught, changed, fileOf, type ModelFiles, ownSpec, readFiles, type TestModel } from './testing/model-files.ts';
import { exportTfjs, MODEL_FILE } from './write.ts';

const files = exportTfjs(sampleModel(findNetwork('cnn-1')));
const ownFiles = exportTfjs(sampleModel(ownSpec));
const SHARD = 'group1-shard1of1.bin';

describe('readTfjs', () => {
  test.each([
    '../secret.bin',
    '/etc/passwd',
    'a/../../b.bin',
    'C:\\weights.bin',
    '..\\secret.bin',
    'http://host.invalid/w.bin',
    '//host.invalid/w.bin',
    '%2e%2e/secret.bin',
    'weights.bin?x=../',
    '',
    '.',
    'a//b',
    'a\u0000b',
  ])('asks for no file by the path %j', async (path) => {
    const asked: string[] = [];
    const wrong = changed(files, ({ weightsManifest }) => Object.assign(weightsManifest[0], { paths: [path] }));
    const shard = (wanted: string): Uint8Array => {
      asked.push(wanted);
      return new Uint8Array();
    };
    const error = await caught(() => readTfjs({ file: 'model.json', model: fileOf(wrong, MODEL_FILE), shard }));
    expect(error?.message).toMatch(/^path-climbs: model\.json: weight file /);
    expect(asked).toEqual([]);
  });

  test('asks for no file before the layers and sizes have been checked, and for none past what it needs', async () => {
    const asked: string[] = [];
    const paths = Array.from({ length: 50 }, (_, i) => `part${i}.bin`);
    const wrong = changed(files, ({ weightsManifest }) => Object.assign(weightsManifest[0], { paths }));
    const shard = (path: string): Uint8Array => {
      asked.push(path);
      return new Uint8Array(400);
    };
    const error = await caught(() => readTfjs({ file: 'model.json', model: fileOf(wrong, MODEL_FILE), shard }));
    expect(error?.code).toBe('tfjs-shards');
    expect(asked).toEqual(['part0.bin', 'part1.bin']);
  });

  const layersOf = ({ modelTopology }: TestModel) => modelTopology.config.layers[0].config.layers;
  const layer = (className: string, rest: object = {}) => ({ class_name: className, config: { name: 'f' }, ...rest });
  const withWeight = (patch: object) => (model: TestModel) => Object.assign(model.weightsManifest[0].weights[0], patch);
  const withPaths = (paths: readonly string[]) => (model: TestModel) =>
    Object.assign(model.weightsManifest[0], { paths });
  const withRecord = (record: unknown) => (model: TestModel) =>
    Object.assign(model.userDefinedMetadata ?? {}, { latent_plane: record });

  test.each<[string, (model: TestModel) => unknown, RegExp]>([
    [
      'a graph without nodes',
      (m) => Object.assign(m, { format: 'graph-model' }),
      /^tfjs-model: .*expected 1 to 20000 nodes/,
    ],
    ['no topology', (m) => Reflect.deleteProperty(m, 'modelTopology'), /^tfjs-model: .*modelTopology/],
    ['no manifest', (m) => Reflect.deleteProperty(m, 'weightsManifest'), /^tfjs-model: .*"weightsManifest": expected/],
    ['a Lambda', (m) => layersOf(m).push(layer('Lambda')), /^unsafe-layer: .*Supported: Dense/s],
    ['a custom layer', (m) => layersOf(m).push(layer('Mine', { registered_name: 'pkg>Mine' })), /^custom-layer: /],
    ['an unknown layer', (m) => layersOf(m).push(layer('LSTM')), /^unsupported-layer: .*"f" \(LSTM\)/],
    ['a stride', (m) => Object.assign(layersOf(m)[1].config, { strides: [2, 'b'] }), /^unsupported-layer: .*strides/],
    [
      'other dimensions',
      withWeight({ shape: [3, 3, 4, 1] }),
      /^weights-mismatch: .*expected \[3, 3, 1, 4\], got \[3, 3, 4, 1\]/,
    ],
    ['a size past all memory', withWeight({ shape: [2 ** 31, 2 ** 31] }), /^tfjs-model: .*at most 1073741824 bytes/],
    ['a negative size', withWeight({ shape: [-1, 3] }), /^tfjs-model: .*"weightsManifest\[0\]\.weights\[0\]\.shape/],
    ['more declared than is there', withWeight({ shape: [3, 3, 1, 5] }), /^tfjs-shards: .*808 bytes, got 772/],
    [
      'less declared than is there',
      ({ weightsManifest }) => weightsManifest[0].weights.pop(),
      /^tfjs-shards: .*768 bytes, got more/,
    ],
    ['a file cut short', withPaths(['short.bin']), /^tfjs-shards: .*short\.bin: expected 772 bytes, got 193/],
    ['whole numbers', withWeight({ dtype: 'int32' }), /^weights-type: .*got int32/],
    ['texts', withWeight({ dtype: 'string' }), /^tfjs-model: .*dtype": expected one of float32/],
    [
      'a quantisation without its scale',
      ({ weightsManifest }) => {
        for (const weight of weightsManifest[0].weights) weight.quantization = { dtype: 'uint8' };
        weightsManifest[0].paths = ['short.bin'];
      },
      /^weights-type: .*"scale" and "min"/,
    ],
    [
      'a weight that is missing',
      withWeight({ name: 'other/moving_mean' }),
      /^missing-weights: .*"encoder_conv2d": expected/,
    ],
    ['a file that is listed twice', withPaths([SHARD, `./${SHARD}`]), /^tfjs-model: .*each listed once/],
    ['a file that is not there', withPaths(['gone.bin']), /^missing-entry: .*"gone\.bin"/],
    ['a record that is no JSON', withRecord({ spec: '{', parts: ['encoder'], rest: {} }), /^recorded-network: /],
    ['half a record', withRecord({ spec: '{}' }), /^recorded-network: .*"parts"/],
  ])('refuses %s', async (_what, change, message) => {
    const wrong = changed(files, change, { 'short.bin': new Uint8Array(193) });
    const error = await caught(() => readFiles(wrong));
    expect(error?.message).toMatch(message);
    expect(error?.kind).toBe('input');
  });

  test('refuses a log-scale head that is missing or cut short', async () => {
    const withRest = (value: unknown): ModelFiles =>
      changed(ownFiles, ({ userDefinedMetadata }) =>
        Object.assign(userDefinedMetadata?.latent_plane.rest ?? {}, { 'encoder/sampling/z_log_var/kernel': value }),
      );
    expect((await caught(() => readFiles(withRest(undefined))))?.code).toBe('missing-weights');
    expect((await caught(() => readFiles(withRest('no base 64!'))))?.code).toBe('missing-weights');
    expect((await caught(() => readFiles(withRest('AAAA'))))?.code).toBe('weights-mismatch');
  });

  test('refuses JSON that is nested beyond measure', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    for (const [before, after] of [
      ['{"modelTopology":{"class_name":"Sequential","config":[', ']},"weightsManifest":[]}'],
      ['{"modelTopology":{},"weightsManifest":', '}'],
      ['{"modelTopology":{},"weightsManifest":[],"userDefinedMetadata":', '}'],
    ]) {
      const json = new TextEncoder().encode(before + deep + after);
      expect((await caught(() => readFiles(new Map([[MODEL_FILE, json]]))))?.kind).toBe('input');
    }
  });

  test('of a model.json cut short or with a character changed gives a model or an error of input, nothing else', async () => {
    const model = fileOf(ownFiles, MODEL_FILE);
    const readAs = (json: Uint8Array) => caught(() => readFiles(new Map([...ownFiles, [MODEL_FILE, json]])));
    for (let length = 0; length < model.length; length += 97)
      expect((await readAs(model.subarray(0, length)))?.kind).toBe('input');
    let refused = 0;
    for (let at = 0; at < model.length; at += 5) {
      for (const character of '0"[z') {
        const mutated = model.slice();
        mutated[at] = character.charCodeAt(0);
        const error = await readAs(mutated);
        if (error) refused += 1;
        expect(error?.kind ?? 'input').toBe('input');
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});
