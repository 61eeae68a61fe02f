/**
 * HDF5 files: named arrays and text attributes out of untrusted bytes, and the same back.
 *
 * In: bytes. Out: a list of arrays by path, whose values are read when asked for; or bytes that depend on the content
 * alone. The HDF5 library does the reading and is loaded when it is first needed; a damaged file may bring it down, so
 * the entry points run it apart from themselves.
 * Source: https://docs.hdfgroup.org/hdf5/latest/_f_m_t3.html
 */
import type { Dataset, Group } from 'h5wasm';
import { type ErrorPlace, inputError, LatentError, reasonOf } from '../errors.ts';
import { halfToNumber } from '../files/half.ts';
import { longestText } from './hdf5-text-lengths.ts';

export interface Hdf5Array {
  /** Segments joined by `/`; backslashes within names, which Windows leaves there, part segments too. */
  readonly path: string;
  readonly dims: readonly number[];
  /** `float16`, `bfloat16`, `float32`, `float64`, `int32`, ... */
  readonly type: string;
  /** @returns the values in single precision. @throws LatentError (input) for an element type that is no float. */
  readonly floats: () => Float32Array;
}

export interface Hdf5Content {
  readonly arrays: ReadonlyMap<string, Hdf5Array>;
  /** Paths of all groups; the root is ''. */
  readonly groups: ReadonlySet<string>;
  /** A text or list of texts; null where there is none. */
  readonly texts: (group: string, name: string) => readonly string[] | null;
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const FLOATS: readonly string[] = ['float16', 'bfloat16', 'float32', 'float64'];
/** Values packed tighter than this are a bomb, not weights: Keras packs none. */
const MAX_RATIO = 64;
const SLACK_BYTES = 2 ** 20;
const MAX_DEPTH = 24;
const MAX_OBJECTS = 20_000;
const MAX_TEXT_BYTES = 32 * 2 ** 20;

/** Whether bytes begin as an HDF5 file does. */
export const isHdf5 = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte);

const load = async () => {
  const h5 = await import('h5wasm');
  const module = await h5.ready;
  // Faults are thrown, where the library would print them.
  module.activate_throwing_error_handler();
  return h5;
};
type Library = Awaited<ReturnType<typeof load>>;

let opened = 0;

/** Runs `work` on a file in the library's own memory, which is given back afterwards. */
const withFile = <Result>(
  { FS }: Library,
  bytes: Uint8Array | null,
  work: (path: string) => Result,
): { readonly result: Result; readonly path: string } => {
  if (FS === null) throw new Error('the HDF5 library has no file system');
  opened += 1;
  const path = `/file-${opened}.h5`;
  if (bytes) FS.writeFile(path, bytes);
  try {
    return { result: work(path), path };
  } finally {
    if (bytes) FS.unlink(path);
  }
};

const join = (...segments: readonly string[]): string => segments.filter((segment) => segment !== '').join('/');
const normal = (name: string): string => name.replaceAll('\\', '/').split('/').filter(Boolean).join('/');

const typeOf = (dataset: Dataset, { H5T_class_t: classes }: NonNullable<Library['Module']>): string => {
  const { type, size } = dataset.metadata;
  if (type === classes.H5T_FLOAT.value) return `float${8 * size}`;
  // HDF5 has no bfloat16: Keras 3 stores its two bytes as they are and says so beside them.
  if (size === 2 && textsOf(dataset.attrs.dtype?.value)?.[0] === 'bfloat16') return 'bfloat16';
  return type === classes.H5T_INTEGER.value ? `int${8 * size}` : 'no number';
};

const textsOf = (value: unknown): readonly string[] | null => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  if (value instanceof Uint8Array) return [new TextDecoder().decode(value)];
  return null;
};

/** The bytes of an array as they lie in the file, but little-endian. */
const bytesOf = (
  { Module: module }: Library,
  dataset: Dataset,
  fileBytes: number,
  at: ErrorPlace,
): Uint8Array<ArrayBuffer> => {
  const { size, total_size: count, type, littleEndian } = dataset.metadata;
  const length = size * count;
  if (length > MAX_RATIO * fileBytes + SLACK_BYTES) {
    throw inputError('hdf5-size', {
      at,
      problem: `claims ${length} bytes in a file of ${fileBytes}`,
      hint: 'it is not unpacked',
    });
  }
  const pointer = module._malloc(length);
  if (pointer === 0 && length > 0) throw inputError('hdf5-type', { at, expected: 'an array that fits in memory' });
  try {
    module.get_dataset_data(dataset.file_id, dataset.path, null, null, null, BigInt(pointer));
    const bytes = module.HEAPU8.slice(pointer, pointer + length) as Uint8Array<ArrayBuffer>;
    // Bytes of no known order are as the machine that wrote them had them, which was little-endian.
    const reversed = !littleEndian && type === module.H5T_class_t.H5T_FLOAT.value;
    if (reversed) for (let i = 0; i < length; i += size) bytes.subarray(i, i + size).reverse();
    return bytes;
  } finally {
    module._free(pointer);
  }
};

const floatsOf = (
  library: Library,
  dataset: Dataset,
  type: string,
  fileBytes: number,
  at: ErrorPlace,
): Float32Array => {
  if (!FLOATS.includes(type))
    throw inputError('hdf5-type', {
      at,
      expected: FLOATS.join(', '),
      got: type,
      hint: 'convert it',
    });
  const bytes = bytesOf(library, dataset, fileBytes, at);
  switch (type) {
    case 'float16':
      return Float32Array.from(new Uint16Array(bytes.buffer), halfToNumber);
    case 'bfloat16':
      // The upper halves of single-precision numbers.
      return new Float32Array(Uint32Array.from(new Uint16Array(bytes.buffer), (bits) => bits << 16).buffer);
    case 'float32':
      return new Float32Array(bytes.buffer);
    default:
      return Float32Array.from(new Float64Array(bytes.buffer));
  }
};

/** Lists a file's objects, groups before what is in them. */
const list = (library: Library, root: Group, fileBytes: number, file: string) => {
  const arrays = new Map<string, Hdf5Array>();
  const groups = new Map<string, Group>([['', root]]);
  const visit = (group: Group, path: string, depth: number): void => {
    if (depth > MAX_DEPTH)
      throw inputError('hdf5-depth', {
        at: { file, subject: `group "${path}"` },
        expected: `at most ${MAX_DEPTH} levels`,
      });
    for (const name of group.keys()) {
      const own = join(path, normal(name));
      if (arrays.size + groups.size > MAX_OBJECTS)
        throw inputError('hdf5-depth', { at: { file }, expected: `at most ${MAX_OBJECTS} groups and arrays` });
      const child = group.get(name);
      if (child instanceof library.Group) {
        groups.set(own, child);
        visit(child, own, depth + 1);
      } else if (child instanceof library.Dataset) {
        const { shape } = child.metadata;
        const type = typeOf(child, library.Module);
        const floats = () => floatsOf(library, child, type, fileBytes, { file, subject: `array "${own}"` });
        arrays.set(own, { path: own, dims: shape ?? [], type, floats });
      }
      // Links to other files and to nowhere lead to nothing here.
    }
  };
  visit(root, '', 0);
  return { arrays, groups };
};

/**
 * Opens a file for the time of `work`.
 *
 * @param file - name, for messages.
 * @throws LatentError (input) `not-hdf5`, `hdf5-damaged`; what `work` throws.
 */
export const withHdf5 = async <Result>(
  bytes: Uint8Array,
  file: string,
  work: (content: Hdf5Content) => Result,
): Promise<Result> => {
  if (!isHdf5(bytes))
    throw inputError('not-hdf5', {
      at: { file },
      problem: 'it begins otherwise',
      expected: 'an HDF5 file',
      hint: 'take another file',
    });
  const library = await load();
  const damaged = (cause: unknown): LatentError =>
    cause instanceof LatentError
      ? cause
      : inputError(
          'hdf5-damaged',
          {
            at: { file },
            problem: `the HDF5 file is damaged or cut short (${reasonOf(cause).split('\n')[0].slice(0, 200)})`,
            hint: 'fetch it again',
          },
          { cause },
        );
  try {
    return withFile(library, bytes, (path) => {
      const opened = new library.File(path, 'r');
      try {
        const { arrays, groups } = list(library, opened, bytes.length, file);
        const texts = (group: string, name: string): readonly string[] | null => {
          const attribute = groups.get(group)?.attrs[name];
          if (attribute === undefined) return null;
          const { size, total_size: count, vlen } = attribute.metadata;
          // A text is no longer than its file.
          const isClaimed = vlen && longestText(bytes, name) > bytes.length;
          if (isClaimed || size * count > MAX_TEXT_BYTES)
            throw inputError('hdf5-text', { at: { file }, problem: `attribute "${name}": too long` });
          return textsOf(attribute.value);
        };
        return work({ arrays, groups: new Set(groups.keys()), texts });
      } finally {
        opened.close();
      }
    }).result;
  } catch (cause) {
    throw damaged(cause);
  }
};

/**
 * The library stamps every object with the time, which it asks the host for, and sums the stamps up in checksums. Its
 * calls are synchronous: nothing else sees this clock stand still.
 */
const atTimeZero = <Result>(work: () => Result): Result => {
  const { now } = Date;
  Date.now = () => 0;
  try {
    return work();
  } finally {
    Date.now = now;
  }
};

/** Arrays below this many numbers are not worth a table of chunks. */
const PACKED_FROM = 1024;
/** The last twelve bits of a mantissa. */
const LAST_BITS = 0xfff;

/**
 * Deflates arrays of rounded numbers (`Recipe.weightPrecision`), which come to half of their size; others hardly shrink and
 * stay as Keras writes them. The deflater is the library's own, so the bytes are the same everywhere.
 */
const packing = (data: Float32Array, dims: readonly number[]) => {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const rounded = data.length >= PACKED_FROM && bits.every((word) => (word & LAST_BITS) === 0);
  return rounded ? { chunks: [...dims], compression: 9 } : {};
};

/** What is written: float32 arrays and empty groups by path. */
export interface Hdf5Source {
  readonly arrays: ReadonlyMap<string, { readonly dims: readonly number[]; readonly data: Float32Array }>;
  /** Groups that are to be there although nothing is in them. */
  readonly groups: readonly string[];
}

/** Writes a file; the same content gives the same bytes. */
export const encodeHdf5 = async ({ arrays, groups }: Hdf5Source): Promise<Uint8Array> => {
  const library = await load();
  const { FS } = library;
  if (FS === null) throw new Error('the HDF5 library has no file system');
  return withFile(library, null, (path) =>
    atTimeZero(() => {
      const file = new library.File(path, 'w', { libver: ['earliest', 'latest'] });
      const made = new Set<string>();
      const make = (group: string): void => {
        if (group === '' || made.has(group)) return;
        make(group.slice(0, Math.max(0, group.lastIndexOf('/'))));
        file.create_group(group);
        made.add(group);
      };
      for (const group of groups) make(group);
      for (const [name, { dims, data }] of arrays) {
        make(name.slice(0, Math.max(0, name.lastIndexOf('/'))));
        file.create_dataset({ name, data, shape: [...dims], dtype: '<f', ...packing(data, dims) });
      }
      file.close();
      const bytes = FS.readFile(path).slice();
      FS.unlink(path);
      return bytes;
    }),
  ).result;
};
