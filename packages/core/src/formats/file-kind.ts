/**
 * What a file really is, by its first bytes, where it is no model that is read.
 *
 * In: bytes. Out: a name for it and a step that exists.
 */

interface Kind {
  readonly is: (bytes: Uint8Array, text: string) => boolean;
  readonly name: string;
  readonly hint: string;
}

const begins = (bytes: Uint8Array, ...start: readonly number[]): boolean => start.every((byte, i) => bytes[i] === byte);

/** The first that fits. */
const KINDS: readonly Kind[] = [
  {
    is: (_, text) => text.startsWith('version https://git-lfs'),
    name: 'a pointer of Git LFS, not the file itself',
    hint: 'fetch the file: git lfs pull, or the Download link of its page',
  },
  {
    is: (_, text) => /^\s*(<!doctype html|<html|<head)/i.test(text),
    name: 'a page of the web (HTML)',
    hint: 'fetch the file itself: the Raw or Download link of the page',
  },
  {
    is: (_, text) => /^\s*<\?xml/i.test(text),
    name: 'XML',
    hint: 'fetch the file itself: the Download link of the page',
  },
  {
    is: (bytes) => begins(bytes, 0x80, 2, 0x8a) || begins(bytes, 0x80, 2, 0x7d) || begins(bytes, 0x80, 2, 0x63),
    name: 'a checkpoint of PyTorch, or another pickle',
    hint: 'name the network that its weights are of: npx latent import FILE --network ID --out DIR',
  },
  {
    is: (bytes) => bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5,
    name: 'a pickle of Python, which holds code and is not read',
    hint: 'save the model as .keras or .onnx in Python',
  },
  {
    is: (bytes) => begins(bytes, 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59),
    name: 'an array of NumPy',
    hint: 'images go to --dataset, codes to latent decode; a model is a .keras, .h5 or .onnx file',
  },
  {
    is: (bytes) => begins(bytes, 0x1f, 0x8b),
    name: 'a gzip archive',
    hint: 'unpack it: gunzip FILE, or tar xzf FILE',
  },
  {
    is: (_, text) => /saved_model|saver|\bserve\b|VarHandleOp|StatefulPartitionedCall/.test(text),
    name: 'a SavedModel of TensorFlow',
    hint: 'save it as .keras in Python (model.save("model.keras")), or convert its folder: python -m tf2onnx.convert --saved-model DIR --output model.onnx',
  },
  {
    is: (bytes) =>
      begins(bytes, 0x1c, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33) || begins(bytes.subarray(4), 0x54, 0x46, 0x4c, 0x33),
    name: 'a model of TensorFlow Lite',
    hint: 'take the Keras model that it was converted from, or convert it to ONNX: python -m tf2onnx.convert --tflite FILE --output model.onnx',
  },
  {
    is: (bytes) => bytes[7] === 0 && bytes[8] === 0x7b,
    name: 'weights as safetensors, without a network',
    hint: 'name the network that they are of: npx latent import FILE --network ID --out DIR',
  },
];

/** How much of a file is looked at. */
const HEAD = 65_536;

/** What a file is, and what to do with it; null where nothing is known of it. */
export const fileKind = (bytes: Uint8Array): { readonly name: string; readonly hint: string } | null => {
  const head = bytes.subarray(0, HEAD);
  const text = new TextDecoder('latin1').decode(head);
  return KINDS.find(({ is }) => is(head, text)) ?? null;
};
