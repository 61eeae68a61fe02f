/**
 * A network that weights of dense layers would fit.
 *
 * In: the arrays of a file. Out: a network whose layers have those shapes, or null where they are not a chain of dense
 * layers. What arrays do not tell is guessed: relu within, a linear code, a sigmoid at the end.
 */
import { dense, gaussianOf, type LayerSpec } from '../../layers/index.ts';
import { usualLoss } from '../../losses/index.ts';
import { baseName, idOf } from '../../network/file-names.ts';
import { type AutoencoderSpec, newRecipes } from '../../network/index.ts';
import { type ArrayGroup, groupArrays, type KernelLayout, partIn, type WeightsFile } from './named-arrays.ts';

/** A network, and its layers in a few words. */
export interface Suggestion {
  readonly spec: AutoencoderSpec;
  /** `64-12-4 (2 means and 2 log-variances), 2-12-64` */
  readonly words: string;
}

interface DenseShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly useBias: boolean;
}

const denseShape = ({ arrays }: ArrayGroup, layout: KernelLayout): DenseShape | null => {
  const kernel = arrays.get(layout === 'torch' ? 'weight' : 'kernel') ?? arrays.get('0');
  const bias = arrays.get('bias') ?? arrays.get('1');
  if (kernel?.dims.length !== 2 || arrays.size !== (bias === undefined ? 1 : 2)) return null;
  const [first, second] = kernel.dims;
  const [inputs, outputs] = layout === 'torch' ? [second, first] : [first, second];
  return bias === undefined || bias.dims.join() === String(outputs)
    ? { inputs, outputs, useBias: bias !== undefined }
    : null;
};

/** Where the encoder ends: the code, and how many layers of the file it takes. */
interface Cut {
  readonly at: number;
  readonly form: 'plain' | 'packed' | 'heads';
}

/** The layers before `at` hang together, and so do those after it. */
const isChain = (shapes: readonly DenseShape[]): boolean =>
  shapes.every(({ inputs }, i) => i === 0 || shapes[i - 1].outputs === inputs);

const cutOf = (shapes: readonly DenseShape[]): Cut | null => {
  const [{ inputs: pixels }] = shapes;
  if (shapes.at(-1)?.outputs !== pixels) return null;
  for (let at = 1; at < shapes.length; at++) {
    const [before, after] = [shapes.slice(0, at), shapes.slice(at)];
    if (!isChain(after)) continue;
    const code = after[0].inputs;
    if (isChain(before) && before[at - 1].outputs === 2 * code) return { at, form: 'packed' };
    const [mean, scale] = before.slice(-2);
    const isHeads = scale !== undefined && [mean, scale].every(({ outputs }) => outputs === code);
    if (isHeads && mean.inputs === scale.inputs && isChain(before.slice(0, -1))) return { at, form: 'heads' };
  }
  if (!isChain(shapes)) return null;
  const sizes = shapes.slice(0, -1).map(({ outputs }) => outputs);
  return { at: sizes.indexOf(Math.min(...sizes)) + 1, form: 'plain' };
};

const layersOf = (shapes: readonly DenseShape[], last: 'linear' | 'sigmoid'): LayerSpec[] =>
  shapes.map(({ outputs, useBias }, i) => ({
    ...dense(outputs, i === shapes.length - 1 ? last : 'relu'),
    ...(useBias ? {} : { useBias: false }),
  }));

const CODE = { parameterisation: 'log-variance', epsilonStd: 1 } as const;

const encoderOf = (shapes: readonly DenseShape[], { at, form }: Cut): LayerSpec[] => {
  const before = shapes.slice(0, at);
  if (form === 'plain') return layersOf(before, 'linear');
  if (form === 'packed') return [...layersOf(before, 'linear'), { type: 'sampling', ...CODE }];
  const within = before.slice(0, -2).map(({ outputs }) => dense(outputs, 'relu'));
  return [...within, { type: 'gaussian-sampling', units: before[at - 1].outputs, meanActivation: 'linear', ...CODE }];
};

const chainWords = (shapes: readonly DenseShape[]): string =>
  [shapes[0].inputs, ...shapes.map(({ outputs }) => outputs)].join('-');

const wordsOf = (shapes: readonly DenseShape[], { at, form }: Cut): string => {
  const [before, after] = [shapes.slice(0, at), shapes.slice(at)];
  const code = after[0].inputs;
  const halves = form === 'packed' ? ` (${code} means and ${code} log-variances)` : '';
  const heads = form === 'heads' ? ` and two heads of ${code}` : '';
  return `${chainWords(form === 'heads' ? before.slice(0, -2) : before)}${halves}${heads}, ${chainWords(after)}`;
};

/** Layers of the encoder first and those of the decoder last, where names tell: some files are in the order of the alphabet. */
const inPartOrder = (groups: readonly ArrayGroup[]): readonly ArrayGroup[] => {
  const rank = ({ path }: ArrayGroup): number => {
    const part = partIn(path);
    return part === 'encoder' ? 0 : part === 'decoder' ? 2 : 1;
  };
  return [...groups].sort((a, b) => rank(a) - rank(b));
};

/** Null where the file holds anything but a chain of dense layers that gives as many numbers as it takes. */
export const suggestNetwork = ({ file, arrays }: WeightsFile, layout: KernelLayout): Suggestion | null => {
  const shapes = inPartOrder(groupArrays(arrays)).map((group) => denseShape(group, layout));
  const known = shapes.flatMap((shape) => shape ?? []);
  if (known.length !== shapes.length || known.length < 2) return null;
  const cut = cutOf(known);
  if (cut === null || (cut.form === 'heads' && cut.at < 3)) return null;
  const encoder = encoderOf(known, cut);
  const spec: AutoencoderSpec = {
    kind: 'autoencoder',
    id: idOf(file),
    title: `Of the weights in ${baseName(file).slice(0, 100)}`,
    file: `imported/${idOf(file)}.keras`,
    inputShape: [known[0].inputs],
    encoder,
    decoder: layersOf(known.slice(cut.at), 'sigmoid'),
    loss: usualLoss(gaussianOf(encoder.at(-1))),
    recipes: newRecipes('Not on record: the weights came from a file. Ours throughout.'),
    published: null,
    record: 'The shapes are those of weights in a file; its activations are guesses.',
  };
  return { spec, words: wordsOf(known, cut) };
};
