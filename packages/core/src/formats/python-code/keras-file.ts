/** A network as a Python file for Keras 3, with its weights beside it. */
import { definitionOf } from '../../layers/index.ts';
import { isChain, type ResolvedLayer, type ResolvedNetwork, takesLabel } from '../../network/index.ts';
import { pythonCall, pythonValue } from '../../registry/index.ts';
import { kerasClassOf, kerasStatedOf } from '../keras/classes.ts';
import { endsOf, inputLayersOf, type WrittenPart } from '../keras/functional.ts';
import { writtenParts } from '../keras/heads.ts';
import { type ExportModel, requireKeras } from '../keras/write.ts';
import { exportSafetensors } from '../weights/write-safetensors.ts';
import { identifiersOf, moduleName } from './names.ts';
import { CLASS_NAMES, docstring, indented, labelClasses, mainClass, shapeText } from './source.ts';
import { joinPieces } from './torch-file.ts';
import { codeNames } from './torch-part.ts';
import { autoencoderDoc, codedLines, exampleInput, exampleLines, sampleFunction, shownNames } from './usage.ts';

/** The variable that holds what enters a part. */
const inputName = ({ name }: WrittenPart): string => (name === 'decoder' ? 'code' : 'image');

const made = ({ spec, name }: ResolvedLayer): string =>
  pythonCall(`layers.${kerasClassOf(spec)}`, [], { ...kerasStatedOf(spec), name });

/** `__init__` of a part: its layers, each called with what it takes. */
const initLines = (part: WrittenPart): readonly string[] => {
  const inputs = inputLayersOf(part).map(({ source, shape }) => ({
    source,
    variable: source === 'label' ? 'label' : inputName(part),
    // No layer of a network is called `input` or `label`.
    line: `keras.Input(${pythonValue(shape)}, name=${pythonValue(source)})`,
  }));
  const chain = isChain(part.layers) && part.heads === undefined;
  const names = identifiersOf(part.layers.map(({ name }) => name));
  const variables = new Map(inputs.map(({ source, variable }) => [source, variable]));
  const lines = part.layers.map((layer) => {
    const taken = layer.inputs.map((source) => variables.get(source) ?? source);
    const variable = chain ? 'x' : (names.get(layer.name) ?? layer.name);
    variables.set(layer.name, variable);
    const given = taken.length === 1 ? taken[0] : `[${taken.join(', ')}]`;
    return `${variable} = ${made(layer)}(${given})`;
  });
  const ends = endsOf(part).map(({ name }) => variables.get(name) ?? name);
  const listed = (all: readonly string[]): string => (all.length === 1 ? all[0] : `[${all.join(', ')}]`);
  const entering = listed(inputs.map(({ variable }) => variable));
  return [
    ...inputs.map(({ variable, line }) => `${variable} = ${line}`),
    ...lines,
    `super().__init__(${entering}, ${listed(ends)}, name="${part.name}")`,
  ];
};

const partLines = (part: WrittenPart, gives: string): readonly string[] => [
  `class ${CLASS_NAMES[part.name]}(keras.Model):`,
  ...indented([
    `"""${shapeText(part.inputShape)} to ${gives}."""`,
    '',
    'def __init__(self):',
    ...indented(initLines(part)),
  ]),
];

const autoencoder = (network: ResolvedNetwork): readonly string[] => {
  const { parts } = network;
  const [encoder, decoder] = parts;
  const labelled = parts.some(takesLabel);
  const image = labelled ? 'image' : 'inputs';
  const encoded = `self.encoder(${takesLabel(encoder) ? `[${image}, label]` : image}, training=training)`;
  const coded = codedLines(network, encoded, 'training');
  return [
    'class Autoencoder(keras.Model):',
    ...indented([
      autoencoderDoc(network),
      '',
      'def __init__(self):',
      ...indented(['super().__init__(name="autoencoder")', 'self.encoder = Encoder()', 'self.decoder = Decoder()']),
      '',
      'def call(self, inputs, training=False):',
      ...indented([
        ...(labelled ? ['image, label = inputs'] : []),
        ...coded,
        `return self.decoder(${takesLabel(decoder) ? '[z, label]' : 'z'}, training=training)`,
      ]),
    ]),
  ];
};

/** Where the values of a layer's variables are among the arrays of the file. */
const setLines = (parts: readonly WrittenPart[]): readonly string[] => {
  const layers = parts.flatMap((part) => part.layers).filter(({ parameters }) => parameters.length > 0);
  const isHeaded = layers.some(({ name }) => name.includes('.'));
  const path = `f"{part.name}/{layer.name}/"${isHeaded ? '.replace(".", "/")' : ''}`;
  const isShort = layers.some(({ spec }) => definitionOf(spec).keras?.shortNames === true);
  if (!isShort)
    return [`path = ${path}`, 'layer.set_weights([arrays[path + weight.name] for weight in layer.weights])'];
  return [
    `own = [name for name in arrays if name.startswith(${path})]`,
    '# The file says `depthwise_kernel` where Keras says `kernel`.',
    'names = [next(name for name in own if name.endswith(weight.name)) for weight in layer.weights]',
    'layer.set_weights([arrays[name] for name in names])',
  ];
};

const loadLines = (network: ResolvedNetwork, parts: readonly WrittenPart[], weightsFile: string): readonly string[] => [
  'def load(folder=Path(__file__).parent):',
  ...indented([
    '"""The network with its trained weights."""',
    `arrays = load_file(Path(folder) / "${weightsFile}")`,
    `model = ${mainClass(network)}()`,
    `for part in ${parts.length > 1 ? '(model.encoder, model.decoder)' : '(model,)'}:`,
    ...indented(['for layer in part.layers:', ...indented(setLines(parts))]),
    'return model',
  ]),
];

/** Keras takes several inputs as a list. */
const inLists = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replace(/\((\w+), label\)$/, '([$1, label])'));

const mainLines = (network: ResolvedNetwork): readonly string[] => {
  const classes = labelClasses(network);
  return [
    'if __name__ == "__main__":',
    ...indented([
      'model = load()',
      `${exampleInput(network)} = keras.random.uniform((4, ${network.parts[0].inputShape.join(', ')}))`,
      ...(classes === null ? [] : [`label = ops.one_hot(ops.zeros(4, dtype="int32"), ${classes})`]),
      ...inLists(exampleLines(network)),
      ...shownNames(network).map((name) => `print("${name}", tuple(${name}.shape))`),
    ]),
  ];
};

const kerasText = (network: ResolvedNetwork, module: string, weightsFile: string): string => {
  const parts = writtenParts(network.parts);
  const classes = parts.map((part, i) => {
    const shape = shapeText(part.outputShape);
    const heads = codeNames(network.parts[i]);
    return partLines(part, heads === null ? shape : `${heads.join(' and ')}, each ${shape}`);
  });
  const sampling = sampleFunction(network, 'ops.exp', 'keras.random.normal(ops.shape(z_mean))');
  const usesOps = sampling.length > 0 || labelClasses(network) !== null;
  const head = [
    ...docstring(network, {
      program: 'Keras 3',
      module,
      weightsFile,
      packages: 'keras safetensors, and tensorflow, torch or jax',
      example: inLists(exampleLines(network)),
      notes: [],
    }),
    '',
    'from pathlib import Path',
    '',
    'import keras',
    `from keras import layers${usesOps ? ', ops' : ''}`,
    'from safetensors.numpy import load_file',
  ];
  const whole = parts.length > 1 ? [autoencoder(network)] : [];
  const pieces = [head, ...sampling, ...classes, ...whole, loadLines(network, parts, weightsFile), mainLines(network)];
  return joinPieces(pieces);
};

/**
 * The files: code, and the weights by the names of the layers.
 *
 * @throws LatentError (input) `unsupported-layer` for a layer that Keras does not have.
 */
export const exportKerasCode = (model: ExportModel): ReadonlyMap<string, Uint8Array> => {
  const { network } = model;
  requireKeras(network.parts, true);
  const module = moduleName(network.spec.id, 'keras');
  const weightsFile = `${module}.safetensors`;
  return new Map([
    [`${module}.py`, new TextEncoder().encode(kerasText(network, module, weightsFile))],
    [weightsFile, exportSafetensors(model)],
  ]);
};
