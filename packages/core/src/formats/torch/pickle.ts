/**
 * Reads pickles without running anything.
 *
 * In: bytes that anybody may have written, and what names stand for. Out: plain values. A name of a class or function is a
 * text here: an object of an unknown class holds its attributes and does nothing, and a call of anything but what
 * `call` knows is refused by its name. Every instruction is at least a byte, values are shared and never copied, so
 * time and memory are bounded by the length of the file.
 * Source: https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
import { inputError, type LatentError } from '../../errors.ts';
import { isKind, type PickleName, type PickleValue } from './values.ts';

/** What a pickle is read with. */
export interface PickleOptions {
  /** Name of the file, for messages. */
  readonly file: string;
  /** Refuses a name that no pickle of numbers has. @throws LatentError (input) `pickle-code`. */
  readonly requireHarmless: (name: string) => void;
  /** What a call of a name gives. @throws LatentError (input) `pickle-code` for a name that is not known. */
  readonly call: (name: string, args: readonly PickleValue[]) => PickleValue;
  /** What an id stands for that leads out of the pickle. */
  readonly persistent: (id: PickleValue) => PickleValue;
}

/** Longest text or array of bytes within a pickle: values of tensors lie outside of it. */
const MAX_TEXT = 2 ** 24;
/** Bytes of a whole number; longer ones take long to make. */
const MAX_INTEGER = 256;

/** A pickle that breaks off, or is none. */
export const damagedPickle = (file: string, problem: string): LatentError =>
  inputError('pickle-damaged', { at: { file }, problem, hint: 'fetch the file again' });

/** The bytes of one pickle, read from the front. */
class ByteReader {
  readonly bytes: Uint8Array;
  readonly file: string;
  position: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, position: number, file: string) {
    this.bytes = bytes;
    this.position = position;
    this.file = file;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #advance(length: number): number {
    const at = this.position;
    if (at + length > this.bytes.length) throw damagedPickle(this.file, 'its pickle breaks off');
    this.position = at + length;
    return at;
  }

  u8 = (): number => this.#view.getUint8(this.#advance(1));
  u16 = (): number => this.#view.getUint16(this.#advance(2), true);
  i32 = (): number => this.#view.getInt32(this.#advance(4), true);
  u32 = (): number => this.#view.getUint32(this.#advance(4), true);
  u64 = (): number => Number(this.#view.getBigUint64(this.#advance(8), true));
  f64 = (): number => this.#view.getFloat64(this.#advance(8));

  take = (length: number): Uint8Array => {
    if (length < 0 || length > MAX_TEXT) throw damagedPickle(this.file, `its pickle holds a text of ${length} bytes`);
    const at = this.#advance(length);
    return this.bytes.subarray(at, at + length);
  };

  text = (length: number): string => new TextDecoder('utf-8').decode(this.take(length));
  latin = (length: number): string => new TextDecoder('latin1').decode(this.take(length));

  /** Up to the end of the line. */
  line = (): string => {
    const end = this.bytes.indexOf(10, this.position);
    if (end < 0) throw damagedPickle(this.file, 'its pickle breaks off');
    const text = this.text(end - this.position);
    this.position = end + 1;
    return text;
  };

  /** A whole number of some bytes, little-endian with a sign. */
  integer = (length: number): number | bigint => {
    if (length > MAX_INTEGER) throw damagedPickle(this.file, `its pickle holds a number of ${length} bytes`);
    const bytes = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
    return plain(length === 0 ? 0n : BigInt.asIntN(8 * length, value));
  };
}

/** A number where one holds it exactly. */
const plain = (value: bigint): number | bigint =>
  BigInt(Number.MIN_SAFE_INTEGER) <= value && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;

const tuple = (items: readonly PickleValue[]): PickleValue => ({ kind: 'tuple', items });
const list = (items: readonly PickleValue[] = []): PickleValue => ({ kind: 'list', items: [...items] });

/** The machine: a stack of values, marks in it, and values that are called again by number. */
class Machine {
  readonly reader: ByteReader;
  readonly options: PickleOptions;
  readonly #marks: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();
  #stack: PickleValue[] = [];

  constructor(reader: ByteReader, options: PickleOptions) {
    this.reader = reader;
    this.options = options;
  }

  fault = (problem: string): LatentError => damagedPickle(this.options.file, problem);

  push = (value: PickleValue): void => {
    this.#stack.push(value);
  };

  pop = (): PickleValue => {
    const value = this.#stack.pop();
    if (value === undefined) throw this.fault('its pickle takes a value that is not there');
    return value;
  };

  top = (): PickleValue => {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.fault('its pickle takes a value that is not there');
    return value;
  };

  discard = (): void => {
    if (this.#stack.length > 0) this.#stack.pop();
    else this.popMark();
  };

  mark = (): void => {
    this.#marks.push(this.#stack);
    this.#stack = [];
  };

  /** All values since the last mark. */
  popMark = (): readonly PickleValue[] => {
    const values = this.#stack;
    const before = this.#marks.pop();
    if (before === undefined) throw this.fault('its pickle ends what it has not begun');
    this.#stack = before;
    return values;
  };

  keep = (key: number): void => {
    this.#memo.set(key, this.top());
  };

  memoize = (): void => this.keep(this.#memo.size);

  recall = (key: number): void => {
    const value = this.#memo.get(key);
    if (value === undefined) throw this.fault(`its pickle calls value ${key} again, which there is not`);
    this.push(value);
  };

  name = (module: string, name: string): void => {
    const full = `${module}.${name}`;
    this.options.requireHarmless(full);
    this.push({ kind: 'name', name: full });
  };

  named = (value: PickleValue): PickleName => {
    if (!isKind(value, 'name')) throw this.fault('its pickle calls what has no name');
    return value;
  };

  args = (value: PickleValue): readonly PickleValue[] => {
    if (!isKind(value, 'tuple')) throw this.fault('its pickle calls without arguments');
    return value.items;
  };

  /** An object of a class, which nothing of the class has touched. */
  instance = (value: PickleValue, args: readonly PickleValue[]): void => {
    const { name } = this.named(value);
    if (isContainer(name)) this.push(this.options.call(name, args));
    else this.push({ kind: 'object', name, state: new Map(), entries: new Map() });
  };

  reduce = (): void => {
    const args = this.args(this.pop());
    const { name } = this.named(this.pop());
    // `copyreg._reconstructor(class, object, None)`: what protocols before 2 write for a new object.
    if (/^copy_?reg\.(_reconstructor|__newobj__)$/.test(name)) this.instance(args[0] ?? null, []);
    else this.push(this.options.call(name, args));
  };

  setItems = (pairs: readonly PickleValue[]): void => {
    const target = this.top();
    const entries = isKind(target, 'dict') || isKind(target, 'object') ? target.entries : null;
    if (entries === null || pairs.length % 2 !== 0) throw this.fault('its pickle fills what is no dict');
    for (let i = 0; i < pairs.length; i += 2) entries.set(pairs[i], pairs[i + 1]);
  };

  append = (values: readonly PickleValue[]): void => {
    const target = this.top();
    if (isKind(target, 'list')) for (const value of values) target.items.push(value);
    else if (isKind(target, 'object')) for (const value of values) target.entries.set(target.entries.size, value);
    else throw this.fault('its pickle lengthens what is no list');
  };

  build = (): void => {
    const state = this.pop();
    const target = this.top();
    if (!isKind(target, 'object')) return;
    const parts = isKind(state, 'tuple') ? state.items : [state];
    for (const part of parts)
      if (isKind(part, 'dict')) for (const [key, value] of part.entries) target.state.set(key, value);
  };
}

/** Classes of containers, which are made at once. */
const isContainer = (name: string): boolean =>
  /^(collections\.(OrderedDict|defaultdict)|(builtins|__builtin__)\.(dict|list|set|frozenset|tuple))$/.test(name);

const number = (machine: Machine, text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw machine.fault('its pickle holds a number that is none');
  return value;
};

/** `L` ends whole numbers of Python 2. */
const whole = (machine: Machine, text: string): number | bigint => {
  const digits = text.replace(/L$/, '');
  if (!/^[+-]?\d{1,600}$/.test(digits)) throw machine.fault('its pickle holds a number that is none');
  return plain(BigInt(digits));
};

type Step = (machine: Machine) => void;
const pushing =
  (read: (reader: ByteReader) => PickleValue): Step =>
  (machine) =>
    machine.push(read(machine.reader));

/** What a quoted text of protocol 0 says, as far as files have it: without escapes. */
const unquoted = (text: string): string => text.replace(/^(['"])(.*)\1$/, '$2');

const STEPS: Readonly<Record<string, Step>> = {
  // Protocol and frames say nothing that is needed.
  '\x80': ({ reader }) => void reader.u8(),
  '\x95': ({ reader }) => void reader.u64(),
  '(': (machine) => machine.mark(),
  '0': (machine) => machine.discard(),
  '1': (machine) => void machine.popMark(),
  '2': (machine) => machine.push(machine.top()),
  N: pushing(() => null),
  '\x88': pushing(() => true),
  '\x89': pushing(() => false),
  I: (machine) => {
    const text = machine.reader.line();
    machine.push(text === '00' ? false : text === '01' ? true : whole(machine, text));
  },
  L: (machine) => machine.push(whole(machine, machine.reader.line())),
  F: (machine) => machine.push(number(machine, machine.reader.line())),
  J: pushing((reader) => reader.i32()),
  K: pushing((reader) => reader.u8()),
  M: pushing((reader) => reader.u16()),
  '\x8a': pushing((reader) => reader.integer(reader.u8())),
  '\x8b': pushing((reader) => reader.integer(reader.u32())),
  G: pushing((reader) => reader.f64()),
  S: pushing((reader) => unquoted(reader.line())),
  T: pushing((reader) => reader.latin(reader.u32())),
  U: pushing((reader) => reader.latin(reader.u8())),
  V: pushing((reader) => reader.line()),
  X: pushing((reader) => reader.text(reader.u32())),
  '\x8c': pushing((reader) => reader.text(reader.u8())),
  '\x8d': pushing((reader) => reader.text(reader.u64())),
  B: pushing((reader) => reader.take(reader.u32())),
  C: pushing((reader) => reader.take(reader.u8())),
  '\x8e': pushing((reader) => reader.take(reader.u64())),
  '\x96': pushing((reader) => reader.take(reader.u64())),
  ']': pushing(() => list()),
  l: (machine) => machine.push(list(machine.popMark())),
  a: (machine) => {
    const value = machine.pop();
    machine.append([value]);
  },
  e: (machine) => machine.append(machine.popMark()),
  ')': pushing(() => tuple([])),
  t: (machine) => machine.push(tuple(machine.popMark())),
  '\x85': (machine) => machine.push(tuple([machine.pop()])),
  '\x86': (machine) => {
    const last = machine.pop();
    machine.push(tuple([machine.pop(), last]));
  },
  '\x87': (machine) => {
    const last = machine.pop();
    const middle = machine.pop();
    machine.push(tuple([machine.pop(), middle, last]));
  },
  '}': pushing(() => ({ kind: 'dict', entries: new Map() })),
  d: (machine) => {
    const pairs = machine.popMark();
    machine.push({ kind: 'dict', entries: new Map() });
    machine.setItems(pairs);
  },
  s: (machine) => {
    const value = machine.pop();
    const key = machine.pop();
    machine.setItems([key, value]);
  },
  u: (machine) => machine.setItems(machine.popMark()),
  '\x8f': pushing(() => list()),
  '\x90': (machine) => machine.append(machine.popMark()),
  '\x91': (machine) => machine.push(tuple(machine.popMark())),
  c: (machine) => machine.name(machine.reader.line(), machine.reader.line()),
  '\x93': (machine) => {
    const [name, module] = [machine.pop(), machine.pop()];
    if (typeof name !== 'string' || typeof module !== 'string') throw machine.fault('its pickle names what is no name');
    machine.name(module, name);
  },
  i: (machine) => {
    machine.name(machine.reader.line(), machine.reader.line());
    const name = machine.pop();
    machine.instance(name, machine.popMark());
  },
  o: (machine) => {
    const [name, ...args] = machine.popMark();
    machine.instance(name ?? null, args);
  },
  '\x81': (machine) => {
    const args = machine.args(machine.pop());
    machine.instance(machine.pop(), args);
  },
  '\x92': (machine) => {
    machine.pop();
    const args = machine.args(machine.pop());
    machine.instance(machine.pop(), args);
  },
  R: (machine) => machine.reduce(),
  b: (machine) => machine.build(),
  p: (machine) => machine.keep(number(machine, machine.reader.line())),
  q: (machine) => machine.keep(machine.reader.u8()),
  r: (machine) => machine.keep(machine.reader.u32()),
  '\x94': (machine) => machine.memoize(),
  g: (machine) => machine.recall(number(machine, machine.reader.line())),
  h: (machine) => machine.recall(machine.reader.u8()),
  j: (machine) => machine.recall(machine.reader.u32()),
  P: (machine) => machine.push(machine.options.persistent(machine.reader.line())),
  Q: (machine) => machine.push(machine.options.persistent(machine.pop())),
};

const STOP = '.'.charCodeAt(0);
const BY_CODE = new Map(Object.entries(STEPS).map(([character, step]) => [character.charCodeAt(0), step]));

/**
 * Reads one pickle.
 *
 * @param from - where in the bytes it begins.
 * @returns its value, and where the next one may begin.
 * @throws LatentError (input) `pickle-damaged`; what the options' functions throw.
 */
export const readPickle = (
  bytes: Uint8Array,
  options: PickleOptions,
  from = 0,
): { readonly value: PickleValue; readonly end: number } => {
  const reader = new ByteReader(bytes, from, options.file);
  const machine = new Machine(reader, options);
  for (;;) {
    const code = reader.u8();
    if (code === STOP) return { value: machine.pop(), end: reader.position };
    const step = BY_CODE.get(code);
    if (step === undefined) throw damagedPickle(options.file, `its pickle has the unknown instruction ${code}`);
    step(machine);
  }
};
