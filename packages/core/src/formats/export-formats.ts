/** The formats that networks are written in: what menus, options and help say of them. `write-format.ts` writes them. */

interface ExportFormatSource<Id extends string> {
  readonly id: Id;
  /** As a button has it. */
  readonly label: string;
  /** What comes of it, in a few words. */
  readonly short: string;
  /** The same for help texts. */
  readonly doc: string;
  /** Ending of a single file that may be asked for; null where there are always several. */
  readonly extension: string | null;
  /** Whether it is one file, wherever nothing else is asked for. */
  readonly isOneFile: boolean;
}

const defineFormat = <const Id extends string>(source: ExportFormatSource<Id>): ExportFormatSource<Id> => source;

/** In the order of menus and help. */
export const exportFormats = [
  defineFormat({
    id: 'keras',
    label: 'Keras',
    short: '.keras, for Keras 3 and 2.15',
    doc: 'one file, for Keras 3 and Keras 2.15; a variational encoder gives z_mean and its log-scale',
    extension: '.keras',
    isOneFile: true,
  }),
  defineFormat({
    id: 'onnx',
    label: 'ONNX',
    short: 'zip of encoder, decoder and both',
    doc: 'encoder.onnx, decoder.onnx, autoencoder.onnx or classifier.onnx; a path that ends in .onnx: the whole one alone',
    extension: '.onnx',
    isOneFile: false,
  }),
  defineFormat({
    id: 'tfjs',
    label: 'TensorFlow.js',
    short: 'zip of a LayersModel',
    doc: 'model.json and its weight files, a LayersModel',
    extension: null,
    isOneFile: false,
  }),
  defineFormat({
    id: 'safetensors',
    label: 'safetensors',
    short: 'the weights by the names of the layers',
    doc: 'one file, the weights alone by the names of the layers',
    extension: '.safetensors',
    isOneFile: true,
  }),
  defineFormat({
    id: 'pytorch-code',
    label: 'PyTorch code',
    short: 'zip of Python code and its weights',
    doc: 'a Python file that rebuilds the network in PyTorch and loads the weights, which lie beside it',
    extension: null,
    isOneFile: false,
  }),
  defineFormat({
    id: 'keras-code',
    label: 'Keras code',
    short: 'zip of Python code and its weights',
    doc: 'the same for Keras 3',
    extension: null,
    isOneFile: false,
  }),
] as const;

/** A format by its name. */
export type ExportFormatId = (typeof exportFormats)[number]['id'];

/** What is known of a format. */
export type ExportFormat = ExportFormatSource<ExportFormatId>;

/** The format of that name. */
export const exportFormatOf = (id: ExportFormatId): ExportFormat => {
  const known: readonly ExportFormat[] = exportFormats;
  return known.find((format) => format.id === id) ?? known[0];
};
