/**
 * Writes `.keras` files that Keras 3 and Keras 2.15 load.
 *
 * In: a network and its weights. Out: the bytes of one archive, the same for the same model. Only what both generations
 * understand is written, so one file serves both. The optimiser's state is left out: the model arrives uncompiled.
 * Source: https://keras.io/guides/serialization_and_saving/
 */
import { inputError, internalError } from '../../errors.ts';
import { writeArchive } from '../../files/archive.ts';
import { definitionOf, LABEL_INPUT } from '../../layers/index.ts';
import { type ResolvedLayer, type ResolvedNetwork, type ResolvedPart, takesLabel } from '../../network/index.ts';
import type { Weights } from '../../runtime/index.ts';
import type { Shape } from '../../tensor/index.ts';
import { encodeHdf5, type Hdf5Source } from '../hdf5.ts';
import { kerasClassOf, kerasConfigOf, kerasFault, kerasPackageOf, kerasTakesTrainable } from './classes.ts';
import {
  functionalConfig,
  inboundNodes,
  inputLayersOf,
  isSequential,
  kerasOrder,
  partClass,
  wired,
} from './functional.ts';
import type { JsonObject } from './place.ts';
import { snakeCase } from './weights.ts';

/** A model that is written as a file of another program. */
export interface ExportModel {
  /** Encoder and decoder, one of them, or a classifier. */
  readonly network: ResolvedNetwork;
  /** By parameter name. */
  readonly weights: Weights;
  /** Strings that travel with the model: recipe, scores, licence. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The generation of the format: the first version of Keras that reads and writes it as it is here. */
const KERAS_VERSION = '3.0.0';

/** Names that no two layers of a model share: `dense`, `dense_1`, ..., counted on from part to part, as Keras does. */
const layerNames = (parts: readonly ResolvedPart[]): ReadonlyMap<ResolvedLayer, string> => {
  const counts = new Map<string, number>();
  const names = new Map<ResolvedLayer, string>();
  for (const layer of parts.flatMap(kerasOrder)) {
    const base = snakeCase(kerasClassOf(layer.spec));
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    names.set(layer, count === 0 ? base : `${base}_${count}`);
  }
  return names;
};

const node = (module: string, className: string, config: JsonObject, rest: JsonObject = {}): JsonObject => ({
  module,
  class_name: className,
  config,
  registered_name: null,
  ...rest,
});

const batched = (shape: Shape): readonly (number | null)[] => [null, ...shape];

// Keras 2.15 knows `batch_input_shape` alone; Keras 3 takes it for its own `batch_shape`.
const inputLayer = (shape: Shape, name: string): JsonObject =>
  node('keras.layers', 'InputLayer', { batch_input_shape: batched(shape), dtype: 'float32', sparse: false, name });

const layerNode = ({ spec, inputShapes }: ResolvedLayer, name: string, trainable: boolean): JsonObject => {
  const className = kerasClassOf(spec);
  const ofAll = kerasTakesTrainable(spec) ? { name, trainable, dtype: 'float32' } : { name, dtype: 'float32' };
  const config = { ...ofAll, ...kerasConfigOf(spec) };
  // A layer that joins is built for a list of shapes.
  const shapes = inputShapes.map(batched);
  const build = { build_config: { input_shape: shapes.length === 1 ? shapes[0] : shapes } };
  const ours = kerasPackageOf(spec);
  return ours === null
    ? node('keras.layers', className, config, build)
    : { module: ours, class_name: className, config, registered_name: `${ours}>${className}`, ...build };
};

const sequential = (name: string, layers: readonly JsonObject[], inputShape: Shape): JsonObject =>
  node(
    'keras',
    'Sequential',
    { name, layers, build_input_shape: batched(inputShape) },
    { build_config: { input_shape: batched(inputShape) } },
  );

// Keras 2 and 3 have Functional models in modules of their own; both make one of a Model whose config is one's.
const functional = (config: JsonObject): JsonObject => node('keras', 'Model', config);

const partNode = (part: ResolvedPart, names: ReadonlyMap<ResolvedLayer, string>): JsonObject => {
  const { name } = part;
  const nameOf = (layer: ResolvedLayer): string => names.get(layer) ?? layer.name;
  if (!isSequential(part)) {
    const layers = wired(part, {
      nameOf,
      inputNode: (input) => inputLayer(input.shape, input.name),
      layerNode: (layer) => layerNode(layer, nameOf(layer), !part.frozen),
    });
    const inputs = inputLayersOf(part).map((input) => input.name);
    const last = nameOf(part.layers[part.layers.length - 1]);
    return functional(functionalConfig(name, layers, inputs, last));
  }
  return sequential(
    name,
    [
      inputLayer(part.inputShape, `${part.name}_input`),
      ...part.layers.map((layer) => layerNode(layer, nameOf(layer), !part.frozen)),
    ],
    part.inputShape,
  );
};

/** Parts that take a label, one after another: a model of two inputs. */
const labelled = (name: string, parts: readonly ResolvedPart[], inner: readonly JsonObject[]): JsonObject => {
  const [image, label] = ['image', 'label'];
  const classes = parts.flatMap(inputLayersOf).find(({ source }) => source === LABEL_INPUT);
  const wires = parts.map((part, i) => {
    const before = parts[i - 1]?.name ?? image;
    return inboundNodes(takesLabel(part) ? [before, label] : [before]);
  });
  const layers = [
    { ...inputLayer(parts[0].inputShape, image), name: image, inbound_nodes: [] },
    { ...inputLayer(classes?.shape ?? [], label), name: label, inbound_nodes: [] },
    ...inner.map((part, i) => ({ ...part, name: parts[i].name, inbound_nodes: wires[i] })),
  ];
  return functional(functionalConfig(name, layers, [image, label], parts[parts.length - 1].name));
};

/** @throws LatentError (input) `unsupported-layer` for what Keras would refuse to load. */
const requireMakeable = ({ spec, name }: ResolvedLayer, part: ResolvedPart): void => {
  const lacks = definitionOf(spec).kerasLacks(spec);
  const problem = lacks === null ? kerasFault(spec) : `Keras does not have ${lacks}`;
  if (problem === null) return;
  throw inputError('unsupported-layer', {
    at: { part: part.name, layer: name },
    problem,
    hint: 'export the network as ONNX: --to onnx',
  });
};

/** The whole model: the parts as Sequential models within one, or a single part by itself. */
export const kerasConfig = ({ spec, parts }: ResolvedNetwork): JsonObject => {
  for (const part of parts) for (const layer of part.layers) requireMakeable(layer, part);
  const names = layerNames(parts);
  const name = spec.id.replaceAll('-', '_');
  if (parts.length === 1) return partNode(parts[0], names);
  const [{ inputShape }] = parts;
  const inner = parts.map((part) => partNode(part, names));
  if (parts.some(takesLabel)) return labelled(name, parts, inner);
  return sequential(name, [inputLayer(inputShape, 'image'), ...inner], inputShape);
};

/** Groups as Keras names them: after the class and how many of it stand before, in each model anew. */
const containersOf = (parts: readonly ResolvedPart[]): readonly string[] => {
  if (parts.length === 1) return [''];
  const counts = new Map<string, number>();
  return parts.map((part) => {
    const base = snakeCase(partClass(part));
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return `layers/${count === 0 ? base : `${base}_${count}`}/`;
  });
};

const groupsOf = (parts: readonly ResolvedPart[]): { path: string; layer: ResolvedLayer; part: ResolvedPart }[] => {
  const containers = containersOf(parts);
  return parts.flatMap((part, index) => {
    const container = containers[index];
    const counts = new Map<string, number>();
    return kerasOrder(part).map((layer) => {
      const base = snakeCase(kerasClassOf(layer.spec));
      const count = counts.get(base) ?? 0;
      counts.set(base, count + 1);
      return { path: `${container}layers/${count === 0 ? base : `${base}_${count}`}`, layer, part };
    });
  });
};

/** Where each parameter lies in the file's HDF5 entry, by its name. */
export const weightPaths = (parts: readonly ResolvedPart[]): ReadonlyMap<string, string> =>
  new Map(
    groupsOf(parts).flatMap(({ path, layer, part }) => {
      const counts = new Map<string, number>();
      return layer.parameters.map(({ name }): [string, string] => {
        // `z_mean/kernel`: a layer within the layer has a group of its own.
        const [head, role] = name.slice(`${part.name}/${layer.name}/`.length).split('/');
        const group = role === undefined ? path : `${path}/${head}`;
        const at = counts.get(group) ?? 0;
        counts.set(group, at + 1);
        return [name, `${group}/vars/${at}`];
      });
    }),
  );

const hdf5Source = ({ network: { parts, parameters }, weights }: ExportModel): Hdf5Source => {
  const paths = weightPaths(parts);
  const containers = parts.length > 1 ? containersOf(parts).map((container) => `${container}vars`) : [];
  const arrays = new Map(
    parameters.map(({ name, shape }) => {
      const [path, data] = [paths.get(name), weights.get(name)];
      if (path === undefined || data === undefined) throw internalError(`no weights for "${name}"`);
      return [path, { dims: shape, data }] as const;
    }),
  );
  return { arrays, groups: ['vars', ...containers, ...groupsOf(parts).map(({ path }) => `${path}/vars`)] };
};

/** What a graph cannot be read back from by its layers alone. */
const recordOf = ({ spec, parts }: ResolvedNetwork): Readonly<Record<string, string>> =>
  parts.every(isSequential) ? {} : { spec: JSON.stringify(spec), parts: parts.map(({ name }) => name).join() };

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/**
 * Writes a model.
 *
 * Keras has no layer for the code of a variational autoencoder: it is written as the registered layer
 * `latent_plane>GaussianSampling`, whose Python text is in `docs/keras/gaussian_sampling.py`.
 *
 * @returns the bytes of a `.keras` file.
 */
export const exportKeras = async (model: ExportModel): Promise<Uint8Array> =>
  writeArchive(
    new Map([
      [
        'metadata.json',
        encode({
          keras_version: KERAS_VERSION,
          date_saved: '1980-01-01@00:00:00',
          latent_plane: { network: model.network.spec.id, ...model.metadata, ...recordOf(model.network) },
        }),
      ],
      ['config.json', encode(kerasConfig(model.network))],
      ['model.weights.h5', await encodeHdf5(hdf5Source(model))],
    ]),
  );
