/**
 * Reads Keras models: `.keras` archives, whole-model `.h5` files, and weights alone onto a network that is known.
 *
 * In: the bytes of a file and its name. Out: a network with its weights. Nothing in a file is ever executed.
 * Source: https://keras.io/guides/serialization_and_saving/
 */
import { inputError } from '../../errors.ts';
import { readArchive } from '../../files/archive.ts';
import { definitionOf } from '../../layers/index.ts';
import { namedAfter } from '../../network/file-names.ts';
import { networks, onlyParts, type ResolvedNetwork, type ResolvedPart, resolveNetwork } from '../../network/index.ts';
import { isRecord, parseJson } from '../../registry/parse-json.ts';
import { sameShape } from '../../tensor/index.ts';
import type { CodeChoice } from '../code-choice.ts';
import { type Hdf5Array, type Hdf5Content, withHdf5 } from '../hdf5.ts';
import { assembleModel, finishModel, type ImportedModel } from '../imported-model.ts';
import { parseRecordedNetwork } from '../onnx/recorded-network.ts';
import type { NamedArray } from '../weights/named-arrays.ts';
import { type OntoOptions, ontoNetwork } from '../weights/onto-network.ts';
import { followKeras, parseKerasTree } from './config.ts';
import { writtenParts } from './heads.ts';
import { valuesFor } from './values.ts';
import { COLLECTIONS, findWeights, readArray, snakeCase, withValues } from './weights.ts';
import { HEADS, weightPaths } from './write.ts';

export interface ReadKerasOptions extends CodeChoice, OntoOptions {
  /** Name of the file: names a network that the zoo does not know, and stands in messages. */
  readonly file: string;
}

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';
const MAX_JSON_BYTES = 16 * 2 ** 20;
const MAX_WEIGHT_BYTES = 2 ** 30;

const parseConfig = (bytes: Uint8Array, place: string): unknown =>
  parseJson(bytes, { code: 'keras-config', at: { subject: place }, hint: 'the file is damaged' });

/** What a file says of the program that wrote it. */
interface Origin {
  readonly format: 'keras' | 'keras-h5';
  /** Null where nothing is said, as in the first files of Keras 1. */
  readonly version: string | null;
  readonly backend: string | null;
}

/** A model out of its architecture and the file of its values. */
const assemble = (config: unknown, content: Hdf5Content, origin: Origin, options: ReadKerasOptions): ImportedModel => {
  const { file, codeOutput, codeLayer } = options;
  const { format, version } = origin;
  const tree = parseKerasTree(config, file);
  const find = findWeights(content, file, tree.weightLayers);
  const isKeras1 = format === 'keras-h5' && (version === null || version.startsWith('1.'));
  const chain = followKeras(tree, {
    file,
    codeOutput,
    codeLayer,
    version,
    layout: { isKeras1, isTheano: origin.backend === 'theano' },
    ...valuesFor(find),
  });
  const notes: string[] = [...chain.notes];
  const parts = chain.parts.map((layers) => withValues(layers, { file, find, notes }));
  return assembleModel({ ...chain, parts }, { format, file, notes });
};

/** Text of an attribute of the file or of its group of weights. */
const attributeOf = (content: Hdf5Content, name: string): string | null =>
  content.texts('', name)?.[0] ?? content.texts('model_weights', name)?.[0] ?? null;

const originOf = (content: Hdf5Content): Origin => ({
  format: 'keras-h5',
  version: attributeOf(content, 'keras_version'),
  backend: attributeOf(content, 'backend'),
});

/** What stands beside the model: the version of Keras, and what a file of ours says. */
const metadataOf = (metadata: Uint8Array | undefined, file: string): Readonly<Record<string, unknown>> => {
  const json = metadata && parseConfig(metadata, `${file}: entry "${METADATA}"`);
  return isRecord(json) ? json : {};
};

/** The network that a file of ours records where its layers branch; null where there is none. */
const recordedGraph = ({ spec, parts }: Readonly<Record<string, unknown>>, file: string): ResolvedNetwork | null => {
  if (typeof spec !== 'string' || typeof parts !== 'string') return null;
  const network = resolveNetwork(parseRecordedNetwork(spec, file));
  return onlyParts(
    network,
    network.parts.map(({ name }) => name).filter((name) => parts.split(',').includes(name)),
  );
};

/** The recorded network with the file's values; null where they are not where they were written. */
const readRecorded = (network: ResolvedNetwork, code: unknown, { arrays }: Hdf5Content): ImportedModel | null => {
  const paths = weightPaths(code === HEADS ? writtenParts(network.parts) : network.parts);
  const weights = new Map<string, Float32Array>();
  for (const { name, shape } of network.parameters) {
    const array = arrays.get(paths.get(name) ?? '');
    if (array === undefined || !sameShape(array.dims, shape)) return null;
    weights.set(name, array.floats());
  }
  return finishModel({ format: 'keras', network, weights, notes: [] });
};

/**
 * Reads a `.keras` archive of Keras 2.12 and later.
 *
 * @throws LatentError (input) as `readArchive`, `withHdf5`, `followKeras`, `assembleModel`; `missing-entry`.
 */
export const readKeras = async (bytes: Uint8Array, options: ReadKerasOptions): Promise<ImportedModel> => {
  const { file } = options;
  const limits = { [CONFIG]: MAX_JSON_BYTES, [METADATA]: MAX_JSON_BYTES, [WEIGHTS]: MAX_WEIGHT_BYTES };
  const { entries, names } = await readArchive(bytes, file, limits);
  const entry = (name: string): Uint8Array => {
    const content = entries.get(name);
    if (content) return content;
    const listed = names.slice(0, 8).join(', ') || 'none';
    throw inputError('missing-entry', {
      at: { file },
      expected: `the entry "${name}" of a Keras model`,
      got: listed,
      hint: 'save the model as .keras',
    });
  };
  const place = `${file}: entry "${WEIGHTS}"`;
  if (options.network) return withHdf5(entry(WEIGHTS), place, (content) => readWeightsAlone(content, options, 'keras'));
  const metadata = metadataOf(entries.get(METADATA), file);
  const record = isRecord(metadata.latent_plane) ? metadata.latent_plane : {};
  const said = typeof record.dataset === 'string' ? { trainedOn: record.dataset } : {};
  const recorded = recordedGraph(record, file);
  if (recorded) {
    const model = await withHdf5(entry(WEIGHTS), place, (content) => readRecorded(recorded, record.code, content));
    if (model) return { ...model, ...said };
  }
  const config = parseConfig(entry(CONFIG), `${file}: entry "${CONFIG}"`);
  const version = typeof metadata.keras_version === 'string' ? metadata.keras_version : '3';
  const model = await withHdf5(entry(WEIGHTS), place, (content) =>
    assemble(config, content, { format: 'keras', version, backend: null }, options),
  );
  return { ...model, ...said };
};

/**
 * Reads an `.h5` file: a whole model, or weights alone. The latter go onto `options.network`, or onto the one network of
 * the zoo that they fit.
 *
 * @throws LatentError (input) as `readKeras`; `weights-alone` where no network of the zoo fits.
 */
export const readKerasH5 = (bytes: Uint8Array, options: ReadKerasOptions): Promise<ImportedModel> =>
  withHdf5(bytes, options.file, (content) => {
    const { file } = options;
    const [config] = content.texts('', 'model_config') ?? [];
    if (config !== undefined && options.network === undefined) {
      const parsed = parseConfig(new TextEncoder().encode(config), `${file}: model_config`);
      return assemble(parsed, content, originOf(content), options);
    }
    return readWeightsAlone(content, options, 'keras-h5');
  });

/**
 * Reads an architecture (`model.to_json()`) with the `.h5` file of its weights.
 *
 * @throws LatentError (input) as `readKerasH5`.
 */
export const readKerasJson = (
  architecture: Readonly<Record<string, unknown>>,
  values: Uint8Array,
  { weights, ...options }: ReadKerasOptions & { readonly weights: string },
): Promise<ImportedModel> =>
  withHdf5(values, weights, (content) => {
    const origin = originOf(content);
    const { keras_version: version, backend } = architecture;
    const said = {
      version: origin.version ?? (typeof version === 'string' ? version : null),
      backend: origin.backend ?? (typeof backend === 'string' ? backend : null),
    };
    const model = assemble(architecture, content, { ...origin, ...said }, options);
    return { ...model, notes: [`its weights were read from ${weights}, which lies beside it`, ...model.notes] };
  });

/** Compares paths segment by segment, so that `dense_10` comes after `dense_9`, and a group before `group_1`. */
const naturalOrder = (a: string, b: string): number => {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = left[i].localeCompare(right[i], 'en', { numeric: true });
    if (order !== 0) return order;
  }
  return left.length - right.length;
};

interface WeightGroup {
  /** Path of the sub-model. */
  readonly container: string;
  /** Class as a group's name has it, without its number: `dense`. */
  readonly base: string;
  readonly path: string;
  readonly arrays: readonly Hdf5Array[];
}

/** The groups of a structural file that hold values, in the order of their names. */
const weightGroups = ({ arrays }: Hdf5Content): WeightGroup[] => {
  const byGroup = new Map<string, Hdf5Array[]>();
  for (const array of arrays.values()) {
    const match = /^((?:.*\/)?(?:layers|_layer_checkpoint_dependencies)\/.+)\/vars\/(\d+)$/.exec(array.path);
    // The state of a random generator, not a weight.
    if (match && !match[1].endsWith('/seed_generator'))
      byGroup.set(match[1], [...(byGroup.get(match[1]) ?? []), array]);
  }
  return [...byGroup]
    .map(([path, group]) => {
      const segments = path.split('/');
      // A head's group lies in its layer's, not in a collection of layers.
      const nested = COLLECTIONS.includes(segments[segments.length - 2]) ? 1 : 2;
      const name = segments[segments.length - nested];
      return {
        container: segments.slice(0, -nested).join('/'),
        base: name.replace(/_\d+$/, ''),
        path,
        arrays: group.sort((a, b) => naturalOrder(a.path, b.path)),
      };
    })
    .sort((a, b) => naturalOrder(a.container, b.container) || naturalOrder(a.path, b.path));
};

/** All arrays of a file in the order of a network's parameters; null where the file does not hold such a network. */
const arraysFor = (network: ResolvedNetwork, content: Hdf5Content): readonly Hdf5Array[] | null => {
  const legacy = legacyOrder(content);
  if (legacy) return legacy;
  const groups = weightGroups(content);
  const containers = [...new Set(groups.map(({ container }) => container))];
  if (containers.length !== network.parts.length) return pickArrays(network, groups, null);
  // Numbered sub-models come in order; of named ones (`decoder`, `encoder`) the shapes tell which is which.
  const inOrder = pickArrays(network, groups, containers);
  return fits(network, inOrder) ? inOrder : pickArrays(network, groups, containers.reverse());
};

/** @param containers - one for each part; null where all parts share one. */
const pickArrays = (
  network: ResolvedNetwork,
  groups: readonly WeightGroup[],
  containers: readonly string[] | null,
): readonly Hdf5Array[] | null => {
  const found: Hdf5Array[] = [];
  const taken = new Map<string, number>();
  for (const [index, part] of network.parts.entries()) {
    const own = containers ? groups.filter(({ container }) => container === containers[index]) : groups;
    if (containers) taken.clear();
    for (const key of layerKeys(part)) {
      const headed = own.filter(
        ({ base, path }) => base === key.base && (key.head === null || path.endsWith(key.head)),
      );
      // Heads may be layers of their own.
      const candidates = headed.length > 0 ? headed : own.filter(({ base }) => base === key.headBase);
      const name = headed.length > 0 ? `${key.base}/${key.head ?? ''}` : `${key.headBase}/`;
      const at = taken.get(name) ?? 0;
      taken.set(name, at + 1);
      const group = candidates[at];
      if (group === undefined) return null;
      found.push(...group.arrays.slice(0, key.count));
    }
  }
  // What is left over belongs to another network.
  return found.length === groups.reduce((sum, { arrays }) => sum + arrays.length, 0) ? found : null;
};

interface LayerKey {
  /** Class as a group's name has it. */
  readonly base: string;
  readonly head: string | null;
  /** The same of the class of a head. */
  readonly headBase: string | null;
  readonly count: number;
}

/** Groups that a part's layers have in a structural file; a layer of two heads has one for each. */
const layerKeys = (part: ResolvedPart): LayerKey[] =>
  part.layers
    .filter(({ parameters }) => parameters.length > 0)
    .flatMap(({ spec, parameters }): LayerKey[] => {
      const { keras, baseName } = definitionOf(spec);
      const base = keras === null ? baseName : snakeCase(keras.className);
      const count = keras?.arrays.length ?? 0;
      if (keras?.heads === undefined) return [{ base, head: null, headBase: null, count }];
      const headBase = snakeCase(keras.heads.className);
      const heads = [...new Set(parameters.map(({ name }) => name.split('/').at(-2) ?? ''))];
      return heads.map((head) => ({ base, head: `/${head}`, headBase, count }));
    });

/** The arrays of a file of the older layout in the order that it lists; null for another layout. */
const legacyOrder = (content: Hdf5Content): readonly Hdf5Array[] | null => {
  const root = content.groups.has('model_weights') ? 'model_weights' : '';
  const layers = content.texts(root, 'layer_names');
  if (layers === null) return null;
  return layers.flatMap((layer) => {
    const group = root === '' ? layer : `${root}/${layer}`;
    const names = content.texts(group, 'weight_names') ?? [];
    return names.flatMap((name) => content.arrays.get(`${group}/${name}`) ?? []);
  });
};

const fits = (network: ResolvedNetwork, arrays: readonly Hdf5Array[] | null): arrays is readonly Hdf5Array[] =>
  arrays !== null &&
  arrays.length === network.parameters.length &&
  network.parameters.every(({ shape }, i) => shape.join() === arrays[i].dims.join());

const readWeightsAlone = (
  content: Hdf5Content,
  { file, network, guess }: ReadKerasOptions,
  format: 'keras' | 'keras-h5',
): ImportedModel => {
  const candidates = network ? [network] : networks;
  const whole = candidates.map((spec) => resolveNetwork(spec));
  // An encoder or decoder alone is looked for only where no whole network fits.
  const parts = whole.flatMap((resolved) =>
    resolved.parts.length > 1 ? resolved.parts.map(({ name }) => onlyParts(resolved, [name])) : [],
  );
  for (const options of [whole, parts]) {
    const fitting = options.filter((resolved) => fits(resolved, arraysFor(resolved, content)));
    const spec = namedAfter(
      fitting.map((resolved) => resolved.spec),
      file,
    );
    const chosen = fitting.find((resolved) => resolved.spec === spec);
    if (chosen) return readOnto(chosen, content, file, format, network === undefined);
  }
  // Not as Keras names and numbers its layers: by names of the network's own, or by order and shape.
  return ontoNetwork({ file, format, arrays: namedArrays(content), notes: [] }, { network, guess });
};

/** All arrays of a file in its order, as `dense_1/kernel` or `layers/dense/0`. */
const namedArrays = (content: Hdf5Content): readonly NamedArray[] => {
  const listed = legacyOrder(content) ?? [...content.arrays.values()].sort((a, b) => naturalOrder(a.path, b.path));
  return listed
    .filter(({ path }) => !/(^|\/)(seed_generator|optimizer)(\/|_|$)/.test(path))
    .map((array) => ({
      name: array.path.replace(/:\d+$/, '').replace(/(^|\/)vars\/(\d+)$/, '$1$2'),
      dims: array.dims,
      type: array.type,
      floats: array.floats,
    }));
};

const readOnto = (
  network: ResolvedNetwork,
  content: Hdf5Content,
  file: string,
  format: 'keras' | 'keras-h5',
  guessed: boolean,
): ImportedModel => {
  const notes: string[] = [];
  const arrays = arraysFor(network, content) ?? [];
  const weights = new Map(
    network.parameters.map(({ name, shape }, i) => [
      name,
      readArray(arrays[i], shape, { file, subject: `"${name}"` }, notes),
    ]),
  );
  const same = networks.filter(
    (other) => other.kind === network.spec.kind && fits(resolveNetwork(other), arrays) && other.id !== network.spec.id,
  );
  if (guessed) {
    const others =
      same.length === 0 ? '' : `; they fit ${same.map(({ id }) => id).join(', ')} as well: name the right one`;
    notes.unshift(`the file holds weights alone; they were taken for those of ${network.spec.id}${others}`);
  }
  return finishModel({ format, network, weights, notes });
};
