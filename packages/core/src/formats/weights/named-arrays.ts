/** Arrays by name, as files of weights alone hold them, and the layers that their names make of them. */
import type { PartName } from '../../layers/index.ts';
import type { Shape } from '../../tensor/index.ts';
import type { ModelFormat } from '../imported-layer.ts';

/** One array of a file. */
export interface NamedArray {
  /** As the file has it: `encoder.0.weight`. */
  readonly name: string;
  readonly dims: Shape;
  /** Kind of its numbers: `float32`. */
  readonly type: string;
  /** Its values in single precision, row-major. @throws LatentError (input) where the file breaks off. */
  readonly floats: () => Float32Array;
}

/** A file of weights alone. */
export interface WeightsFile {
  readonly file: string;
  readonly format: ModelFormat;
  /** In the file's order. */
  readonly arrays: readonly NamedArray[];
  /** Images are flattened with their channels last, as here, whatever the program. */
  readonly channelsLast?: true;
  /** Remarks for a person. */
  readonly notes: readonly string[];
}

/** Says in a file's metadata that flattened images have their channels last, unlike those of PyTorch. */
export const FLATTENED = { key: 'flattened', channelsLast: 'channels last' } as const;

/**
 * How a file lays kernels out: `torch` has outputs before inputs and channels before rows, `keras` has them as they are
 * here.
 */
export type KernelLayout = 'torch' | 'keras';

/** The arrays of one layer. */
export interface ArrayGroup {
  /** What their names have in common: `encoder.0`. */
  readonly path: string;
  /** By the last part of their names: `weight`, `bias`. */
  readonly arrays: ReadonlyMap<string, NamedArray>;
}

/** Not weights: how many batches a normalisation has seen. */
const COUNTS = new Set(['num_batches_tracked', 'seed_generator_state']);

/** The layers of a file, in its order. */
export const groupArrays = (arrays: readonly NamedArray[]): readonly ArrayGroup[] => {
  const groups = new Map<string, Map<string, NamedArray>>();
  for (const array of arrays) {
    const [, path = '', leaf] = /^(?:(.*)[./])?([^./]+)$/.exec(array.name) ?? ['', '', array.name];
    if (COUNTS.has(leaf)) continue;
    const group = groups.get(path) ?? new Map<string, NamedArray>();
    group.set(leaf, array);
    groups.set(path, group);
  }
  return [...groups].map(([path, own]) => ({ path, arrays: own }));
};

/** The part that a path names; null where it names none. */
export const partIn = (path: string): PartName | null =>
  /(^|[./_])(encoder|enc)\d*([./_]|$)/i.test(path)
    ? 'encoder'
    : /(^|[./_])(decoder|dec)\d*([./_]|$)/i.test(path)
      ? 'decoder'
      : null;

/** Told by the names of the arrays: PyTorch calls every kernel `weight`. */
export const layoutOf = (arrays: readonly NamedArray[]): KernelLayout =>
  arrays.some(({ name }) => /(^|[./])(weight|running_mean)$/.test(name)) ? 'torch' : 'keras';
