/**
 * The tensors of a network among all that a file of PyTorch holds.
 *
 * In: the value of a pickle: a state dict, a checkpoint that holds one among other things, or a module that was pickled
 * whole. Out: its tensors by name, in the order of the file.
 */
import { isKind, type PickleValue, type TorchTensor } from './values.ts';

/** Where checkpoints keep the state dict, the first that is there. */
const KEYS = [
  'state_dict',
  'model_state_dict',
  'model',
  'net',
  'network',
  'model_state',
  'autoencoder',
  'vae',
  'weights',
  'params',
];
/** Beside the network: arrays of the optimiser are as large as it. */
const BESIDE = /optim|sched|scaler|callback|loops|hyper|loss|history|epoch|rng|metric/i;
/** Deeper than any network. */
const MAX_DEPTH = 64;
/** More than any network has; values that are shared count each time. */
const MAX_VISITS = 200_000;

/** Tensors by name. */
export type NamedTensors = ReadonlyMap<string, TorchTensor>;

class Collector {
  readonly found = new Map<string, TorchTensor>();
  #visits = 0;

  /** @returns whether there is room for more. */
  #enter(depth: number): boolean {
    this.#visits++;
    return depth < MAX_DEPTH && this.#visits < MAX_VISITS;
  }

  add = (value: PickleValue, path: string, depth: number): void => {
    if (!this.#enter(depth)) return;
    if (isKind(value, 'tensor')) this.found.set(path, value);
    else if (isKind(value, 'object')) this.#object(value.state, value.entries, path, depth);
    else if (isKind(value, 'dict')) this.#entries(value.entries, path, depth);
    else if (isKind(value, 'list') || isKind(value, 'tuple'))
      for (const [i, item] of value.items.entries()) this.add(item, join(path, String(i)), depth + 1);
  };

  #entries(entries: ReadonlyMap<PickleValue, PickleValue>, path: string, depth: number): void {
    for (const [key, value] of entries) {
      if (typeof key !== 'string' && typeof key !== 'number') continue;
      if (path === '' && BESIDE.test(String(key))) continue;
      this.add(value, join(path, String(key)), depth + 1);
    }
  }

  /** A module of PyTorch keeps its tensors in three dicts; any other object, what it has. */
  #object(
    state: ReadonlyMap<PickleValue, PickleValue>,
    entries: ReadonlyMap<PickleValue, PickleValue>,
    path: string,
    depth: number,
  ): void {
    const groups = ['_parameters', '_buffers', '_modules'].map((name) => state.get(name));
    if (groups.every((group) => !isKind(group, 'dict'))) {
      this.#entries(state, path, depth);
      this.#entries(entries, path, depth);
      return;
    }
    const skipped = state.get('_non_persistent_buffers_set');
    const left = isKind(skipped, 'list') || isKind(skipped, 'tuple') ? skipped.items : [];
    for (const group of groups) {
      if (!isKind(group, 'dict')) continue;
      for (const [key, value] of group.entries)
        if (typeof key === 'string' && !left.includes(key)) this.add(value, join(path, key), depth + 1);
    }
  }
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const collect = (value: PickleValue): NamedTensors => {
  const collector = new Collector();
  collector.add(value, '', 0);
  return collector.found;
};

/** The tensors of the network; empty where the file holds none. */
export const stateDictOf = (value: PickleValue): { readonly tensors: NamedTensors; readonly key: string | null } => {
  if (isKind(value, 'dict')) {
    for (const key of KEYS) {
      const inner = value.entries.get(key);
      if (inner === undefined || isKind(inner, 'tensor')) continue;
      const tensors = collect(inner);
      if (tensors.size > 0) return { tensors, key };
    }
  }
  return { tensors: collect(value), key: null };
};
