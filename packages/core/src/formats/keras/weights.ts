/**
 * Where the values of a Keras model lie in its HDF5 file.
 *
 * In: the addresses of layers in a model's tree and the content of an HDF5 file. Out: the arrays of each layer. Two
 * generations of layout are read: groups named after classes and ranks (`layers/sequential/layers/dense_1/vars/0`, Keras
 * 2.12 and later), and groups named after layers with lists of weight names (`model_weights/encoder/...`, before it).
 * What the layers are is not known here.
 */
import { type ErrorPlace, inputError } from '../../errors.ts';
import { elementCount, type Shape } from '../../tensor/index.ts';
import type { Hdf5Array, Hdf5Content } from '../hdf5.ts';
import type { ImportedLayer } from '../imported-layer.ts';
import { arraysOf } from './classes.ts';
import type { KerasLayer, KerasSource } from './keras-layer.ts';
import type { Address, AddressStep, WeightLayer } from './tree.ts';

/** `MaxPooling2D` to `max_pooling2d`. Source: Keras' `naming.to_snake_case`. */
export const snakeCase = (name: string): string =>
  name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** Finds the arrays of a layer, kernel first; null where the file has no place for it. */
export type WeightFinder = (address: Address, attribute?: string) => readonly Hdf5Array[] | null;

/** Collections of child layers, by the name of the attribute that Keras walked. */
export const COLLECTIONS: readonly string[] = ['layers', '_layer_checkpoint_dependencies'];

const rankOf = (name: string, base: string): number | null => {
  if (name === base) return 0;
  const suffix = name.startsWith(`${base}_`) ? name.slice(base.length + 1) : '';
  return /^\d{1,6}$/.test(suffix) ? Number(suffix) : null;
};

/** Names of the groups directly below another. */
const childrenOf = ({ groups }: Hdf5Content): ((path: string) => readonly string[]) => {
  const children = new Map<string, string[]>();
  const known = new Set<string>();
  // A name with backslashes makes groups of which only the deepest is listed.
  for (const group of groups) {
    const segments = group.split('/').filter(Boolean);
    segments.forEach((segment, depth) => {
      const path = segments.slice(0, depth + 1).join('/');
      if (known.has(path)) return;
      known.add(path);
      const parent = segments.slice(0, depth).join('/');
      children.set(parent, [...(children.get(parent) ?? []), segment]);
    });
  }
  return (path) => children.get(path) ?? [];
};

/** The `vars` of a group in order: `vars/0`, `vars/1`, ... */
const varsOf = ({ arrays }: Hdf5Content, group: string): Hdf5Array[] => {
  const prefix = `${group === '' ? '' : `${group}/`}vars/`;
  return [...arrays.values()]
    .filter(({ path }) => path.startsWith(prefix) && /^\d+$/.test(path.slice(prefix.length)))
    .sort((a, b) => Number(a.path.slice(prefix.length)) - Number(b.path.slice(prefix.length)));
};

/**
 * The layout of Keras 2.12 and later. The n-th layer of a class is the n-th of its groups: in early versions the numbers
 * skip, since every layer was counted twice.
 */
export const structuralFinder = (content: Hdf5Content): WeightFinder => {
  const children = childrenOf(content);
  const step = (path: string, { className, rank, attribute }: AddressStep): string | null => {
    if (attribute !== undefined && path === '' && children('').includes(attribute)) return attribute;
    const base = snakeCase(className);
    for (const collection of COLLECTIONS) {
      const below = path === '' ? collection : `${path}/${collection}`;
      const ranked = children(below)
        .map((name) => ({ name, at: rankOf(name, base) }))
        .filter((entry): entry is { name: string; at: number } => entry.at !== null)
        .sort((a, b) => a.at - b.at);
      const found = ranked[rank];
      if (found) return `${below}/${found.name}`;
    }
    return null;
  };
  return (address, attribute) => {
    let path: string | null = '';
    for (const next of address) {
      path = step(path, next) ?? alternative(path, next, step);
      if (path === null) return null;
    }
    const arrays: Hdf5Array[] = varsOf(content, attribute === undefined ? path : `${path}/${attribute}`);
    return arrays.length > 0 ? arrays : null;
  };
};

/** A model's class has had two names. */
const alternative = (
  path: string,
  next: AddressStep,
  step: (path: string, next: AddressStep) => string | null,
): string | null => {
  const other = { Functional: 'Model', Model: 'Functional' }[next.className];
  return other === undefined ? null : step(path, { ...next, className: other });
};

/** The names below one group, which Keras splits over several attributes where they are long. */
const namesOf = ({ texts }: Hdf5Content, group: string, attribute: string): readonly string[] => {
  const whole = texts(group, attribute);
  if (whole) return whole;
  const chunks: string[] = [];
  for (let i = 0; i < 1000; i++) {
    const chunk = texts(group, `${attribute}${i}`);
    if (chunk === null) break;
    chunks.push(...chunk);
  }
  return chunks;
};

const segmentsOf = (name: string): readonly string[] => name.replace(/:\d+$/, '').split(/[\\/]/);

/** An array of a group, and its name in pieces. */
interface Entry {
  readonly segments: readonly string[];
  readonly array: Hdf5Array;
}

/** Names of Keras 1: `dense_1_W`. */
const OLD_ARRAY = /^(W|b|gamma|beta|running_mean|running_std|depthwise_kernel|pointwise_kernel|alphas|embeddings?)$/;

/** Whether an array is named after a layer. */
const isOf = (layer: string, { segments }: Entry): boolean => {
  const own = layer.split('/');
  const before = segments.slice(0, -1);
  if (own.every((part, i) => before[before.length - own.length + i] === part)) return true;
  const last = segments.at(-1) ?? '';
  return last.startsWith(`${layer}_`) && OLD_ARRAY.test(last.slice(layer.length + 1));
};

/** The arrays of a group by layer, told by their order: all that are trained, then all that are not. */
const inOrder = (
  entries: readonly Entry[],
  layers: readonly WeightLayer[],
): readonly (readonly Hdf5Array[])[] | null => {
  const trained = layers.reduce((sum, layer) => sum + layer.trained, 0);
  const running = layers.reduce((sum, layer) => sum + layer.running, 0);
  if (entries.length !== trained + running) return null;
  let [at, behind] = [0, trained];
  return layers.map((layer) => {
    const own = [...entries.slice(at, at + layer.trained), ...entries.slice(behind, behind + layer.running)];
    at += layer.trained;
    behind += layer.running;
    return own.map(({ array }) => array);
  });
};

/**
 * The layout before Keras 2.12, and of `save_weights('x.h5')`: a group for each top-level layer with the names of its
 * weights, those of sub-models included, in order.
 *
 * @param weightLayers - all layers that may hold values, in the file's order.
 */
export const legacyFinder = (
  content: Hdf5Content,
  file: string,
  weightLayers: readonly WeightLayer[],
): WeightFinder => {
  const root = content.groups.has('model_weights') ? 'model_weights' : '';
  const entriesOf = (layer: string): readonly Entry[] => {
    const group = root === '' ? layer : `${root}/${layer}`;
    return namesOf(content, group, 'weight_names').map((name) => {
      const path = `${group}/${segmentsOf(name).join('/')}`;
      const array =
        content.arrays.get(`${group}/${name}`) ?? content.arrays.get(path) ?? content.arrays.get(`${path}:0`);
      if (array === undefined)
        throw inputError('missing-weights', {
          at: { file },
          expected: `the array "${group}/${name}", which the file lists`,
          got: 'none',
          hint: 'it is damaged',
        });
      return { segments: segmentsOf(name), array };
    });
  };
  const groups = namesOf(content, root, 'layer_names').filter((name) => entriesOf(name).length > 0);
  const keyOf = (address: Address): string => JSON.stringify(address);
  const topOf = (address: Address): string => keyOf(address.slice(0, 1));
  const tops = [...new Set(weightLayers.map(({ address }) => topOf(address)))];
  const within = (top: string): readonly WeightLayer[] => weightLayers.filter(({ address }) => topOf(address) === top);
  /** Files of early versions do not say what a model within is called: order tells. */
  const groupOf = (address: Address): string =>
    groups.includes(address[0].name) ? address[0].name : (groups[tops.indexOf(topOf(address))] ?? address[0].name);
  return (address) => {
    const top = topOf(address);
    const entries = entriesOf(groupOf(address));
    if (address.length === 1 && entries.length > 0) return entries.map(({ array }) => array);
    const own = address[address.length - 1].name;
    const siblings = within(top);
    const at = siblings.findIndex((other) => keyOf(other.address) === keyOf(address));
    const same = siblings.filter((other) => other.address.at(-1)?.name === own);
    const named = entries.filter((entry) => isOf(own, entry));
    const wanted = siblings[at];
    if (same.length === 1 && wanted && named.length === wanted.trained + wanted.running)
      return named.map(({ array }) => array);
    return (
      inOrder(entries, siblings)?.[at] ??
      (same.length === 1 && named.length > 0 ? named.map(({ array }) => array) : null)
    );
  };
};

/** Finds the values of a file by whatever layout it has. */
export const findWeights = (content: Hdf5Content, file: string, weightLayers: readonly WeightLayer[]): WeightFinder => {
  if (content.groups.has('model_weights') || namesOf(content, '', 'layer_names').length > 0)
    return legacyFinder(content, file, weightLayers);
  return structuralFinder(content);
};

/** Arrays that share one bound: what a network asks for must be in the file, in bytes. */
export interface ReadOptions {
  readonly file: string;
  readonly find: WeightFinder;
  /** Remarks for a person; grows. */
  readonly notes: string[];
}

/**
 * Reads one array into the shape that the network has for it.
 *
 * @throws LatentError (input) `weights-mismatch` where the file has another shape.
 */
export const readArray = (array: Hdf5Array, shape: Shape, at: ErrorPlace, notes: string[]): Float32Array => {
  const fits = array.dims.length === shape.length && array.dims.every((dim, axis) => dim === shape[axis]);
  if (!fits) {
    throw inputError('weights-mismatch', {
      at: { ...at, subject: `array "${array.path}"` },
      expected: `[${shape.join(', ')}]`,
      got: `[${array.dims.join(', ')}]`,
      hint: "the file's architecture and weights differ",
    });
  }
  const values = array.floats();
  if (values.length !== elementCount(shape))
    throw inputError('weights-mismatch', {
      at: { ...at, subject: `array "${array.path}"` },
      expected: `${elementCount(shape)} values`,
      got: `${values.length}`,
    });
  if (array.type !== 'float32') notes.push(`values of type ${array.type} were converted to float32`);
  return values;
};

/** The layers of a config with the values of a file behind them. */
export const withValues = (layers: readonly KerasLayer[], { file, find, notes }: ReadOptions): ImportedLayer[] => {
  const read = (
    { name, spec }: KerasLayer,
    { address, zeros, attribute, arrange }: KerasSource,
    role: string,
    shape: Shape,
    head?: string,
  ): Float32Array => {
    const at = { file, layer: name };
    if (zeros.includes(role)) return new Float32Array(elementCount(shape));
    const arrays = find(address, head ?? attribute) ?? (attribute === undefined ? null : find(address));
    const array = arrays?.[arraysOf(spec).indexOf(role)];
    if (array === undefined) {
      throw inputError('missing-weights', {
        at,
        expected: `its ${role} of [${shape.join(', ')}]`,
        got: 'none',
        hint: 'save the whole model',
      });
    }
    return readArray(arrange ? arrange(array, role) : array, shape, at, notes);
  };
  return layers.map((layer) => ({
    name: layer.name,
    spec: layer.spec,
    values: (role, shape) => {
      const { source } = layer;
      const [head, own] = role.includes('/') ? role.split('/') : ['', role];
      if (source !== null && 'address' in source)
        return read(layer, source, own, shape, head === '' ? undefined : head);
      const ofHead = source?.heads.get(head);
      if (ofHead !== undefined) return read(layer, ofHead, own, shape);
      throw inputError('missing-weights', {
        at: { file, layer: layer.name },
        problem: `it has none`,
        expected: `values for ${role}`,
      });
    },
  }));
};
