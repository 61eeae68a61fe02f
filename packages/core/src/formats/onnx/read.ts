/**
 * Reads ONNX files: those that this project writes, any of the four, and those of other programs.
 *
 * In: the bytes of a file and its name. Out: a network with its weights, or one of its parts. The graph of a file of ours
 * is not read: the network is the one that the file records, its weights are the initializers of its parameters. In the
 * graph of another program's file layers are looked for (`formats/graph`).
 */
import { fromBinary } from '@bufbuild/protobuf';
import { inputError, LatentError } from '../../errors.ts';
import type { PartName } from '../../layers/index.ts';
import { onlyParts, type ResolvedNetwork, resolveNetwork } from '../../network/index.ts';
import { PRODUCER } from '../../tensor/index.ts';
import { type ModelProto, ModelProtoSchema } from '../../tensor/onnx/onnx_pb.ts';
import { importGraph } from '../graph/import-graph.ts';
import { finishModel, type ImportedModel } from '../imported-model.ts';
import { type Beside, foreignGraph } from './foreign.ts';
import { initializerReader } from './initializers.ts';
import { parseRecordedNetwork } from './recorded-network.ts';

export interface ReadOnnxOptions {
  /** Name of the file, for messages. */
  readonly file: string;
  /** Of a file of another program: a file beside it that holds its values. */
  readonly beside?: Beside;
  /** Of a file of another program: name of the output that is the code, where there are several. */
  readonly codeOutput?: string;
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

const readOurs = (model: ModelProto, file: string): ImportedModel => {
  if (model.graph === undefined)
    throw inputError('onnx-damaged', { at: { file }, expected: 'a graph', got: 'none', hint: 'fetch it again' });
  const network = networkOf(model, file);
  const notes: string[] = [];
  const read = initializerReader(model.graph.initializer, file, notes);
  const weights = new Map(network.parameters.map(({ name, shape }) => [name, read(name, shape)]));
  return finishModel({ format: 'onnx', network, weights, notes });
};

/**
 * Reads a model out of `encoder.onnx`, `decoder.onnx`, `autoencoder.onnx` or `classifier.onnx`, or out of a file of another
 * program.
 *
 * @throws LatentError (input) `onnx-damaged`, `onnx-metadata`, `recorded-network` or what
 *   `parseNetworkSpec` throws for the recorded network, `missing-weights`, `weights-mismatch` (dimensions, length),
 *   `weights-type`, `external-data`; of another program's file also as `importGraph`.
 */
export const readOnnx = async (
  bytes: Uint8Array,
  { file, beside = async () => null, codeOutput }: ReadOnnxOptions,
): Promise<ImportedModel> => {
  const model = decode(bytes, file);
  try {
    if (model.producerName === PRODUCER) return readOurs(model, file);
    return importGraph(await foreignGraph(model, file, beside), { format: 'onnx', file, codeOutput });
  } catch (error) {
    if (error instanceof LatentError) throw error;
    throw inputError(
      'onnx-damaged',
      { at: { file }, problem: `it cannot be read`, expected: 'an ONNX model', hint: 'fetch it again' },
      { cause: error },
    );
  }
};
