/**
 * Which array of a TensorFlow.js model belongs to which layer, and its values.
 *
 * In: the arrays of the weight files, and the layers that may hold values. Out: a finder for `keras/weights.ts`.
 * Names tell the layers apart (`dense/kernel`, `encoder/dense/kernel`); where they do not, the order of the file does.
 */
import { inputError } from '../../errors.ts';
import { halfToNumber } from '../../files/half.ts';
import { elementCount } from '../../tensor/index.ts';
import type { Hdf5Array } from '../hdf5.ts';
import { arrayRank, hasHeads } from '../keras/classes.ts';
import type { Address, WeightLayer } from '../keras/tree.ts';
import type { WeightFinder } from '../keras/weights.ts';
import type { StoredWeight } from './manifest.ts';

/** An array as the Keras readers take it. */
type WeightArray = Hdf5Array;

/** 0 for a kernel or scale, more for a bias or shift, -1 for another array; some converters name arrays by their ranks. */
const roleOf = (segment: string | undefined): number => {
  if (segment === '0' || segment === '1') return Number(segment);
  return segment === undefined ? -1 : arrayRank(segment);
};

/** Values in single precision, quantised ones as they were. @throws LatentError (input) `weights-type` */
export const floatsOf = ({ entry, bytes }: StoredWeight, file: string): Float32Array => {
  const { name, shape, dtype, quantization } = entry;
  const count = elementCount(shape);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = (at: (i: number) => number): Float32Array => Float32Array.from({ length: count }, (_, i) => at(i));
  const stored = quantization?.dtype ?? dtype;
  if (dtype === 'float32' || dtype === stored) {
    // Copied, because a Float32Array must start at a multiple of four bytes of its buffer.
    if (stored === 'float32') return new Float32Array(new Uint8Array(bytes).buffer);
    if (stored === 'float16') return read((i) => halfToNumber(view.getUint16(2 * i, true)));
    if (quantization && (stored === 'uint8' || stored === 'uint16')) {
      const { scale, min } = quantization;
      if (scale === undefined || min === undefined) {
        throw inputError('weights-type', {
          at: { file, subject: `weight "${name}"` },
          expected: '"scale" and "min" of its quantisation',
          got: 'none',
          hint: 'convert the model again',
        });
      }
      return read((i) => (stored === 'uint8' ? view.getUint8(i) : view.getUint16(2 * i, true)) * scale + min);
    }
  }
  throw inputError('weights-type', {
    at: { file, subject: `weight "${name}"` },
    expected: 'float32, float16, or quantised uint8 or uint16',
    got: quantization ? `${dtype} as ${stored}` : dtype,
    hint: 'convert it to single precision',
  });
};

const arrayOf = (weight: StoredWeight, file: string): WeightArray => {
  const { name, shape, dtype, quantization } = weight.entry;
  return {
    path: name,
    dims: shape,
    type: quantization ? `quantised ${quantization.dtype}` : dtype,
    floats: () => floatsOf(weight, file),
  };
};

/** A name in pieces, role first taken off. */
interface NamedArray {
  readonly array: WeightArray;
  /** `['encoder', 'dense']`. */
  readonly owner: readonly string[];
  /** 0 for a kernel; that of a bias and the like is larger. */
  readonly role: number;
  /** `encoder/dense/kernel` */
  readonly name: string;
}

const namedArray = (array: WeightArray): NamedArray | null => {
  const segments = array.path.replace(/:\d+$/, '').split('/').filter(Boolean);
  const role = roleOf(segments.at(-1));
  if (role < 0) return null;
  const owner = segments.slice(0, -1);
  const layer = owner.at(-1) === 'vars' ? owner.slice(0, -1) : owner;
  return { array, owner: layer, role, name: segments.join('/') };
};

const endsWith = (list: readonly string[], end: readonly string[]): boolean =>
  end.length <= list.length && end.every((item, i) => item === list[list.length - end.length + i]);

/** Where the arrays of a layer, or of one of its heads, are looked for by name. */
interface Place {
  readonly containers: readonly string[];
  readonly name: readonly string[];
}

const placeOf = (address: Address, head?: string): Place => ({
  containers: address.slice(0, -1).map(({ name }) => name),
  name: [...(address.at(-1)?.name.split('/') ?? []), ...(head === undefined ? [] : [head])],
});

const keyOf = (address: Address): string => JSON.stringify(address.map(({ className, rank }) => [className, rank]));

/** The arrays of a layer in the order of their ranks: its kernel, and its bias if it has one. */
type Found = readonly WeightArray[];

/** Of the arrays that are named after a layer those that name most of its containers; null where that leaves a doubt. */
const byName = ({ containers, name }: Place, arrays: readonly NamedArray[]): Found | null => {
  const scored = arrays
    .filter(({ owner }) => endsWith(owner, name))
    .map((named) => {
      const prefix = named.owner.slice(0, named.owner.length - name.length);
      let matched = 0;
      while (matched < containers.length && endsWith(prefix, containers.slice(-matched - 1))) matched += 1;
      return { ...named, matched };
    });
  const best = scored.reduce((most, { matched }) => Math.max(most, matched), 0);
  const chosen = scored.filter(({ matched }) => matched === best).sort((a, b) => a.role - b.role);
  const isDoubted = chosen.some(({ role }, i) => role === chosen[i - 1]?.role);
  // A bias without its kernel.
  const isAlone = chosen.length === 1 && chosen[0].role > 0;
  return chosen.length === 0 || isAlone || isDoubted ? null : chosen.map(({ array }) => array);
};

/** Kernels, each with its bias behind it, in the order of the file; null where a bias stands alone. */
const inOrder = (arrays: readonly NamedArray[]): Found[] | null => {
  const groups: NamedArray[][] = [];
  for (const named of arrays) {
    const last = groups.at(-1);
    if (named.role === 0) groups.push([named]);
    else if (last && (last.at(-1)?.role ?? 0) < named.role) last.push(named);
    else return null;
  }
  return groups.map((group) => group.map(({ array }) => array));
};

/** The arrays of layers, without those of an optimiser. */
export const namedArrays = (stored: readonly StoredWeight[], file: string): NamedArray[] =>
  stored
    .filter(({ entry }) => entry.group !== 'optimizer')
    .flatMap((weight) => namedArray(arrayOf(weight, file)) ?? []);

/** All kernels and biases in the order of the file. */
export const arraysInOrder = (stored: readonly StoredWeight[], file: string): readonly WeightArray[] =>
  namedArrays(stored, file).map(({ array }) => array);

/**
 * Finds the arrays of every layer.
 *
 * @param weightLayers - every layer that may hold values, in the order of the file.
 * @param notes - grows where the order decides.
 * @throws LatentError (input) `missing-weights` where neither names nor order tell the layers apart.
 */
export const tfjsFinder = (
  stored: readonly StoredWeight[],
  weightLayers: readonly WeightLayer[],
  file: string,
  notes: string[],
): WeightFinder => {
  const arrays = namedArrays(stored, file);
  const layers = weightLayers
    .map(({ address }) => address)
    .filter((address) => !hasHeads(address[address.length - 1].className));
  const found = new Map(layers.map((address) => [keyOf(address), byName(placeOf(address), arrays)]));
  const taken = [...found.values()].flatMap((list) => list ?? []);
  const shared = new Set(taken).size !== taken.length;
  if (shared || [...found.values()].includes(null)) {
    const ordered = inOrder(arrays);
    if (ordered?.length === layers.length) {
      notes.push('the names of its weights do not tell the layers apart; they were taken in the order of the file');
      layers.forEach((address, i) => {
        found.set(keyOf(address), ordered[i]);
      });
    } else if (shared) {
      throw inputError('missing-weights', {
        at: { file },
        expected: `weights for ${layers.length} layers`,
        got: `${arrays.length} arrays whose names do not tell which layer they are of`,
        hint: 'give the layers different names and convert the model again',
      });
    }
  }
  return (address, head) =>
    (head === undefined ? found.get(keyOf(address)) : byName(placeOf(address, head), arrays)) ?? null;
};
