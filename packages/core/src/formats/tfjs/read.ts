/**
 * Reads TensorFlow.js LayersModels (those of this project, of TensorFlow.js' own `model.save()`, and of the converter
 * from Keras) and GraphModels.
 *
 * In: `model.json` and a way to ask for its weight files. Out: a network with its weights. Nothing in a file is executed.
 */

import { inputError, LatentError } from '../../errors.ts';
import { decodeBase64 } from '../../files/base64.ts';
import { definitionOf, type LayerSpec, type PartName } from '../../layers/index.ts';
import {
  type NetworkSpec,
  onlyParts,
  type ResolvedLayer,
  type ResolvedNetwork,
  resolveNetwork,
} from '../../network/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { elementCount, type Shape, sameShape } from '../../tensor/index.ts';
import type { CodeChoice } from '../code-choice.ts';
import { importGraph } from '../graph/import-graph.ts';
import type { ImportedLayer } from '../imported-layer.ts';
import { assembleModel, finishModel, type ImportedModel } from '../imported-model.ts';
import { kerasClassOf, kerasConfigOf } from '../keras/classes.ts';
import { followKeras, type KerasChain, parseKerasTree } from '../keras/config.ts';
import { isSequential } from '../keras/functional.ts';
import type { JsonObject } from '../keras/place.ts';
import { valuesFor } from '../keras/values.ts';
import { readArray, withValues } from '../keras/weights.ts';
import { parseRecordedNetwork, sameArchitecture, sameSpec } from '../onnx/recorded-network.ts';
import { graphOfModel } from './graph-model/read.ts';
import { isGraphModel, parseModelJson, readWeights, type ShardSource, type StoredWeight } from './manifest.ts';
import { arraysInOrder, namedArrays, tfjsFinder } from './weights.ts';
import { layerName, RECORD, tfjsRoleOf, tfjsSpecOf } from './write.ts';

export interface TfjsFiles {
  /** Name of the `model.json`, for messages, and for a network that the zoo does not know. */
  readonly file: string;
  /** Bytes of the `model.json`. */
  readonly model: Uint8Array;
  /** Bytes of a weight file, by its path as `model.json` lists it: relative, without a way out of the folder. */
  readonly shard: ShardSource;
}

export interface ReadTfjsOptions extends CodeChoice {
  /** The network that the values are for: the file's own architecture is then left aside, as `readKeras` does. */
  readonly network?: NetworkSpec;
  /** Name of the output that is the code, where a GraphModel has several. */
  readonly codeOutput?: string;
}

/** What this project writes beside the model. */
interface RecordedModel {
  readonly network: ResolvedNetwork;
  /** Weights that TensorFlow.js has no layer for, by parameter name, as base64. */
  readonly rest: JsonObject;
}

const PARTS: readonly PartName[] = ['encoder', 'decoder', 'classifier'];

const parseRecord = (metadata: unknown, file: string): RecordedModel | null => {
  const record = isRecord(metadata) ? metadata[RECORD] : undefined;
  if (!isRecord(record)) return null;
  const { spec, parts, rest } = record;
  if (typeof spec !== 'string' || !Array.isArray(parts) || !isRecord(rest)) {
    throw inputError('recorded-network', {
      at: { file, subject: `userDefinedMetadata.${RECORD}` },
      expected: '"spec", "parts" and "rest"',
      got: 'something else',
      hint: 'export the model again, or take the metadata out',
    });
  }
  const network = resolveNetwork(parseRecordedNetwork(spec, file));
  return {
    network: onlyParts(
      network,
      PARTS.filter((part) => parts.includes(part)),
    ),
    rest,
  };
};

/** Whether the model's layers are those of a network, as TensorFlow.js has them. */
const fits = ({ parts }: ResolvedNetwork, chain: KerasChain): boolean => {
  const [first] = parts;
  // As Keras has them: what it does not tell apart computes the same.
  const asKeras = (spec: LayerSpec): unknown => [kerasClassOf(spec), kerasConfigOf(spec)];
  const specs = parts.flatMap(({ layers }) => layers.map((layer) => asKeras(tfjsSpecOf(layer))));
  return (
    first !== undefined &&
    sameShape(first.inputShape, chain.inputShape) &&
    sameSpec(
      specs,
      chain.parts.flat().map(({ spec }) => asKeras(spec)),
    )
  );
};

const readRest = (rest: JsonObject, name: string, shape: Shape, file: string): Float32Array => {
  const text = Object.hasOwn(rest, name) ? rest[name] : undefined;
  const bytes = typeof text === 'string' ? decodeBase64(text) : null;
  const expected = elementCount(shape) * Float32Array.BYTES_PER_ELEMENT;
  if (bytes?.length === expected) return new Float32Array(bytes.buffer);
  throw inputError(bytes === null ? 'missing-weights' : 'weights-mismatch', {
    at: { file, subject: `userDefinedMetadata.${RECORD}.rest` },
    expected: `${expected} bytes as base64 for "${name}"`,
    got: `${bytes?.length ?? 'none'}`,
    hint: 'export the model again',
  });
};

/** The values of a layer of the recorded network, from the layer in its place. */
const readLayer = (
  layer: ResolvedLayer,
  part: PartName,
  source: ImportedLayer,
  rest: JsonObject,
  file: string,
): [string, Float32Array][] =>
  layer.parameters.map(({ name: parameter, shape }) => {
    const role = parameter.slice(`${part}/${layer.name}/`.length);
    const own = tfjsRoleOf(layer, role);
    return [parameter, own.includes('/') ? readRest(rest, parameter, shape, file) : source.values(own, shape)];
  });

/** The recorded network with the values of the model's layers. */
const readRecorded = (
  { network, rest }: RecordedModel,
  sources: readonly ImportedLayer[],
  file: string,
  notes: readonly string[],
): ImportedModel => {
  const targets = network.parts.flatMap((part) => part.layers.map((layer) => ({ part: part.name, layer })));
  const weights = new Map(targets.flatMap(({ part, layer }, i) => readLayer(layer, part, sources[i], rest, file)));
  return finishModel({ format: 'tfjs', network, weights, notes });
};

/** A recorded network whose layers branch: its values are told by their names, as they were written. */
const readGraph = ({ network, rest }: RecordedModel, stored: readonly StoredWeight[], file: string): ImportedModel => {
  const arrays = new Map(namedArrays(stored, file).map(({ name, array }) => [name, array]));
  const notes: string[] = [];
  const weights = new Map(
    network.parts.flatMap((part) =>
      part.layers.flatMap((layer) =>
        layer.parameters.map(({ name, shape }): [string, Float32Array] => {
          const role = tfjsRoleOf(layer, name.slice(`${part.name}/${layer.name}/`.length));
          if (role.includes('/')) return [name, readRest(rest, name, shape, file)];
          const array = arrays.get(`${layerName(layer, part)}/${role}`);
          if (array === undefined)
            throw inputError('missing-weights', {
              at: { file },
              expected: `the array "${layerName(layer, part)}/${role}"`,
              got: 'none',
              hint: 'export the model again',
            });
          return [name, readArray(array, shape, { file, subject: `"${name}"` }, notes)];
        }),
      ),
    ),
  );
  return finishModel({ format: 'tfjs', network, weights, notes });
};

/** The values of the file, in its order, as those of a network that the caller names, or of one of its parts. */
const readOnto = (spec: NetworkSpec, stored: readonly StoredWeight[], file: string): ImportedModel => {
  const arrays = arraysInOrder(stored, file);
  const whole = resolveNetwork(spec);
  const candidates = [whole, ...whole.parts.map(({ name }) => onlyParts(whole, [name]))];
  const network = candidates.find(
    ({ parameters }) =>
      parameters.length === arrays.length && parameters.every(({ shape }, i) => sameShape(shape, arrays[i].dims)),
  );
  if (network === undefined) {
    const list = arrays.slice(0, 6).map(({ path, dims }) => `${path} [${dims.join(', ')}]`);
    throw inputError('other-network', {
      at: { file },
      expected: `the arrays of "${spec.id}" or of one of its parts`,
      got: `${arrays.length}: ${list.join(', ')}`,
      hint: "name another network, or none to take the file's own",
    });
  }
  const notes: string[] = [];
  const weights = new Map(
    network.parameters.map(({ name, shape }, i) => [
      name,
      readArray(arrays[i], shape, { file, subject: `"${name}"` }, notes),
    ]),
  );
  return finishModel({ format: 'tfjs', network, weights, notes });
};

/** The converter writes what a Keras file says around its config; TensorFlow.js the config itself. */
const configOf = (topology: unknown): unknown =>
  isRecord(topology) && isRecord(topology.model_config) ? topology.model_config : topology;

/** Layers that are read as Keras computes them, where TensorFlow.js itself does not. */
const otherwise = ({ parts }: KerasChain): readonly string[] =>
  parts.flat().flatMap(({ name, spec }) => {
    const lacks = definitionOf(spec).tfjsLacks(spec);
    return lacks === null ? [] : [`layer "${name}" is read as Keras computes it: TensorFlow.js does not have ${lacks}`];
  });

/** The version of Keras that a converted model was saved by. */
const versionOf = (topology: unknown): string | null =>
  isRecord(topology) && typeof topology.keras_version === 'string' ? topology.keras_version : null;

const read = async (
  { file, model, shard }: TfjsFiles,
  { network: known, codeOutput, codeLayer }: ReadTfjsOptions,
): Promise<ImportedModel> => {
  const json = parseModelJson(model, file);
  const { modelTopology, weightsManifest, userDefinedMetadata } = json;
  if (isGraphModel(json)) {
    const graph = graphOfModel(json, await readWeights(weightsManifest, file, shard), file);
    return importGraph(graph, { format: 'tfjs', file, codeOutput });
  }
  const record = parseRecord(userDefinedMetadata, file);
  if (known !== undefined && !(record && sameArchitecture(record.network.spec, known)))
    return readOnto(known, await readWeights(weightsManifest, file, shard), file);
  if (known === undefined && record && !record.network.parts.every(isSequential))
    return readGraph(record, await readWeights(weightsManifest, file, shard), file);
  const tree = parseKerasTree(configOf(modelTopology), file);
  const stored = await readWeights(weightsManifest, file, shard);
  const found: string[] = [];
  const find = tfjsFinder(stored, tree.weightLayers, file, found);
  const layout = { isKeras1: false, isTheano: false };
  const version = versionOf(modelTopology);
  const chain = followKeras(tree, { file, codeOutput, codeLayer, version, layout, ...valuesFor(find) });
  const notes: string[] = [...chain.notes, ...otherwise(chain), ...found];
  const parts = chain.parts.map((layers) => withValues(layers, { file, find, notes }));
  if (record !== null && fits(record.network, chain)) {
    const { network } = record;
    const wanted = known
      ? onlyParts(
          resolveNetwork(known),
          network.parts.map(({ name }) => name),
        )
      : network;
    return readRecorded({ ...record, network: wanted }, parts.flat(), file, notes);
  }
  if (record !== null) notes.push('the network that it records has other layers than the model, and was left aside');
  return assembleModel({ ...chain, parts }, { format: 'tfjs', file, notes });
};

/**
 * Reads a model.
 *
 * The network is the recorded one where this project wrote the model and its layers are still the same; else one of the
 * zoo with such layers, else a new one named after the file.
 *
 * @throws LatentError (input) as `parseModelJson`, `readWeights`, `followKeras`, `assembleModel`; `weights-type`,
 *   `weights-mismatch`, `missing-weights`, `recorded-network`; `other-network` where `network` is given and the arrays
 *   are not its own.
 */
export const readTfjs = async (files: TfjsFiles, options: ReadTfjsOptions = {}): Promise<ImportedModel> => {
  try {
    return await read(files, options);
  } catch (error) {
    if (error instanceof LatentError) throw error;
    // JSON nested so deeply that the stack runs out, and the like: what the file does to us is the file's fault.
    throw inputError(
      'tfjs-model',
      {
        at: { subject: files.file },
        problem: 'it cannot be read',
        expected: 'a TensorFlow.js model',
        hint: 'fetch it again',
      },
      {
        cause: error,
      },
    );
  }
};
