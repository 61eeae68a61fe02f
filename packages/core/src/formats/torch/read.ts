/**
 * Reads files of `torch.save`: the zip of PyTorch 1.6 and later, and the pickles in a row before it. Nothing in them is
 * run.
 *
 * In: bytes. Out: the network's tensors by name, each read when it is asked for.
 * Source: https://github.com/pytorch/pytorch/blob/main/torch/serialization.py
 */
import { inputError } from '../../errors.ts';
import { readArchive } from '../../files/archive.ts';
import type { NamedArray } from '../weights/named-arrays.ts';
import { callName, persistentOf, requireHarmless } from './names.ts';
import { damagedPickle, type PickleOptions, readPickle } from './pickle.ts';
import { stateDictOf } from './state-dict.ts';
import { ELEMENT_BYTES, gather } from './tensors.ts';
import { isKind, itemsOf, type PickleValue, type TorchTensor } from './values.ts';

/** What a file of PyTorch holds of a network. */
export interface TorchFile {
  /** In the order of the file. */
  readonly arrays: readonly NamedArray[];
  /** Remarks for a person. */
  readonly notes: readonly string[];
}

/** Storages and pickles of one archive. */
const MAX_ENTRIES = 20_000;
const MAX_PICKLE_BYTES = 2 ** 26;
const FREE_BYTES = 2 ** 26;
/** Storages are not packed; what claims to be this many times the file is a bomb. */
const MAX_RATIO = 32;

/** `MAGIC_NUMBER` of `torch.serialization`, as protocol 2 writes it. */
const MAGIC = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** Whether bytes begin as files of PyTorch before 1.6 do. */
export const isOldTorch = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

/** Whether bytes begin as a pickle of protocol 2 or later. */
export const isPickle = (bytes: Uint8Array): boolean => bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5;

/** The folder of an archive of PyTorch, with its slash; null where it is none. */
export const torchFolder = (names: readonly string[]): string | null =>
  names.find((name) => /^([^/]*\/)?data\.pkl$/.test(name))?.replace(/data\.pkl$/, '') ?? null;

const optionsFor = (file: string): PickleOptions => ({
  file,
  requireHarmless: (name) => requireHarmless(file, name),
  call: (name, args) => callName(file, name, args),
  persistent: (id) => persistentOf(file, id),
});

interface Storages {
  readonly bytes: ReadonlyMap<string, Uint8Array>;
  readonly littleEndian: boolean;
}

const arraysOf = (
  file: string,
  tensors: ReadonlyMap<string, TorchTensor>,
  { bytes, littleEndian }: Storages,
): readonly NamedArray[] =>
  [...tensors].map(([name, tensor]) => ({
    name,
    dims: tensor.dims,
    type: tensor.type,
    floats: () => {
      const storage = bytes.get(tensor.storage.key);
      if (storage !== undefined) return gather(tensor, storage, { file, name, littleEndian });
      throw inputError('torch-damaged', {
        at: { file, subject: `tensor "${name}"` },
        expected: `the storage "${tensor.storage.key.slice(0, 60)}"`,
        got: 'none of that name',
        hint: 'fetch the file again',
      });
    },
  }));

const torchFile = (file: string, value: PickleValue, storagesOf: Storages): TorchFile => {
  const { tensors, key } = stateDictOf(value);
  if (tensors.size === 0)
    throw inputError('no-weights', {
      at: { file },
      expected: 'a state dict, or a checkpoint or module that holds one',
      got: 'a file of PyTorch without a tensor of a network',
      hint: 'save it: torch.save(model.state_dict(), FILE)',
    });
  return {
    arrays: arraysOf(file, tensors, storagesOf),
    notes: [
      ...(key === null ? [] : [`the weights are those of its entry "${key}"`]),
      ...(isKind(value, 'object')
        ? [`the file holds a module of the class "${value.name.slice(0, 100)}", of which the tensors alone are read`]
        : []),
    ],
  };
};

/**
 * Reads the zip of PyTorch 1.6 and later: `data.pkl`, a file for each storage, the order of bytes.
 *
 * @param folder - of its files in the archive, see `torchFolder`.
 * @throws LatentError (input) as `readArchive`; `pickle-damaged`, `pickle-code`, `torch-damaged`, `torch-dtype`,
 *   `no-weights`.
 */
export const readTorchZip = async (bytes: Uint8Array, file: string, folder: string): Promise<TorchFile> => {
  const [pickleName, orderName] = [`${folder}data.pkl`, `${folder}byteorder`];
  const limits = { [pickleName]: MAX_PICKLE_BYTES, [orderName]: 100 };
  const { entries } = await readArchive(bytes, file, limits, { maxEntries: MAX_ENTRIES });
  const { value } = readPickle(entries.get(pickleName) ?? new Uint8Array(), optionsFor(file));
  const order = new TextDecoder().decode(entries.get(orderName) ?? new Uint8Array()).trim();
  const storages = new Map([...stateDictOf(value).tensors.values()].map(({ storage }) => [storage.key, storage]));
  const sizes = [...storages].map(([key, { count, type }]): [string, number] => [
    `${folder}data/${key}`,
    Math.max(count * ELEMENT_BYTES[type], 1),
  ]);
  const claimed = sizes.reduce((sum, [, size]) => sum + size, 0);
  const most = Math.max(FREE_BYTES, MAX_RATIO * bytes.length);
  if (claimed > most)
    throw inputError('torch-damaged', {
      at: { file },
      problem: `its tensors claim ${claimed} bytes out of ${bytes.length}`,
      expected: `at most ${most}`,
      hint: 'fetch the file again',
    });
  const { entries: data } = await readArchive(bytes, file, Object.fromEntries(sizes), { maxEntries: MAX_ENTRIES });
  const kept = new Map([...data].map(([name, content]) => [name.slice(folder.length + 'data/'.length), content]));
  return torchFile(file, value, { bytes: kept, littleEndian: order !== 'big' });
};

/**
 * Reads the files before PyTorch 1.6: a magic number, a version, the machine, the value and the keys of the storages, a
 * pickle each; then the storages, each with its count in front, always little-endian.
 *
 * @throws LatentError (input) as `readTorchZip`.
 */
export const readOldTorch = (bytes: Uint8Array, file: string): TorchFile => {
  const options = optionsFor(file);
  let at = 0;
  const next = (): PickleValue => {
    const { value, end } = readPickle(bytes, options, at);
    at = end;
    return value;
  };
  // Magic number, version, machine.
  next();
  next();
  next();
  const value = next();
  const keys = itemsOf(next());
  if (keys === null) throw damagedPickle(file, 'it does not list its storages');
  const types = new Map([...stateDictOf(value).tensors.values()].map(({ storage }) => [storage.key, storage.type]));
  const all = storageTypes(value);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const storages = new Map<string, Uint8Array>();
  for (const key of keys) {
    const type = types.get(String(key)) ?? all.get(String(key));
    if (at + 8 > bytes.length || type === undefined) throw damagedPickle(file, 'its storages break off');
    const length = Number(view.getBigInt64(at, true)) * ELEMENT_BYTES[type];
    at += 8;
    if (length < 0 || at + length > bytes.length) throw damagedPickle(file, 'its storages break off');
    storages.set(String(key), bytes.subarray(at, at + length));
    at += length;
  }
  return torchFile(file, value, { bytes: storages, littleEndian: true });
};

/** Kinds of numbers of all storages of a value, those of the optimiser too: their lengths lead to the next. */
const storageTypes = (root: PickleValue): ReadonlyMap<string, TorchTensor['storage']['type']> => {
  const types = new Map<string, TorchTensor['storage']['type']>();
  const seen = new Set<PickleValue>();
  const open: PickleValue[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isKind(value, 'tensor')) types.set(value.storage.key, value.storage.type);
    else if (isKind(value, 'storage')) types.set(value.key, value.type);
    else if (isKind(value, 'dict')) open.push(...value.entries.values());
    else if (isKind(value, 'object')) open.push(...value.state.values(), ...value.entries.values());
    else open.push(...(itemsOf(value) ?? []));
  }
  return types;
};
