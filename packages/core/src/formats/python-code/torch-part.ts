/**
 * A part of a network as a class of PyTorch.
 *
 * In: a resolved part. Out: the lines of its class. Most modules of PyTorch take images with their channels first: between
 * layers an image lies as the layer before left it, and is turned where the next one wants it otherwise.
 */
import { activationOf } from '../../activations/index.ts';
import { type ChannelPlace, definitionOf, LABEL_INPUT, PART_INPUT, type TorchCodeContext } from '../../layers/index.ts';
import { isChain, type ResolvedLayer, type ResolvedPart, takesLabel } from '../../network/index.ts';
import type { Shape } from '../../tensor/index.ts';
import { identifiersOf } from './names.ts';
import { CLASS_NAMES, indented, shapeText } from './source.ts';

/** Attributes of the layers' modules by the name of layer and head: `dense`, `sampling/z_mean`. */
export type ModuleNames = ReadonlyMap<string, string>;

export const headPath = (layer: string, head: string): string => (head === '' ? layer : `${layer}/${head}`);

/** The code of a layer; the network was checked to have it. */
const codeOf = ({ spec }: ResolvedLayer) => {
  const { torchCode } = definitionOf(spec);
  if (torchCode === null) throw new Error(`no code of "${spec.type}"`);
  return torchCode;
};

const modulesOf = (layer: ResolvedLayer): Readonly<Record<string, string>> =>
  codeOf(layer).modules?.(layer.spec, layer.inputShape, layer.outputShape) ?? {};

/** Names of Python of the layers of a part, and of their modules. */
export const moduleNames = ({ layers }: ResolvedPart): ModuleNames =>
  identifiersOf(
    layers.flatMap((layer) => [layer.name, ...Object.keys(modulesOf(layer)).map((head) => headPath(layer.name, head))]),
  );

/** A tensor in the code. */
interface Value {
  readonly name: string;
  readonly shape: Shape;
  readonly channels: ChannelPlace;
}

const TURN = { first: 'channels_first', last: 'channels_last' } as const;

/** Only what has more than one axis beside the batch can be turned. */
const turned = ({ name, shape, channels }: Value, to: ChannelPlace): string =>
  shape.length < 2 || channels === to ? name : `${TURN[to]}(${name})`;

/** As the code has it: with the batch. */
const laidOut = (shape: Shape, channels: ChannelPlace): Shape => {
  const last = shape[shape.length - 1];
  return channels === 'first' && shape.length > 1 ? [last, ...shape.slice(0, -1)] : shape;
};

const axisOf = (shape: Shape, channels: ChannelPlace): string =>
  channels === 'first' && shape.length > 1 ? '1' : '-1';

interface LayerLine {
  readonly output: string | readonly [string, string];
  readonly channels: ChannelPlace;
}

const lineOf = (layer: ResolvedLayer, inputs: readonly Value[], names: ModuleNames): LayerLine => {
  const code = codeOf(layer);
  const { spec, inputShape, outputShape } = layer;
  const channels = code.channels?.(spec) ?? inputs[0].channels;
  const taken = inputs.map((input) => turned(input, channels));
  const axis = axisOf(inputShape, channels);
  const context: TorchCodeContext = {
    x: taken[0],
    inputs: taken,
    inputShape,
    outputShape,
    axis,
    module: (head = '') => `self.${names.get(headPath(layer.name, head)) ?? head}`,
    activate: (activation, x) => activationOf(activation).torchCode(x, axis),
  };
  return { output: code.output(spec, context), channels };
};

/** Names of the two outputs of a Gaussian code. */
export const codeNames = ({ layers }: ResolvedPart): readonly [mean: string, scale: string] | null => {
  const last = layers[layers.length - 1];
  const parameterisation = definitionOf(last.spec).gaussian(last.spec);
  if (parameterisation === null) return null;
  return ['z_mean', parameterisation === 'log-sigma' ? 'z_log_sigma' : 'z_log_var'];
};

/** The lines of `forward`. */
const forwardLines = (part: ResolvedPart, names: ModuleNames): readonly string[] => {
  const chain = isChain(part.layers);
  const values = new Map<string, Value>();
  values.set(PART_INPUT, { name: 'x', shape: part.inputShape, channels: 'last' });
  const lines: string[] = [];
  const heads = codeNames(part);
  part.layers.forEach((layer, index) => {
    const { outputShape, inputShapes } = layer;
    const inputs = layer.inputs.map((source, i): Value => {
      const value = values.get(source);
      return value ?? { name: LABEL_INPUT, shape: inputShapes[i], channels: 'last' };
    });
    const { output, channels } = lineOf(layer, inputs, names);
    const isLast = index === part.layers.length - 1;
    if (typeof output !== 'string' && heads !== null) {
      const both = output.map((name) => turned({ name, shape: outputShape, channels }, 'last'));
      lines.push(`return ${both.join(', ')}`);
      return;
    }
    const name = chain ? 'x' : (names.get(layer.name) ?? layer.name);
    const text = String(output);
    const value = { name, shape: outputShape, channels };
    values.set(layer.name, value);
    const comment = `  # ${shapeText(laidOut(outputShape, channels))}`;
    if (text !== name) lines.push(`${name} = ${text}${comment}`);
    if (isLast) lines.push(`return ${turned(value, 'last')}`);
  });
  return lines;
};

const initLines = (part: ResolvedPart, names: ModuleNames): readonly string[] =>
  part.layers.flatMap((layer) =>
    Object.entries(modulesOf(layer)).map(
      ([head, made]) => `self.${names.get(headPath(layer.name, head)) ?? head} = ${made}`,
    ),
  );

/** The class of a part. */
export const torchPart = (part: ResolvedPart): readonly string[] => {
  const names = moduleNames(part);
  const heads = codeNames(part);
  const gives =
    heads === null ? shapeText(part.outputShape) : `${heads.join(' and ')}, each ${shapeText(part.outputShape)}`;
  return [
    `class ${CLASS_NAMES[part.name]}(nn.Module):`,
    ...indented([
      `"""${shapeText(part.inputShape)} to ${gives}."""`,
      '',
      'def __init__(self):',
      ...indented(['super().__init__()', ...initLines(part, names)]),
      '',
      `def forward(self, x${takesLabel(part) ? ', label' : ''}):`,
      ...indented(forwardLines(part, names)),
    ]),
  ];
};
