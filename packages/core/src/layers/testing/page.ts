/** The docs' page of layers and activations, made of their definitions. */
import { activationRegistry } from '../../activations/index.ts';
import { section, table } from '../../registry/testing/reference.ts';
import { definitionOf, type ListedLayer, layerDefinitions } from '../registry.ts';

/** Of what a layer gets where nothing else is said. */
const IMAGE = [2, 2, 2];

const code = (text: string): string => `\`${text}\``;

/** The arrays of a state dict that are a layer's; a layer without any has nothing to read there. */
const torchArrays = ({ hasWeights, torch, defaults }: ListedLayer): string => {
  if (!hasWeights) return '';
  const names = torch(defaults).flatMap(({ head, arrays }) =>
    Object.keys(arrays).map((name) => code(head === '' ? name : `${head}.${name}`)),
  );
  return names.length === 0 ? '-' : names.join(', ');
};

/** What stands for a layer in files of other programs. */
const filesRow = (layer: ListedLayer): string[] => {
  const [name, kerasNames, tfjsNames, limits] = kerasCells(layer);
  return [name, layer.inferenceOnly ? '-' : 'yes', kerasNames, tfjsNames, 'yes', torchArrays(layer), limits];
};

/** Type, Keras, TensorFlow.js, limits. */
const kerasCells = ({ type, keras, defaults, standIn, tfjsLacks }: ListedLayer): string[] => {
  if (keras === null) return [code(type), '-', '-', '-'];
  const { className, aliases = [], registered, limits = '' } = keras;
  const written = registered === undefined ? code(className) : code(`${registered}>${className}`);
  const names = [written, ...aliases.map(code)].join(', ');
  const instead = standIn(defaults, IMAGE);
  return [
    code(type),
    names,
    instead === null
      ? tfjsLacks(defaults) === null
        ? names
        : '-'
      : `${code(definitionOf(instead.spec).keras?.className ?? '-')}${instead.head === undefined ? '' : ` of its ${code(instead.head)}`}`,
    limits,
  ];
};

const activationRow = ({ id, doc, formula, source, keras }: (typeof activationRegistry.entries)[number]): string[] => [
  code(id),
  source === undefined ? doc : `${doc} Source: ${source}.`,
  code(formula),
  keras === null
    ? '-'
    : [
        ...[keras.name, ...(keras.aliases ?? [])].map(code),
        ...(keras.layer === undefined ? [] : [`layer ${code(keras.layer.className)}`]),
      ].join(', '),
];

/** The page in Markdown. */
export const layersPage = (): string =>
  [
    '# Layers and activations',
    'Made out of the definitions in `packages/core/src/layers` and `activations`, each a file of its own there.',
    '## Layers in files',
    'Read from and written to Keras (`.keras`, `.h5`) and TensorFlow.js. ONNX takes every layer; which nodes of ONNX files and ' +
      'GraphModels of other programs become layers stands in [formats.md](formats.md). Of PyTorch weights are read (`.pth`, ' +
      '`.safetensors`), by the names of the arrays here. A setting that is not ' +
      'computed here is refused by name; what only trains (regularisers, initialisers, constraints) is left aside. A layer ' +
      'that a program does not have is refused there, with what to take instead. `Activation`, and the layers in the table of ' +
      'activations, go into the layer before them.',
    table(['layer', 'trains', 'Keras', 'TensorFlow.js', 'ONNX', 'PyTorch', 'computed'], layerDefinitions.map(filesRow)),
    '## Activations',
    table(['activation', '', 'formula', 'Keras and TensorFlow.js'], activationRegistry.entries.map(activationRow)),
    '## Every layer',
    'Shapes are without the axis of the batch, channels last. A field is left out of a file where the table names what that ' +
      'means: a value, or, of one that may be absent altogether, what its sentence says. All others have to be said.',
    ...layerDefinitions.map(section),
  ].join('\n\n');
