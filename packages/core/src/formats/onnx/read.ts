/**
 * Reads the ONNX files that this project writes, any of the four.
 *
 * In: the bytes of a file and its name. Out: a network with its weights, or one of its parts. The file's graph is not
 * run and not read: the network is the one that the file records, its weights are the initializers of its parameters.
 * ONNX files of other programs are refused: a graph of nodes does not say which layers it came from.
 */
import { fromBinary } from '@bufbuild/protobuf';
import { inputError, LatentError } from '../../errors.ts';
import type { PartName } from '../../layers/index.ts';
import { type ResolvedNetwork, resolveNetwork } from '../../network/index.ts';
import { PRODUCER } from '../../tensor/index.ts';
import { type ModelProto, ModelProtoSchema } from '../../tensor/onnx/onnx_pb.ts';
import { finishModel, type ImportedModel, onlyParts } from '../imported-model.ts';
import { initializerReader } from './initializers.ts';
import { parseRecordedNetwork } from './recorded-network.ts';

export interface ReadOnnxOptions {
  /** Name of the file, for messages. */
  readonly file: string;
}

const partsOf: Readonly<Record<string, readonly PartName[]>> = {
  encoder: ['encoder'],
  decoder: ['decoder'],
  autoencoder: ['encoder', 'decoder'],
  classifier: ['classifier'],
};

/** Any error of the decoder is a fault of the file: it runs on bytes that nobody vouches for. */
const decode = (bytes: Uint8Array, file: string): ModelProto => {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw inputError(
      'onnx-damaged',
      {
        at: { file },
        expected: `an ONNX model, its ${bytes.length} bytes cannot be decoded`,
        hint: 'it is cut short or damaged, fetch it again',
      },
      { cause },
    );
  }
};

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);

const requireOurs = ({ producerName, producerVersion, graph }: ModelProto, file: string): void => {
  if (producerName !== PRODUCER) {
    const version = producerVersion === '' ? '' : ` ${shown(producerVersion)}`;
    const producer = producerName === '' ? 'one that names no producer' : `one of ${shown(producerName)}${version}`;
    throw inputError('onnx-foreign', {
      at: { file },
      expected: `an ONNX file of ${PRODUCER}`,
      got: producer,
      hint: 'nodes do not tell which layers they came from: export it from Keras as .keras instead',
    });
  }
  if (graph === undefined)
    throw inputError('onnx-damaged', { at: { file }, expected: 'a graph', got: 'none', hint: 'fetch it again' });
};

/** The one value of a metadata property. */
const property = ({ metadataProps }: ModelProto, key: string, file: string): string => {
  const values = metadataProps.filter((entry) => entry.key === key).map(({ value }) => value);
  if (values.length === 1) return values[0];
  throw inputError('onnx-metadata', {
    at: { file },
    expected: `one metadata property "${key}"`,
    got: `${values.length}`,
    hint: 'export the model again',
  });
};

const networkOf = (model: ModelProto, file: string): ResolvedNetwork => {
  const part = property(model, 'part', file);
  const names = Object.hasOwn(partsOf, part) ? partsOf[part] : [];
  const network = resolveNetwork(parseRecordedNetwork(property(model, 'spec', file), file));
  const held = network.parts.map(({ name }) => name);
  if (names.length === 0 || !names.every((name) => held.includes(name))) {
    throw inputError('onnx-metadata', {
      at: { file, subject: `metadata property "part"` },
      expected: held.length === 1 ? held[0] : 'encoder, decoder or autoencoder',
      got: shown(part),
      hint: 'export the model again',
    });
  }
  return onlyParts(network, names);
};

/**
 * Reads a model out of `encoder.onnx`, `decoder.onnx`, `autoencoder.onnx` or `classifier.onnx`.
 *
 * @throws LatentError (input) `onnx-damaged`, `onnx-foreign`, `onnx-metadata`, `recorded-network` or what
 *   `parseNetworkSpec` throws for the recorded network, `missing-weights`, `weights-mismatch` (dimensions, length),
 *   `weights-type`, `external-data`.
 */
export const readOnnx = (bytes: Uint8Array, { file }: ReadOnnxOptions): ImportedModel => {
  const model = decode(bytes, file);
  requireOurs(model, file);
  try {
    const network = networkOf(model, file);
    const notes: string[] = [];
    const read = initializerReader(model.graph?.initializer ?? [], file, notes);
    const weights = new Map(network.parameters.map(({ name, shape }) => [name, read(name, shape)]));
    return finishModel({ format: 'onnx', network, weights, notes });
  } catch (error) {
    if (error instanceof LatentError) throw error;
    throw inputError(
      'onnx-damaged',
      { at: { file }, problem: `it cannot be read`, expected: `an ONNX model of ${PRODUCER}`, hint: 'fetch it again' },
      {
        cause: error,
      },
    );
  }
};
