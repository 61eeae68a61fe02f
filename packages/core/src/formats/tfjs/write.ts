/**
 * Writes TensorFlow.js LayersModels, for `tf.loadLayersModel`.
 *
 * In: a network and its weights. Out: `model.json` and its weight files; the same model gives the same bytes. The
 * architecture is a Keras config, a Sequential model for each part. TensorFlow.js has no layer for the code of a
 * variational encoder: its mean is written as the Dense layer `z_mean`, which is what inference takes; the head of the
 * log scale travels in the metadata, so that nothing is lost when the model is read back.
 * Source: https://github.com/tensorflow/tfjs/tree/master/tfjs-converter#format-conversion-details
 */
import { activationOf } from '../../activations/index.ts';
import { inputError, internalError } from '../../errors.ts';
import { encodeBase64 } from '../../files/base64.ts';
import { definitionOf, LABEL_INPUT, type LayerSpec, type StandIn } from '../../layers/index.ts';
import { type ResolvedLayer, type ResolvedPart, takesLabel } from '../../network/index.ts';
import type { Weights } from '../../runtime/index.ts';
import type { Shape } from '../../tensor/index.ts';
import { kerasClassOf, kerasConfigOf, kerasFault } from '../keras/classes.ts';
import { functionalConfig, inboundNodes, inputLayersOf, isSequential, wired } from '../keras/functional.ts';
import type { JsonObject } from '../keras/place.ts';
import type { ExportModel } from '../keras/write.ts';

/** The converter's own size: caches and proxies take files of it. */
const SHARD_BYTES = 4 * 2 ** 20;
export const MODEL_FILE = 'model.json';
/** Where this project's own record stands in `userDefinedMetadata`. */
export const RECORD = 'latent_plane';
/** The Keras whose configs TensorFlow.js 4 reads. */
const KERAS_VERSION = '2.15.0';

const standInOf = ({ spec, inputShape }: ResolvedLayer): StandIn | null => definitionOf(spec).standIn(spec, inputShape);

/** What TensorFlow.js has for a layer of ours. */
export const tfjsSpecOf = (layer: ResolvedLayer): LayerSpec => {
  const standIn = standInOf(layer);
  // A specification of another listed type, as its definition made it.
  return standIn === null ? layer.spec : (standIn.spec as LayerSpec);
};

/** TensorFlow.js finds weights by layer and role alone, so that no two layers of a model may share a name. */
export const layerName = (layer: ResolvedLayer, part: ResolvedPart): string =>
  standInOf(layer)?.head ?? `${part.name}_${layer.name}`;

/** The role of a weight in what TensorFlow.js has: of a stand-in the roles of its head alone, without the head. */
export const tfjsRoleOf = (layer: ResolvedLayer, role: string): string => {
  const head = standInOf(layer)?.head;
  return head !== undefined && role.startsWith(`${head}/`) ? role.slice(head.length + 1) : role;
};

/** What TensorFlow.js would compute otherwise than it is computed here, in a few words; null for nothing. */
export const tfjsLacks = (spec: LayerSpec): string | null => {
  const definition = definitionOf(spec);
  const used = definition.activation(spec);
  const known = used === null || activationOf(used).tfjs !== false;
  return definition.tfjsLacks(spec) ?? (known ? null : `the activation "${used}"`);
};

/** @throws LatentError (input) `unsupported-layer` for what TensorFlow.js lacks. */
const requireComputed = ({ spec, name }: ResolvedLayer, part: ResolvedPart): void => {
  const lacks = tfjsLacks(spec);
  const problem = lacks === null ? kerasFault(spec) : `TensorFlow.js does not have ${lacks}`;
  if (problem === null) return;
  throw inputError('unsupported-layer', {
    at: { part: part.name, layer: name },
    problem,
    hint: 'export the network as ONNX: --to onnx',
  });
};

const batched = (shape: Shape): readonly (number | null)[] => [null, ...shape];

const inputNode = (shape: Shape, name: string): JsonObject => ({
  class_name: 'InputLayer',
  config: { batch_input_shape: batched(shape), dtype: 'float32', sparse: false, name },
});

const layerNode = (layer: ResolvedLayer, part: ResolvedPart): JsonObject => {
  requireComputed(layer, part);
  const spec = tfjsSpecOf(layer);
  const config = { name: layerName(layer, part), trainable: !part.frozen, dtype: 'float32', ...kerasConfigOf(spec) };
  return { class_name: kerasClassOf(spec), config };
};

/**
 * TensorFlow.js drops a tensor once it was taken as often as there are layers that take it: one that a layer takes twice
 * would be gone before the others come.
 */
const passingOn = (name: string): JsonObject => ({
  class_name: 'Activation',
  config: { name, trainable: true, dtype: 'float32', activation: 'linear' },
});

const partConfig = (part: ResolvedPart): JsonObject => {
  const { name, layers } = part;
  if (isSequential(part)) {
    const input = inputNode(part.inputShape, `${name}_input`);
    return {
      class_name: 'Sequential',
      config: { name, layers: [input, ...layers.map((layer) => layerNode(layer, part))] },
    };
  }
  const nameOf = (layer: ResolvedLayer): string => layerName(layer, part);
  const nodes = wired(part, {
    nameOf,
    inputNode: (input) => inputNode(input.shape, input.name),
    layerNode: (layer) => layerNode(layer, part),
    repeatNode: passingOn,
  });
  const inputs = inputLayersOf(part).map((input) => input.name);
  return {
    class_name: 'Functional',
    config: functionalConfig(name, nodes, inputs, [nameOf(layers[layers.length - 1])]),
  };
};

/** Parts that take a label, one after another: a model of two inputs. */
const labelledConfig = (name: string, parts: readonly ResolvedPart[]): JsonObject => {
  const classes = parts.flatMap(inputLayersOf).find(({ source }) => source === LABEL_INPUT);
  // A model was called once before, on its own inputs.
  const callOf = (source: string): number => (parts.some((part) => part.name === source) ? 1 : 0);
  const layers = [
    { ...inputNode(parts[0].inputShape, 'image'), name: 'image', inbound_nodes: [] },
    { ...inputNode(classes?.shape ?? [], 'label'), name: 'label', inbound_nodes: [] },
    ...parts.map((part, i) => {
      const before = parts[i - 1]?.name ?? 'image';
      return {
        ...partConfig(part),
        name: part.name,
        inbound_nodes: inboundNodes(takesLabel(part) ? [before, 'label'] : [before], callOf),
      };
    }),
  ];
  const last = parts[parts.length - 1].name;
  return { class_name: 'Functional', config: functionalConfig(name, layers, ['image', 'label'], [last], callOf(last)) };
};

const topology = (parts: readonly ResolvedPart[], id: string): JsonObject => ({
  ...(parts.length === 1
    ? partConfig(parts[0])
    : parts.some(takesLabel)
      ? labelledConfig(id.replaceAll('-', '_'), parts)
      : { class_name: 'Sequential', config: { name: id.replaceAll('-', '_'), layers: parts.map(partConfig) } }),
  keras_version: KERAS_VERSION,
  backend: 'tensorflow',
});

interface Entry {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: 'float32';
}

interface Split {
  readonly entries: readonly Entry[];
  readonly values: readonly Float32Array[];
  /** Parameters that no layer of TensorFlow.js holds: the log-scale head. */
  readonly rest: Readonly<Record<string, string>>;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const splitWeights = (parts: readonly ResolvedPart[], weights: Weights): Split => {
  const entries: Entry[] = [];
  const values: Float32Array[] = [];
  const rest: [string, string][] = [];
  for (const part of parts) {
    for (const layer of part.layers) {
      for (const { name, shape } of layer.parameters) {
        const data = weights.get(name);
        if (data === undefined) throw internalError(`no weights for "${name}"`);
        const role = tfjsRoleOf(layer, name.slice(`${part.name}/${layer.name}/`.length));
        if (role.includes('/')) {
          rest.push([name, encodeBase64(bytesOf(data))]);
        } else {
          entries.push({ name: `${layerName(layer, part)}/${role}`, shape, dtype: 'float32' });
          values.push(data);
        }
      }
    }
  }
  return { entries, values, rest: Object.fromEntries(rest) };
};

const joined = (values: readonly Float32Array[]): Uint8Array => {
  const bytes = new Uint8Array(values.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const array of values) {
    bytes.set(bytesOf(array), at);
    at += array.byteLength;
  }
  return bytes;
};

const shardsOf = (bytes: Uint8Array): readonly (readonly [string, Uint8Array])[] => {
  const count = Math.ceil(bytes.length / SHARD_BYTES);
  return Array.from({ length: count }, (_, i) => [
    `group1-shard${i + 1}of${count}.bin`,
    bytes.slice(i * SHARD_BYTES, (i + 1) * SHARD_BYTES),
  ]);
};

/**
 * Writes a model.
 *
 * @param model - `metadata` stands in `userDefinedMetadata.latent_plane` beside `network`, `parts`, `spec` and `rest`
 *   (weights that TensorFlow.js has no layer for, as base64 of float32), which are ours.
 * @returns `model.json`, `group1-shard1of1.bin` or more of 4 MiB each.
 */
export const exportTfjs = ({ network, weights, metadata }: ExportModel): ReadonlyMap<string, Uint8Array> => {
  const { spec, parts } = network;
  const { entries, values, rest } = splitWeights(parts, weights);
  const shards = shardsOf(joined(values));
  const model = {
    format: 'layers-model',
    generatedBy: 'latent-plane',
    convertedBy: null,
    modelTopology: topology(parts, spec.id),
    weightsManifest: [{ paths: shards.map(([path]) => path), weights: entries }],
    userDefinedMetadata: {
      [RECORD]: {
        ...metadata,
        network: spec.id,
        parts: parts.map(({ name }) => name),
        spec: JSON.stringify(spec),
        rest,
      },
    },
  };
  return new Map([[MODEL_FILE, new TextEncoder().encode(JSON.stringify(model))], ...shards]);
};
