/** A network as a Python file for PyTorch, with its weights beside it. */
import { inputError } from '../../errors.ts';
import { definitionOf } from '../../layers/index.ts';
import { type ResolvedNetwork, takesLabel } from '../../network/index.ts';
import type { ExportModel } from '../keras/write.ts';
import { encodeSafetensors } from '../safetensors.ts';
import { FLATTENED } from '../weights/named-arrays.ts';
import { moduleName } from './names.ts';
import { docstring, indented, labelClasses, mainClass } from './source.ts';
import { torchPart } from './torch-part.ts';
import { torchState } from './torch-weights.ts';
import { autoencoderDoc, codedLines, exampleInput, exampleLines, sampleFunction, shownNames } from './usage.ts';

/** @throws LatentError (input) `unsupported-layer` for the first layer that there is no code of. */
const requireCode = ({ parts }: ResolvedNetwork): void => {
  for (const part of parts)
    for (const { spec, name } of part.layers)
      if (definitionOf(spec).torchCode === null)
        throw inputError('unsupported-layer', {
          at: { part: part.name, layer: name },
          problem: `there is no PyTorch code of a layer that is "${spec.type}"`,
          hint: 'export the network as ONNX: --to onnx',
        });
};

const HELPERS = [
  {
    name: 'channels_first',
    lines: [
      'def channels_first(x):',
      ...indented(['"""[n, rows, columns, channels] to [n, channels, rows, columns]."""', 'return x.movedim(-1, 1)']),
    ],
  },
  {
    name: 'channels_last',
    lines: [
      'def channels_last(x):',
      ...indented(['"""[n, channels, rows, columns] to [n, rows, columns, channels]."""', 'return x.movedim(1, -1)']),
    ],
  },
] as const;

const autoencoder = (network: ResolvedNetwork): readonly string[] => {
  const { parts } = network;
  const [encoder, decoder] = parts;
  const labelled = parts.some(takesLabel);
  const encoded = `self.encoder(x${takesLabel(encoder) ? ', label' : ''})`;
  const decoded = `return self.decoder(z${takesLabel(decoder) ? ', label' : ''})`;
  const coded = codedLines(network, encoded, 'self.training');
  return [
    'class Autoencoder(nn.Module):',
    ...indented([
      autoencoderDoc(network),
      '',
      'def __init__(self):',
      ...indented(['super().__init__()', 'self.encoder = Encoder()', 'self.decoder = Decoder()']),
      '',
      `def forward(self, x${labelled ? ', label' : ''}):`,
      ...indented([...coded, decoded]),
    ]),
  ];
};

const loadLines = (network: ResolvedNetwork, weightsFile: string): readonly string[] => [
  'def load(folder=Path(__file__).parent):',
  ...indented([
    '"""The network with its trained weights, ready to run; `train()` makes it ready to train on."""',
    `model = ${mainClass(network)}()`,
    `model.load_state_dict(load_file(Path(folder) / "${weightsFile}"))`,
    'return model.eval()',
  ]),
];

const mainLines = (network: ResolvedNetwork): readonly string[] => {
  const classes = labelClasses(network);
  return [
    'if __name__ == "__main__":',
    ...indented([
      'model = load()',
      `${exampleInput(network)} = torch.rand(4, ${network.parts[0].inputShape.join(', ')})`,
      ...(classes === null ? [] : [`label = F.one_hot(torch.zeros(4, dtype=torch.long), ${classes}).float()`]),
      'with torch.no_grad():',
      ...indented(exampleLines(network)),
      ...shownNames(network).map((name) => `print("${name}", tuple(${name}.shape))`),
    ]),
  ];
};

/** Top-level pieces, two empty lines between them. */
export const joinPieces = (pieces: readonly (readonly string[])[]): string =>
  `${pieces.map((lines) => lines.join('\n')).join('\n\n\n')}\n`;

/** The text of the file. */
const torchText = (network: ResolvedNetwork, module: string, weightsFile: string): string => {
  const { parts } = network;
  const classes = parts.map(torchPart);
  const code = classes.flat().join('\n');
  const head = [
    ...docstring(network, {
      program: 'PyTorch',
      module,
      weightsFile,
      packages: 'torch safetensors',
      example: exampleLines(network),
      notes: ['Within, images have their channels first, as the modules of PyTorch do.'].filter(() =>
        code.includes('channels_first('),
      ),
    }),
    '',
    'from pathlib import Path',
    '',
    'import torch',
    'import torch.nn.functional as F',
    'from safetensors.torch import load_file',
    'from torch import nn',
  ];
  const helpers = HELPERS.filter(({ name }) => code.includes(`${name}(`)).map(({ lines }) => lines);
  const whole = parts.length > 1 ? [autoencoder(network)] : [];
  const pieces = [
    head,
    ...helpers,
    ...sampleFunction(network, 'torch.exp', 'torch.randn_like(z_mean)'),
    ...classes,
    ...whole,
  ];
  return joinPieces([...pieces, loadLines(network, weightsFile), mainLines(network)]);
};

/**
 * The files: code and weights, which Latent Plane reads again too.
 *
 * @throws LatentError (input) `unsupported-layer` for a layer that there is no code of.
 */
export const exportTorchCode = (model: ExportModel): ReadonlyMap<string, Uint8Array> => {
  const { network, metadata = {} } = model;
  requireCode(network);
  const module = moduleName(network.spec.id, 'pytorch');
  const weightsFile = `${module}.safetensors`;
  const weights = encodeSafetensors(torchState(model), {
    ...metadata,
    format: 'pt',
    network: network.spec.id,
    spec: JSON.stringify(network.spec),
    [FLATTENED.key]: FLATTENED.channelsLast,
  });
  return new Map([
    [`${module}.py`, new TextEncoder().encode(torchText(network, module, weightsFile))],
    [weightsFile, weights],
  ]);
};
