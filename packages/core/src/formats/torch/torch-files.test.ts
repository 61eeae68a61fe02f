/** Files that PyTorch itself wrote, in every layout, beside what its networks compute (fixtures/make-torch-files.py). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeCodes, encodeSets } from '../../codes/index.ts';
import { parseNetworkFile } from '../../network/file/index.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { type ImportedModel, type ReadModelOptions, readModel } from '../index.ts';

const folder = fileURLToPath(new URL('../../../fixtures/torch-files/', import.meta.url));
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(folder + name));
const networkOf = (name: string) =>
  parseNetworkFile(readFileSync(`${folder}${name}.yaml`, 'utf8'), `${name}.yaml`).spec;

interface Figures {
  readonly pixels: readonly number[];
  readonly codes: readonly number[];
  readonly at: readonly (readonly number[])[];
  readonly drawn: readonly number[];
}
const expected: Readonly<Record<string, Figures>> = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8'));

const open = (file: string, options: ReadModelOptions): Promise<ImportedModel> =>
  readModel({ file, bytes: bytesOf(file) }, options);

const SHAPES = {
  dense: { height: 8, width: 8, channels: 1 },
  colour: { height: 4, width: 4, channels: 3 },
  convolutional: { height: 8, width: 8, channels: 1 },
} as const;
type Name = keyof typeof SHAPES;

const expectFigures = async (
  { network, weights }: ImportedModel,
  name: Name,
  tolerance: number,
  parts: readonly string[] = ['encoder', 'decoder'],
): Promise<void> => {
  const { pixels, codes, at, drawn } = expected[name];
  const running = { network, weights, runtime: nodeRuntime };
  if (parts.includes('encoder')) {
    const set = { ...SHAPES[name], count: 2, pixels: Uint8Array.from(pixels), labels: new Uint8Array(2) };
    const found = (await encodeSets(running, [set])).values;
    expect(found).toHaveLength(codes.length);
    for (const [i, value] of codes.entries()) expect(Math.abs(found[i] - value)).toBeLessThan(tolerance);
  }
  const images = await decodeCodes(running, Float32Array.from(at.flat()));
  expect(images).toHaveLength(drawn.length);
  for (const [i, value] of drawn.entries()) expect(Math.abs(images[i] - value)).toBeLessThan(tolerance);
};

/** Half precision keeps three figures of the weights, bfloat16 two. */
const TOLERANCES = { float32: 2e-6, float16: 2e-3, bfloat16: 2e-2 } as const;

const files: readonly (readonly [string, Name, keyof typeof TOLERANCES])[] = [
  ['dense.pth', 'dense', 'float32'],
  ['dense-old.pt', 'dense', 'float32'],
  ['dense-module.pth', 'dense', 'float32'],
  ['dense-module-old.pth', 'dense', 'float32'],
  ['dense-parallel.bin', 'dense', 'float32'],
  ['dense-parameters.pth', 'dense', 'float32'],
  ['dense-float64.pth', 'dense', 'float32'],
  ['dense-float16.pth', 'dense', 'float16'],
  ['dense-bfloat16.pth', 'dense', 'bfloat16'],
  ['dense-shared.pth', 'dense', 'float32'],
  ['dense-shared-old.pth', 'dense', 'float32'],
  ['dense-checkpoint.pth', 'dense', 'float32'],
  ['dense-lightning.ckpt', 'dense', 'float32'],
  ['dense-two.pth', 'dense', 'float32'],
  ['dense-script.pt', 'dense', 'float32'],
  ['dense-big-endian.pth', 'dense', 'float32'],
  ['dense.safetensors', 'dense', 'float32'],
  ['dense-bfloat16.safetensors', 'dense', 'bfloat16'],
  ['colour.pth', 'colour', 'float32'],
  ['convolutional.pth', 'convolutional', 'float32'],
  ['convolutional.safetensors', 'convolutional', 'float32'],
];

describe('files of PyTorch onto a network', () => {
  it.each(files)('%s computes what PyTorch computes', async (file, name, type) => {
    const model = await open(file, { network: networkOf(name) });
    expect(model.format).toBe(file.endsWith('safetensors') ? 'safetensors' : 'torch');
    await expectFigures(model, name, TOLERANCES[type]);
  });

  it('takes a decoder alone', async () => {
    const model = await open('dense-decoder.pth', { network: networkOf('dense') });
    expect(model.network.parts.map(({ name }) => name)).toEqual(['decoder']);
    await expectFigures(model, 'dense', TOLERANCES.float32, ['decoder']);
  });

  it('says how the layers were told apart, and what was done to them', async () => {
    const { notes } = await open('colour.pth', { network: networkOf('colour') });
    expect(notes).toEqual([
      'its layers were told by their shapes, those of one shape in the order of the file',
      'images are flattened with their channels last here and first in PyTorch: the dense layers beside were reordered',
    ]);
    const checkpoint = await open('dense-checkpoint.pth', { network: networkOf('dense') });
    expect(checkpoint.notes).toContain('the weights are those of its entry "model_state_dict"');
    const whole = await open('dense-module.pth', { network: networkOf('dense') });
    expect(whole.notes[0]).toContain('a module of the class "__main__.Dense"');
    const half = await open('dense-float16.pth', { network: networkOf('dense') });
    expect(half.notes).toContain('values of type float16 were converted to float32');
  });

  it('says where a network differs, first difference first', async () => {
    const spec = networkOf('dense');
    const other = { ...spec, decoder: [{ ...spec.decoder[0], units: 13 }, spec.decoder[1]] };
    await expect(open('dense.pth', { network: other })).rejects.toThrow(
      /^weights-mismatch: dense\.pth: network "dense": .*first difference, expected decoder\/dense \(weight \[13, 2\], bias \[13\]\), got decoder\.0 \(weight \[12, 2\], bias \[12\]\)\nThe file has encoder\.0 .* The network wants encoder\/dense \(/,
    );
  });

  it('names the step where no network is given', async () => {
    await expect(open('dense.pth', {})).rejects.toThrow(
      /^weights-alone: dense\.pth: holds weights without a network.*\nWrite the network that would fit, 64-12-4 \(2 means and 2 log-variances\), 2-12-64, .* npx latent new net\.yaml --from dense\.pth; then --network net\.yaml$/,
    );
    await expect(open('convolutional.pth', {})).rejects.toThrow(/--network net\.yaml/);
  });

  it('makes the network of dense layers up where it may, and says so', async () => {
    const model = await open('dense.pth', { guess: true });
    expect(model.notes[0]).toBe('the file holds no activations: those of the network are guesses');
    // These are the usual ones, so that the guess is right.
    await expectFigures(model, 'dense', TOLERANCES.float32);
  });
});
