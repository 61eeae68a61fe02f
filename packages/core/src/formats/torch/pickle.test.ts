/** Pickles that are no state dicts: what would run is refused by its name, and nothing runs. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LatentError } from '../../errors.ts';
import { writeArchive } from '../../files/archive.ts';
import { parseNetworkFile } from '../../network/file/index.ts';
import { readModel } from '../index.ts';
import { tryDamagedFiles } from '../testing/damaged-files.ts';

const text = (value: string): number[] => [...new TextEncoder().encode(value)];
const PROTO = [0x80, 2];
const global = (name: string): number[] => {
  const at = name.lastIndexOf('.');
  return [...text('c'), ...text(name.slice(0, at)), 10, ...text(name.slice(at + 1)), 10];
};
const unicode = (value: string): number[] => [...text('X'), value.length, 0, 0, 0, ...text(value)];
/** `name(argument)` */
const called = (name: string, argument: string): number[] => [
  ...PROTO,
  ...global(name),
  ...unicode(argument),
  0x85,
  ...text('R.'),
];

const zipOf = (pickle: readonly number[]): Promise<Uint8Array> =>
  writeArchive(new Map([['evil/data.pkl', Uint8Array.from(pickle)]]));

const refusal = async (pickle: readonly number[]): Promise<LatentError> => {
  try {
    await readModel({ file: 'evil.pth', bytes: await zipOf(pickle) });
  } catch (error) {
    if (error instanceof LatentError) return error;
    throw error;
  }
  throw new Error('it was read');
};

describe('pickles that would run something', () => {
  it.each([
    'os.system',
    'posix.system',
    'nt.system',
    'subprocess.Popen',
    'builtins.eval',
    'builtins.exec',
    '__builtin__.getattr',
    'runpy._run_code',
    'importlib.import_module',
    'operator.attrgetter',
    'pickle.loads',
    'mine.load',
    'torch.hub.load',
    'torch._utils._rebuild_sparse_tensor',
  ])('%s is refused by its name', async (name) => {
    const error = await refusal(called(name, 'echo'));
    expect(error.code).toBe('pickle-code');
    expect(error.kind).toBe('input');
    expect(error.message).toContain(`would run "${name}"`);
    expect(error.message.split('\n')).toHaveLength(1);
  });

  it('refuses such a name where it is not even called', async () => {
    expect((await refusal([...PROTO, ...global('os.system'), ...text('.')])).code).toBe('pickle-code');
    const stacked = [0x80, 4, 0x8c, 2, ...text('os'), 0x8c, 6, ...text('system'), 0x93, ...text('.')];
    expect((await refusal(stacked)).code).toBe('pickle-code');
    const instance = [...PROTO, ...text('(ios\nsystem\n.')];
    expect((await refusal(instance)).code).toBe('pickle-code');
  });

  it('makes no object of a class: an unknown one holds what it is given', async () => {
    const object = [...PROTO, ...global('evil.Model'), ...text(')'), 0x81, ...text('}b.')];
    expect((await refusal(object)).code).toBe('no-weights');
  });
});

describe('pickles that are damaged', () => {
  const cases: readonly (readonly [string, readonly number[]])[] = [
    ['empty', []],
    ['an unknown instruction', [...PROTO, 0xff]],
    ['a value that is not there', [...PROTO, ...text('a.')]],
    ['a mark that is not there', [...PROTO, ...text('t.')]],
    ['a memory that is not there', [...PROTO, ...text('h'), 7, ...text('.')]],
    ['a text beyond the end', [...PROTO, ...text('X'), 255, 255, 255, 127]],
    ['a number of 4 GB', [...PROTO, 0x8b, 255, 255, 255, 255]],
    ['a call of a list', [...PROTO, ...text('])R.')]],
    ['an id that leads elsewhere', [...PROTO, ...text('NQ.')]],
    [
      'a storage of complex numbers',
      [
        ...PROTO,
        ...text('('),
        ...unicode('storage'),
        ...global('torch.ComplexFloatStorage'),
        ...unicode('0'),
        ...unicode('cpu'),
        ...text('K'),
        1,
        ...text('tQ.'),
      ],
    ],
  ];
  it.each(cases)('%s', async (_, pickle) => {
    const error = await refusal(pickle);
    expect(['pickle-damaged', 'torch-dtype']).toContain(error.code);
    expect(error.message.split('\n').length).toBeLessThanOrEqual(2);
  });

  it('is not led round in circles by a list of itself, nor by a million levels', async () => {
    const circle = [...PROTO, ...text(']q'), 0, ...text('h'), 0, ...text('a.')];
    expect((await refusal(circle)).code).toBe('no-weights');
    const deep = [
      ...PROTO,
      ...Array.from({ length: 1_000_000 }, () => 0x5d),
      ...Array.from({ length: 999_999 }, () => 0x61),
      0x2e,
    ];
    expect((await refusal(deep)).code).toBe('no-weights');
    // Each list holds the one before twice: 2^40 values, if anybody counted.
    const doubled = Array.from({ length: 40 }, () => [0x5d, 0x28, 0x68, 0, 0x68, 0, 0x65, 0x71, 0]).flat();
    expect((await refusal([...PROTO, 0x5d, 0x71, 0, ...doubled, 0x2e])).code).toBe('no-weights');
  });

  it('refuses a tensor of more numbers than its storage', async () => {
    const tensor = [
      ...PROTO,
      0x7d,
      ...unicode('weight'),
      ...global('torch._utils._rebuild_tensor_v2'),
      ...text('('),
      ...text('('),
      ...unicode('storage'),
      ...global('torch.FloatStorage'),
      ...unicode('0'),
      ...unicode('cpu'),
      ...text('K'),
      1,
      ...text('tQ'),
      ...text('K'),
      0,
      ...text('K'),
      100,
      ...text('K'),
      100,
      0x86,
      ...text('K'),
      1,
      ...text('K'),
      1,
      0x86,
      0x89,
      ...text('NtRs.'),
    ];
    const bytes = await writeArchive(
      new Map([
        ['a/data.pkl', Uint8Array.from(tensor)],
        ['a/data/0', new Uint8Array(4)],
      ]),
    );
    const network = parseNetworkFile(
      'inputShape: [100]\nencoder: [{type: dense, units: 100, activation: linear, useBias: false}]\ndecoder: [{type: dropout, rate: 0.5}]\n',
      'a.yaml',
    ).spec;
    await expect(readModel({ file: 'a.pth', bytes }, { network })).rejects.toThrow(
      'torch-damaged: a.pth: tensor "weight": expected 796 bytes of its storage, got 4',
    );
  });
});

describe('other pickles', () => {
  it('are called what they are', async () => {
    const bytes = Uint8Array.from([0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x7d, 0x2e]);
    await expect(readModel({ file: 'model.pkl', bytes })).rejects.toThrow(/a pickle of Python, which is a program/);
  });
});

const folder = fileURLToPath(new URL('../../../fixtures/torch-files/', import.meta.url));
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(folder + name));
const BASES = [
  ['zip archives', ['dense.pth', 'convolutional.pth']],
  ['pickles', ['dense-old.pt', 'dense-module-old.pth', 'dense-shared-old.pth']],
  ['safetensors', ['dense.safetensors', 'dense-bfloat16.safetensors']],
] as const;

describe('damaged files', () => {
  it.each(BASES)('%s are read or refused', { timeout: 600_000 }, async (_, names) => {
    const network = parseNetworkFile(readFileSync(`${folder}dense.yaml`, 'utf8'), 'dense.yaml').spec;
    const files = new Map(names.map((name) => [name, bytesOf(name)]));
    const found = await tryDamagedFiles(files, (file) => readModel(file, { network }), 20_261_130);
    // Some are spoilt and some are not: the mutations do something.
    expect(Math.min(found.get('read') ?? 0, found.size - 1)).toBeGreaterThan(1);
  });
});
