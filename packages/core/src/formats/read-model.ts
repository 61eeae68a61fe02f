/**
 * Opens a model file of whatever format, told apart by content.
 *
 * In: the bytes of a file, and a way to ask for files beside it. Out: a network with its weights. Each format's reader
 * is loaded when a file needs it. A reader may run into a damaged file's trap for long: the entry points run it apart from
 * themselves and give it a time.
 */
import { inputError } from '../errors.ts';
import { isArchive, readArchive } from '../files/archive.ts';
import { type InputRange, type NetworkSpec, networkWithInputRange } from '../network/index.ts';
import type { CodeChoice } from './code-choice.ts';
import { fileKind } from './file-kind.ts';
import { isHdf5 } from './hdf5.ts';
import type { ImportedModel } from './imported-model.ts';
import { isSafetensors } from './safetensors.ts';
import type { TorchFile } from './torch/read.ts';
import type { OntoOptions } from './weights/onto-network.ts';

/** A model file, and how files beside it are had. */
export interface ModelFile {
  /** Its name, with or without folders: stands in messages, and names a network that the zoo does not know. */
  readonly file: string;
  /** Its content. */
  readonly bytes: Uint8Array;
  /** Bytes of a file beside it, by the relative path that the model states; null where there is none. */
  readonly beside?: (path: string) => Promise<Uint8Array | null>;
}

/** What is known of a model file before it is read. */
export interface ReadModelOptions extends CodeChoice {
  /** The network that the values are for; needed for weights alone that fit more than one, or none of the zoo. */
  readonly network?: NetworkSpec;
  /** Whether weights alone of dense layers may be given a network whose activations are guesses; not by default. */
  readonly guess?: boolean;
  /** What it takes for black and white, where they are not 0 and 1. */
  readonly inputRange?: InputRange;
}

/** As messages list it. */
export const MODEL_FORMATS =
  '.keras and .h5 of Keras 1 to 3 (a whole model, or weights alone), .json of a Keras architecture with its weights beside it, .onnx, model.json of TensorFlow.js with its weight files, .pt, .pth and .safetensors (weights alone, with a network)';

/** The file names that a chooser offers. */
export const MODEL_EXTENSIONS: readonly string[] = [
  '.keras',
  '.h5',
  '.hdf5',
  '.onnx',
  '.json',
  '.bin',
  '.pt',
  '.pth',
  '.ckpt',
  '.safetensors',
];

/** First byte of a pickle of protocol 2 and later. */
const PICKLE = 0x80;

/** Pickles in a row, as PyTorch wrote them before 1.6; other pickles are refused unread. */
const readPickled = async (bytes: Uint8Array, file: string, options: OntoOptions): Promise<ImportedModel> => {
  const { isOldTorch, readOldTorch } = await import('./torch/read.ts');
  if (isOldTorch(bytes)) return ontoTorch(file, readOldTorch(bytes, file), options);
  throw inputError('model-format', {
    at: { file },
    expected: 'a model file',
    got: 'a pickle of Python, which is a program and is not run',
    hint: 'save the weights with torch.save(model.state_dict(), FILE), or a Keras model as .keras',
  });
};

const BRACE = 0x7b;
const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** JSON begins with a brace, blanks and a byte order mark aside. */
const isJson = (bytes: Uint8Array): boolean => {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return bytes.subarray(start, start + 1000).find((byte) => !isBlank(byte)) === BRACE;
};

/** What is JSON; null where it is none, which its reader tells. */
const asJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
};

/** Archives of PyTorch have a file for each tensor. */
const MAX_ENTRIES = 20_000;

/** A zip is Keras' or PyTorch's. */
const readZip = async (bytes: Uint8Array, file: string, options: ReadModelOptions): Promise<ImportedModel> => {
  const { names } = await readArchive(bytes, file, {}, { maxEntries: MAX_ENTRIES });
  const { readTorchZip, torchFolder } = await import('./torch/read.ts');
  const folder = torchFolder(names);
  if (folder === null) return (await import('./keras/read.ts')).readKeras(bytes, { ...options, file });
  return ontoTorch(file, await readTorchZip(bytes, file, folder), options);
};

const ontoTorch = async (file: string, read: TorchFile, options: OntoOptions): Promise<ImportedModel> => {
  const { ontoNetwork } = await import('./weights/onto-network.ts');
  return ontoNetwork({ file, format: 'torch', ...read }, options);
};

const readAny = async (
  { file, bytes, beside = async () => null }: ModelFile,
  options: ReadModelOptions,
): Promise<ImportedModel> => {
  if (isArchive(bytes)) return readZip(bytes, file, options);
  if (isHdf5(bytes)) return (await import('./keras/read.ts')).readKerasH5(bytes, { ...options, file });
  // Before JSON and ONNX: a length may begin as either does.
  if (isSafetensors(bytes)) return (await import('./weights/safetensors.ts')).readSafetensors(bytes, file, options);
  if (bytes[0] === PICKLE) return readPickled(bytes, file, options);
  if (isJson(bytes)) {
    const { isArchitecture, weightsBeside } = await import('./keras/beside.ts');
    const json = asJson(bytes);
    if (isArchitecture(json)) {
      const { readKerasJson } = await import('./keras/read.ts');
      const { name, bytes: weights } = await weightsBeside(file, beside);
      return readKerasJson(json, weights, { ...options, file, weights: name });
    }
    const { readTfjs } = await import('./tfjs/read.ts');
    const shard = async (path: string): Promise<Uint8Array> => {
      const found = await beside(path);
      if (found) return found;
      throw inputError('missing-entry', {
        at: { file },
        expected: `the weight file "${path}" beside it`,
        got: 'none',
        hint: 'keep the files of a TensorFlow.js model together',
      });
    };
    return readTfjs({ file, model: bytes, shard }, options);
  }
  const kind = fileKind(bytes);
  if (kind !== null)
    throw inputError('model-format', { at: { file }, expected: 'a model file', got: kind.name, hint: kind.hint });
  // ONNX has no signature; its first field is the version of the format.
  if (bytes[0] === 0x08 || /\.onnx$/i.test(file))
    return (await import('./onnx/read.ts')).readOnnx(bytes, { ...options, file, beside });
  throw inputError('model-format', {
    at: { file },
    expected: 'a model file',
    got: `something else${bytes.length === 0 ? ' (it is empty)' : ''}`,
    hint: `Supported: ${MODEL_FORMATS}`,
  });
};

const withRange = (model: ImportedModel, { inputRange }: ReadModelOptions): ImportedModel =>
  inputRange === undefined ? model : { ...model, network: networkWithInputRange(model.network, inputRange) };

/**
 * Reads a model file.
 *
 * @throws LatentError (input) `model-format` for a file of no such format; `model-damaged` for one that no reader gets
 *   through; what the format's reader throws.
 */
export const readModel = async (model: ModelFile, options: ReadModelOptions = {}): Promise<ImportedModel> => {
  try {
    return withRange(await readAny(model, options), options);
  } catch (cause) {
    // Text nested without end, lengths without bounds, a trap of the HDF5 library.
    if (!(cause instanceof RangeError) && !(cause instanceof WebAssembly.RuntimeError)) throw cause;
    throw inputError(
      'model-damaged',
      {
        at: { file: model.file },
        problem: `the file leads its reader astray (${cause.message})`,
        expected: `a model`,
        hint: 'fetch it again',
      },
      { cause },
    );
  }
};
