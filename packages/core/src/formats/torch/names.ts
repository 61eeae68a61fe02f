/**
 * The names that a pickle of PyTorch may call, and what they stand for. Everything else is refused by its name: nothing
 * of a file is run.
 * Source: https://github.com/pytorch/pytorch/blob/main/torch/_utils.py
 */
import { inputError, type LatentError } from '../../errors.ts';
import { damagedPickle } from './pickle.ts';
import { type ElementType, isKind, itemsOf, type PickleValue, type TorchStorage, type TorchTensor } from './values.ts';

/** Modules whose functions do something to the machine that runs them: no file of numbers names them. */
const HARMFUL =
  /^(os|posix|nt|sys|subprocess|runpy|shutil|socket|pty|importlib|imp|code|codeop|ctypes|commands|platform|webbrowser|pickle|_pickle|marshal|multiprocessing|threading|asyncio|http|urllib|requests|tempfile|glob|io|_io|pip|timeit|cProfile|pdb|bdb|signal|types|inspect|gc|operator|_operator|builtins|__builtin__)\./;
/** Of the modules above. */
const HARMLESS =
  /^(builtins|__builtin__)\.(dict|list|set|frozenset|tuple|slice|range|complex|bytearray|bytes|int|float|bool|str|object|print|type|NoneType)$|^types\.SimpleNamespace$|^io\.BytesIO$|^_io\.BytesIO$|^operator\.(add|mul)$|^_operator\.(add|mul)$|^os\.PathLike$/;

const refused = (file: string, name: string): LatentError =>
  inputError('pickle-code', {
    at: { file },
    problem: `its pickle would run "${name.slice(0, 200)}", and nothing in a file is run`,
    hint: 'save the weights alone: torch.save(model.state_dict(), FILE)',
  });

/** @throws LatentError (input) `pickle-code` for a name that runs something. */
export const requireHarmless = (file: string, name: string): void => {
  if (HARMFUL.test(name) && !HARMLESS.test(name)) throw refused(file, name);
};

const STORAGES: Readonly<Record<string, ElementType>> = {
  Double: 'float64',
  Float: 'float32',
  Half: 'float16',
  BFloat16: 'bfloat16',
  Long: 'int64',
  Int: 'int32',
  Short: 'int16',
  Char: 'int8',
  Byte: 'uint8',
  Bool: 'bool',
  Untyped: 'uint8',
};

/** `torch.FloatStorage`, `torch.cuda.FloatStorage`, `torch.storage.UntypedStorage`. */
export const storageType = (file: string, value: PickleValue | undefined): ElementType => {
  const name = isKind(value, 'name') ? value.name : '';
  const [, word = ''] = /^torch\.(?:cuda\.|storage\.)?(\w+)Storage$/.exec(name) ?? [];
  const type = STORAGES[word];
  if (type !== undefined) return type;
  throw inputError('torch-dtype', {
    at: { file },
    expected: 'tensors of real numbers',
    got: `a storage of the class "${name.slice(0, 100)}"`,
    hint: 'convert it: model.float()',
  });
};

const DTYPES: Readonly<Record<string, ElementType>> = {
  float64: 'float64',
  double: 'float64',
  float32: 'float32',
  float: 'float32',
  float16: 'float16',
  half: 'float16',
  bfloat16: 'bfloat16',
  int64: 'int64',
  long: 'int64',
  int32: 'int32',
  int: 'int32',
  int16: 'int16',
  short: 'int16',
  int8: 'int8',
  uint8: 'uint8',
  bool: 'bool',
};

const dtypeOf = (file: string, value: PickleValue | undefined): ElementType => {
  const name = isKind(value, 'name') ? value.name : '';
  const type = DTYPES[name.replace(/^torch\./, '')];
  if (type !== undefined) return type;
  throw inputError('torch-dtype', {
    at: { file },
    expected: 'tensors of real numbers',
    got: `"${name.slice(0, 100)}"`,
    hint: 'convert it: model.float()',
  });
};

const isCount = (value: PickleValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const counts = (value: PickleValue | undefined): readonly number[] | null => {
  const items = itemsOf(value);
  return items?.every(isCount) ? items : null;
};

/** Axes of a tensor. */
const MAX_AXES = 16;

/** `(storage, offset, size, stride, ...)` of `_rebuild_tensor` and its versions. */
const tensorOf = (file: string, args: readonly PickleValue[], type?: ElementType): TorchTensor => {
  const [storage, offset, size, stride] = args;
  const [dims, strides] = [counts(size), counts(stride)];
  if (!isKind(storage, 'storage') || !isCount(offset) || dims === null || strides === null)
    throw damagedPickle(file, 'one of its tensors has no storage, size or stride');
  if (dims.length !== strides.length || dims.length > MAX_AXES)
    throw damagedPickle(file, `one of its tensors has ${dims.length} axes and ${strides.length} strides`);
  return { kind: 'tensor', storage, type: type ?? storage.type, offset, dims, strides };
};

const dictOf = (args: readonly PickleValue[]): PickleValue => {
  const entries = new Map<PickleValue, PickleValue>();
  for (const pair of itemsOf(args[0]) ?? []) {
    const [key, value] = itemsOf(pair) ?? [];
    if (key !== undefined && value !== undefined) entries.set(key, value);
  }
  return { kind: 'dict', entries };
};

/** What holds no weights, and need not be understood: sizes, devices, dates, paths, numbers of NumPy, generators. */
const BESIDE =
  /^(torch\.(Size|device|Generator|torch_version\.TorchVersion|_utils\._get_.*)|torch\.serialization\._get_layout|numpy(\.\w+)*\.(dtype|scalar|_reconstruct|ndarray|_frombuffer|__\w+_ctor)|datetime\.\w+|pathlib(\._local)?\.\w+|_codecs\.encode|functools\.partial|argparse\.Namespace|collections\.(Counter|deque|namedtuple)|copyreg\.\w+|uuid\.UUID|builtins\.(slice|range|complex|bytearray|bytes|int|float|bool|str|type)|__builtin__\.(slice|xrange|complex|bytearray|int|float|bool|str|unicode|long)|types\.SimpleNamespace|(pytorch_lightning|lightning)(\.\w+)*\.AttributeDict|omegaconf(\.\w+)*|typing\.\w+|enum\.\w+)$/;

/**
 * What a call gives.
 *
 * @throws LatentError (input) `pickle-code` for a name that is not known.
 */
export const callName = (file: string, name: string, args: readonly PickleValue[]): PickleValue => {
  switch (name) {
    case 'collections.OrderedDict':
    case 'builtins.dict':
    case '__builtin__.dict':
      return dictOf(args);
    case 'collections.defaultdict':
      return { kind: 'dict', entries: new Map() };
    case 'builtins.list':
    case '__builtin__.list':
    case 'builtins.set':
    case '__builtin__.set':
      return { kind: 'list', items: [...(itemsOf(args[0]) ?? [])] };
    case 'builtins.tuple':
    case '__builtin__.tuple':
    case 'builtins.frozenset':
    case '__builtin__.frozenset':
      return { kind: 'tuple', items: itemsOf(args[0]) ?? [] };
    case 'torch._utils._rebuild_tensor':
    case 'torch._utils._rebuild_tensor_v2':
      return tensorOf(file, args);
    case 'torch._utils._rebuild_tensor_v3':
      return tensorOf(file, args, dtypeOf(file, args[6]));
    case 'torch._utils._rebuild_parameter':
    case 'torch._utils._rebuild_parameter_with_state':
    case 'torch.nn.parameter.Parameter':
    case 'torch.nn.parameter.Buffer':
      return args[0] ?? null;
    case 'torch._tensor._rebuild_from_type_v2': {
      // `(function, class, arguments, state)`: a tensor of a class of its own.
      const [inner, , own] = args;
      if (isKind(inner, 'name') && isKind(own, 'tuple') && inner.name !== name)
        return callName(file, inner.name, own.items);
      throw damagedPickle(file, 'one of its tensors has no function that makes it');
    }
    default:
      if (BESIDE.test(name)) return { kind: 'object', name, state: new Map(), entries: new Map() };
      throw refused(file, name);
  }
};

/**
 * What a persistent id stands for: a storage, or the class of a module whose source lies beside it and is not read.
 * `('storage', class, key, device, numbers[, view])`
 */
export const persistentOf = (file: string, id: PickleValue): PickleValue => {
  const [what, type, key, , count, view] = itemsOf(id) ?? [];
  if (what === 'module' && type !== undefined) return type;
  if (what !== 'storage' || (typeof key !== 'string' && typeof key !== 'number') || !isCount(count))
    throw damagedPickle(file, 'its pickle leads to something other than numbers');
  const [, offset = 0] = itemsOf(view) ?? [];
  const storage: TorchStorage = {
    kind: 'storage',
    key: String(key),
    type: storageType(file, type),
    count,
    offset: isCount(offset) ? offset : 0,
  };
  return storage;
};
