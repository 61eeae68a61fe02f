/** What people have in place of a data file, named as what it is. */

interface WrongContent {
  /** `a Git LFS pointer`. */
  readonly what: string;
  /** What to do. */
  readonly hint: string;
  /** It is an archive that is read under another name. */
  readonly isArchive?: boolean;
}

const text = (head: Uint8Array): string => String.fromCharCode(...head.subarray(0, 300));

const KNOWN: readonly (WrongContent & { readonly is: (text: string) => boolean })[] = [
  {
    is: (text) => /^version https:\/\/git-lfs/.test(text),
    what: 'a Git LFS pointer, which stands for a file that was not fetched',
    hint: 'fetch the file itself: git lfs pull',
  },
  {
    is: (text) => /^\s*(<!doctype html|<html|<head)/i.test(text),
    what: 'an HTML page',
    hint: 'the address led to a page, not to the file: take the link of the file itself',
  },
  {
    is: (text) => /^\s*<\?xml|^\s*<Error>/i.test(text),
    what: 'an XML document',
    hint: 'the server may have answered with an error: fetch it again',
  },
  { is: (text) => text.startsWith('\x89HDF\r\n'), what: 'an HDF5 file', hint: 'save its arrays with numpy.savez' },
  {
    is: (text) => /^[2-5]/.test(`${text.charCodeAt(0) === 0x80 ? text.charCodeAt(1) : ''}`),
    what: 'a Python pickle',
    hint: 'save its arrays with numpy.savez; a pickle is a program and is not run',
  },
  {
    is: (text) => /^PAR1/.test(text),
    what: 'a Parquet file',
    hint: 'save its images as files in a folder for each class',
  },
  {
    is: (text) => /^Rar!|^7z\xbc\xaf|^BZh\d1AY|^\xfd7zXZ|^\x28\xb5\x2f\xfd/.test(text),
    what: 'an archive other than zip and tar, or a file packed otherwise than with gzip',
    hint: 'unpack it and name the folder',
  },
  {
    is: (text) => text.startsWith('ustar', 257),
    what: 'a tar archive',
    hint: 'give it a name that ends in .tar',
    isArchive: true,
  },
  { is: (text) => /^%PDF/.test(text), what: 'a PDF document', hint: 'save its pages as pictures' },
];

/** Files that programs keep models in, by name. */
export const isModelFile = (name: string): boolean =>
  /(^|\/)(saved_model\.pb|keras_metadata\.pb|model\.json|pytorch_model\.bin)$|\.(keras|h5|hdf5|onnx|pth?|ckpt|safetensors|tflite)$/i.test(
    name,
  );

/** What the bytes are, where they are something that is no data of ours; null otherwise. */
export const wrongContent = (head: Uint8Array): WrongContent | null => {
  const begin = text(head);
  return KNOWN.find(({ is }) => is(begin)) ?? null;
};
