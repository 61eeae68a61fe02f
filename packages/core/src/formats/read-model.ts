/**
 * Opens a model file of whatever format, told apart by content.
 *
 * In: the bytes of a file, and a way to ask for files beside it. Out: a network with its weights. Each format's reader
 * is loaded when a file needs it. A reader may run into a damaged file's trap for long: the entry points run it apart from
 * themselves and give it a time.
 */
import { inputError } from '../errors.ts';
import { isArchive } from '../files/archive.ts';
import type { NetworkSpec } from '../network/index.ts';
import { isHdf5 } from './hdf5.ts';
import type { ImportedModel } from './imported-model.ts';

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
export interface ReadModelOptions {
  /** The network that the values are for; needed for weights alone that fit more than one. */
  readonly network?: NetworkSpec;
  /** Name of the output, or of the layer, that is the code, where a file has several. */
  readonly codeOutput?: string;
}

/** As messages list it. */
export const MODEL_FORMATS =
  '.keras (Keras 2.12 and later), .h5 (a whole model, or weights of a network of the zoo), .onnx, model.json of TensorFlow.js with its weight files';

/** The file names that a chooser offers. */
export const MODEL_EXTENSIONS: readonly string[] = ['.keras', '.h5', '.hdf5', '.onnx', '.json', '.bin'];

const BRACE = 0x7b;
const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** JSON begins with a brace, blanks and a byte order mark aside. */
const isJson = (bytes: Uint8Array): boolean => {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return bytes.subarray(start, start + 1000).find((byte) => !isBlank(byte)) === BRACE;
};

const readAny = async (
  { file, bytes, beside = async () => null }: ModelFile,
  { network, codeOutput }: ReadModelOptions,
): Promise<ImportedModel> => {
  if (isArchive(bytes)) return (await import('./keras/read.ts')).readKeras(bytes, { file, network });
  if (isHdf5(bytes)) return (await import('./keras/read.ts')).readKerasH5(bytes, { file, network });
  if (isJson(bytes)) {
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
    return readTfjs({ file, model: bytes, shard }, { network, codeOutput });
  }
  // ONNX has no signature; its first field is the version of the format.
  if (bytes[0] === 0x08 || /\.onnx$/i.test(file))
    return (await import('./onnx/read.ts')).readOnnx(bytes, { file, beside, codeOutput });
  throw inputError('model-format', {
    at: { file },
    expected: 'a model file',
    got: `something else${bytes.length === 0 ? ' (it is empty)' : ''}`,
    hint: `Supported: ${MODEL_FORMATS}`,
  });
};

/**
 * Reads a model file.
 *
 * @throws LatentError (input) `model-format` for a file of no such format; `model-damaged` for one that no reader gets
 *   through; what the format's reader throws.
 */
export const readModel = async (model: ModelFile, options: ReadModelOptions = {}): Promise<ImportedModel> => {
  try {
    return await readAny(model, options);
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
