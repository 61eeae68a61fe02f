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
import { hasHeads, kerasClassOf, kerasConfigOf, kerasFault, kerasPackageOf, kerasTakesTrainable } from './classes.ts';
import {
  endsOf,
  functionalConfig,
  inboundNodes,
  inputLayersOf,
  isSequential,
  kerasOrder,
  partClass,
  type WrittenPart,
  wired,
} from './functional.ts';
import { endsInCode, writtenParts } from './heads.ts';
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

/** What the record says of a Gaussian code that is written as two heads; files of earlier versions do not say it. */
export const HEADS = 'heads';

/** Names that no two layers of a model share: `dense`, `dense_1`, ..., counted on from part to part, as Keras does. */
const layerNames = (parts: readonly WrittenPart[]): ReadonlyMap<ResolvedLayer, string> => {
  const counts = new Map<string, number>();
  const names = new Map<ResolvedLayer, string>();
  const heads = new Map(parts.flatMap((part) => [...(part.heads ?? [])]));
  for (const layer of parts.flatMap(kerasOrder)) {
    const head = heads.get(layer);
    if (head !== undefined) {
      names.set(layer, head);
      continue;
    }
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

const partNode = (part: WrittenPart, names: ReadonlyMap<ResolvedLayer, string>): JsonObject => {
  const { name } = part;
  const nameOf = (layer: ResolvedLayer): string => names.get(layer) ?? layer.name;
  if (!isSequential(part)) {
    const layers = wired(part, {
      nameOf,
      inputNode: (input) => inputLayer(input.shape, input.name),
      layerNode: (layer) => layerNode(layer, nameOf(layer), !part.frozen),
    });
    const inputs = inputLayersOf(part).map((input) => input.name);
    return functional(functionalConfig(name, layers, inputs, endsOf(part).map(nameOf)));
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

/**
 * Parts of which one takes a label or has several outputs, one after another: a model of one or two inputs. Each takes the
 * first output of the one before it.
 */
const joined = (name: string, parts: readonly WrittenPart[], inner: readonly JsonObject[]): JsonObject => {
  const [image, label] = ['image', 'label'];
  // Keras 2 counts the calls of a Functional model from 1, Keras 3 from 0: of a part called twice both have a call 1.
  const call = parts.some(({ heads }) => heads !== undefined) ? 1 : 0;
  const callOf = (source: string): number => (parts.some((part) => part.name === source) ? call : 0);
  const classes = parts.flatMap(inputLayersOf).find(({ source }) => source === LABEL_INPUT);
  const wires = parts.map((part, i) => {
    const before = parts[i - 1]?.name ?? image;
    const calls = inboundNodes(takesLabel(part) ? [before, label] : [before], callOf);
    return call === 1 && i < parts.length - 1 ? [...calls, ...calls] : calls;
  });
  const layers = [
    { ...inputLayer(parts[0].inputShape, image), name: image, inbound_nodes: [] },
    ...(classes ? [{ ...inputLayer(classes.shape, label), name: label, inbound_nodes: [] }] : []),
    ...inner.map((part, i) => ({ ...part, name: parts[i].name, inbound_nodes: wires[i] })),
  ];
  const inputs = classes ? [image, label] : [image];
  return functional(functionalConfig(name, layers, inputs, [parts[parts.length - 1].name], call));
};

/** @throws LatentError (input) `unsupported-layer` for what Keras would refuse to load. */
const requireMakeable = ({ spec, name }: ResolvedLayer, part: ResolvedPart, isCode: boolean): void => {
  const lacks = definitionOf(spec).kerasLacks(spec);
  const problem = lacks === null ? kerasFault(spec, isCode) : `Keras does not have ${lacks}`;
  if (problem === null) return;
  throw inputError('unsupported-layer', {
    at: { part: part.name, layer: name },
    problem,
    hint: 'export the network as ONNX: --to onnx',
  });
};

/**
 * @param isCode - whether it is for Keras 3 alone.
 * @throws LatentError (input) `unsupported-layer` for the first layer that Keras would refuse to load.
 */
export const requireKeras = (parts: readonly ResolvedPart[], isCode = false): void => {
  for (const part of parts) for (const layer of part.layers) requireMakeable(layer, part, isCode);
};

/** The whole model: the parts as models within one, or a single part by itself. */
export const kerasConfig = ({ spec, parts: own }: ResolvedNetwork): JsonObject => {
  requireKeras(own);
  const parts = writtenParts(own);
  const names = layerNames(parts);
  const name = spec.id.replaceAll('-', '_');
  if (parts.length === 1) return partNode(parts[0], names);
  const [{ inputShape }] = parts;
  const inner = parts.map((part) => partNode(part, names));
  if (parts.some((part) => takesLabel(part) || part.heads !== undefined)) return joined(name, parts, inner);
  return sequential(name, [inputLayer(inputShape, 'image'), ...inner], inputShape);
};

/** Groups as Keras names them: after the class and how many of it stand before, in each model anew. */
const containersOf = (parts: readonly WrittenPart[]): readonly string[] => {
  if (parts.length === 1) return [''];
  const counts = new Map<string, number>();
  return parts.map((part) => {
    const base = snakeCase(partClass(part));
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return `layers/${count === 0 ? base : `${base}_${count}`}/`;
  });
};

const groupsOf = (parts: readonly WrittenPart[]): { path: string; layer: ResolvedLayer }[] => {
  const containers = containersOf(parts);
  return parts.flatMap((part, index) => {
    const container = containers[index];
    const counts = new Map<string, number>();
    return kerasOrder(part).map((layer) => {
      const base = snakeCase(kerasClassOf(layer.spec));
      const count = counts.get(base) ?? 0;
      counts.set(base, count + 1);
      return { path: `${container}layers/${count === 0 ? base : `${base}_${count}`}`, layer };
    });
  });
};

/** Where each parameter lies in the file's HDF5 entry, by its name. @param parts - as they are written. */
export const weightPaths = (parts: readonly WrittenPart[]): ReadonlyMap<string, string> =>
  new Map(
    groupsOf(parts).flatMap(({ path, layer }) => {
      const counts = new Map<string, number>();
      const isHeaded = hasHeads(kerasClassOf(layer.spec));
      return layer.parameters.map(({ name }): [string, string] => {
        // `z_mean/kernel`: in files of earlier versions a layer within the layer has a group of its own.
        const group = isHeaded ? `${path}/${name.split('/').at(-2)}` : path;
        const at = counts.get(group) ?? 0;
        counts.set(group, at + 1);
        return [name, `${group}/vars/${at}`];
      });
    }),
  );

const hdf5Source = ({ network: { parts: own, parameters }, weights }: ExportModel): Hdf5Source => {
  const parts = writtenParts(own);
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

/** What a graph and the noise of a Gaussian code cannot be read back from by the layers alone. */
const recordOf = ({ spec, parts }: ResolvedNetwork): Readonly<Record<string, string>> => {
  const hasCode = parts.some(endsInCode);
  if (!hasCode && parts.every(isSequential)) return {};
  const record = { spec: JSON.stringify(spec), parts: parts.map(({ name }) => name).join() };
  return hasCode ? { ...record, code: HEADS } : record;
};

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/**
 * Writes a model.
 *
 * Keras has no layer for the code of a variational autoencoder: the encoder is written as a model of two outputs, mean and
 * log-scale, and the decoder takes the mean. What training draws, and the standard deviation of its noise, stand in the
 * record alone.
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
