/**
 * A network out of a graph of nodes: of the layers that it consists of, else one that runs the graph as it is.
 *
 * In: a graph. Out: a network with its weights. Where channels lie, which output is the code, and where a whole autoencoder
 * is cut in two is found out here; what a node computes, in `lift.ts`.
 */
import { inputError } from '../../errors.ts';
import { LABEL_INPUT, PART_INPUT } from '../../layers/index.ts';
import { nameLayers } from '../../network/index.ts';
import { MAX_LAYERS } from '../../network/json.ts';
import { elementCount, type Shape } from '../../tensor/index.ts';
import type { AssembleOptions, ImportedLayer } from '../imported-layer.ts';
import { assembleModel, type ImportedModel } from '../imported-model.ts';
import { measured, partsAsIs, withoutNoise } from './as-is.ts';
import { type ChosenOutputs, chooseOutputs, type SizedOutput } from './choose-outputs.ts';
import type { Drafts, LayerDraft } from './drafts.ts';
import { type Entry, entryOf, refuseDomains, withLabelLast } from './entry.ts';
import { fuse } from './fuse.ts';
import { type ScaleHead, scaleOfName, scaleOfNoise, withSampling } from './gaussian.ts';
import { type Lifted, lift } from './lift.ts';
import { type ForeignGraph, type GraphPort, graphError, NotLayers, notLayers } from './model.ts';
import { simplify } from './simplify.ts';
import { dimsOf, isLastAxis, settleImage, settlePlain, type View } from './view.ts';

export interface ImportGraphOptions extends Omit<AssembleOptions, 'notes'> {
  /** Name of the output that is to be the code, where there are several. */
  readonly codeOutput?: string;
  readonly notes?: readonly string[];
}

const sizeOfPort = ({ dims }: GraphPort): number | null => {
  const rest = dims.slice(1).flatMap((dim) => dim ?? []);
  return rest.length === dims.length - 1 ? elementCount(rest) : null;
};

/** Sizes that the file states, else those that follow from its nodes. */
const sizedOutputs = (graph: ForeignGraph, entry: Entry, file: string): SizedOutput[] =>
  graph.outputs.map((port) => {
    const { name } = port;
    const stated = sizeOfPort(port);
    if (stated !== null) return { name, size: stated };
    try {
      const view = lift(graph, [name], entry.views, file).values.get(name);
      return { name, size: view === undefined ? null : elementCount(dimsOf(view)) };
    } catch (error) {
      if (!(error instanceof NotLayers)) throw error;
      const dims = measured(graph, entry).sizes(name);
      return { name, size: dims === null ? null : elementCount(dims) };
    }
  });

const MAX_CHANNELS = 4;

/** An output as layers have it: channels last, as its sizes tell, else as the layer has it that gives it. */
const settled = (view: View, drafts: Drafts): View => {
  const dims = dimsOf(view);
  if (dims.length !== 3) return settlePlain(view, drafts);
  const [first, last] = [dims[0] <= MAX_CHANNELS, dims[2] <= MAX_CHANNELS];
  const isFirst = isLastAxis(view, 0) || (isLastAxis(view, 2) ? first && !last : first);
  return isFirst ? settleImage(view, drafts) : settlePlain(view, drafts);
};

const ancestors = (layers: readonly LayerDraft[], ids: readonly string[]): Set<string> => {
  const found = new Set(ids);
  for (const { id, inputs } of [...layers].reverse()) if (found.has(id)) for (const input of inputs) found.add(input);
  return found;
};

/** What comes before a layer and what comes after it; null where something goes round it. */
const cutBehind = (
  layers: readonly LayerDraft[],
  ids: readonly string[],
): readonly [LayerDraft[], LayerDraft[]] | null => {
  const before = ancestors(layers, ids);
  const [first] = ids;
  const encoder = layers.filter(({ id }) => before.has(id));
  const decoder = layers.filter(({ id }) => !before.has(id));
  const own = new Set([first, LABEL_INPUT, ...decoder.map(({ id }) => id)]);
  return decoder.length > 0 && decoder.every(({ inputs }) => inputs.every((input) => own.has(input)))
    ? [encoder, decoder]
    : null;
};

/** Behind the narrowest layer that all values pass, and the activation behind it. */
const narrowestCut = (layers: readonly LayerDraft[], inputShape: Shape): string | null => {
  const inside = elementCount(inputShape);
  let best: LayerDraft | null = null;
  for (const layer of layers) {
    const size = elementCount(layer.shape);
    if (size >= inside || cutBehind(layers, [layer.id]) === null) continue;
    const follows =
      best !== null && size === elementCount(best.shape) && layer.inputs.includes(best.id) && layer.weights.size === 0;
    if (best === null || size < elementCount(best.shape) || follows) best = layer;
  }
  return best?.id ?? null;
};

/** Layers as a reader hands them on: a chain, or named ones. `from` is what stands for the part's input. */
const importedLayers = (layers: readonly LayerDraft[], from: string): ImportedLayer[] => {
  const names = nameLayers(layers.map(({ spec }) => spec));
  const nameOf = new Map([
    [from, PART_INPUT],
    [LABEL_INPUT, LABEL_INPUT],
    ...layers.map(({ id }, i) => [id, names[i]] as const),
  ]);
  const inputsOf = ({ inputs }: LayerDraft): string[] => inputs.map((id) => nameOf.get(id) ?? PART_INPUT);
  const isChain = layers.every((layer, i) => inputsOf(layer).join() === (names[i - 1] ?? PART_INPUT));
  return layers.map((layer, i) => ({
    name: names[i],
    spec: isChain ? layer.spec : { ...layer.spec, name: names[i], inputs: inputsOf(layer) },
    values: (role) => {
      const values = layer.weights.get(role);
      if (values !== undefined) return values;
      throw inputError('missing-weights', { at: { layer: names[i] }, expected: `the array "${role}"`, got: 'none' });
    },
  }));
};

const SAMPLED = 'its graph draws random numbers around the mean; the code of an image is the mean';

interface Found {
  readonly layers: readonly LayerDraft[];
  readonly code: string | null;
  readonly scale: ScaleHead | null;
  readonly isSampled: boolean;
}

const scaleHeadOf = (lifted: Lifted, { scale }: ChosenOutputs): ScaleHead | null => {
  const { drafts, sampled, values } = lifted;
  const [noise] = sampled;
  const byNoise = noise ? scaleOfNoise(noise, drafts) : null;
  const named = scale === null ? undefined : values.get(scale);
  return byNoise ?? (named && scale !== null ? scaleOfName(scale, settledScale(named, drafts)) : null);
};

const settledScale = (view: View, drafts: Drafts): string => settled(view, drafts).of;

const found = (graph: ForeignGraph, chosen: ChosenOutputs, entry: Entry, file: string): Found => {
  const names = [chosen.code, chosen.picture, chosen.scale].flatMap((name) => name ?? []);
  const lifted = lift(graph, names, entry.views, file);
  const { drafts, values, sampled } = lifted;
  const idOf = (name: string | null): string | null => {
    const view = name === null ? undefined : values.get(name);
    return view === undefined ? null : settled(view, drafts).of;
  };
  const [noise] = sampled;
  const picture = idOf(chosen.picture);
  const code = idOf(chosen.code) ?? (noise && picture !== null ? settled(noise.mean, drafts).of : null);
  const scale = scaleHeadOf(lifted, chosen);
  const wanted = [code, picture, scale?.id ?? null].flatMap((id) => id ?? []);
  const { list, now } = simplify(drafts.list, wanted, entry.shape);
  return {
    layers: list,
    code: code === null ? null : now(code),
    scale: scale && { ...scale, id: now(scale.id) },
    isSampled: sampled.length > 0,
  };
};

const encoderOf = (layers: readonly LayerDraft[], code: string, scale: ScaleHead | null): readonly LayerDraft[] => {
  const own = ancestors(layers, scale ? [code, scale.id] : [code]);
  const list = layers.filter(({ id }) => own.has(id));
  const sampling = scale && withSampling(list, code, scale);
  const alone = ancestors(layers, [code]);
  return sampling ?? layers.filter(({ id }) => alone.has(id));
};

/** Parts, and what stands for the input of each. */
const partsOf = ({ layers, code, scale }: Found, chosen: ChosenOutputs, entry: Entry): ImportedLayer[][] => {
  if (chosen.picture === null) return [importedLayers(encoderOf(layers, code ?? '', scale), PART_INPUT)];
  const isWhole =
    layers.at(-1)?.shape !== undefined && elementCount(layers[layers.length - 1].shape) === elementCount(entry.shape);
  if (!isWhole && code === null) return [importedLayers(layers, PART_INPUT)];
  const cut = code ?? narrowestCut(layers, entry.shape);
  const halves = cut === null ? null : (cutBehind(layers, scale ? [cut, scale.id] : [cut]) ?? cutBehind(layers, [cut]));
  if (cut === null || halves === null) throw notLayers('a whole autoencoder without a narrow layer between two others');
  return [importedLayers(encoderOf(halves[0], cut, scale), PART_INPUT), importedLayers(halves[1], cut)];
};

/**
 * @throws NotLayers where the graph has nodes that no layer of ours computes.
 */
const importLayers = (
  graph: ForeignGraph,
  chosen: ChosenOutputs,
  entry: Entry,
  options: ImportGraphOptions,
): ImportedModel => {
  const { label } = entry;
  const made = found(graph, chosen, entry, options.file);
  if (made.layers.length === 0) throw notLayers('no layers');
  const parts = partsOf(made, chosen, entry);
  if (parts.some((part) => part.length > MAX_LAYERS)) throw notLayers(`more than ${MAX_LAYERS} layers in a part`);
  const notes = [
    ...(options.notes ?? []),
    ...(entry.isChannelsFirst && entry.shape[2] > 1 ? ['channels are first in the file; here they are last'] : []),
    ...(made.isSampled ? [SAMPLED] : []),
    ...(label === null ? [] : [`its input "${label.name}" is taken for a label, one of ${label.classes} classes`]),
  ];
  const chain = { inputShape: entry.shape, parts, ...(label === null ? {} : { label: { classes: label.classes } }) };
  return assembleModel(chain, { format: options.format, file: options.file, notes });
};

/** @param reason - why no layers were found. */
const importAsIs = (
  source: ForeignGraph,
  chosen: ChosenOutputs,
  entry: Entry,
  options: ImportGraphOptions,
  reason: string,
): ImportedModel => {
  const { graph, isSampled } = withoutNoise(source);
  const parts = partsAsIs(graph, chosen, entry, options.file, reason);
  const notes = [
    ...(options.notes ?? []),
    `it has ${reason.slice(0, 100)}, so its graph runs as it is: it cannot be trained, nor exported but as ONNX`,
    ...(isSampled ? [SAMPLED] : []),
  ];
  return assembleModel({ inputShape: entry.shape, parts }, { format: options.format, file: options.file, notes });
};

const labelOfUnknown = (name: string, reason: string, file: string) =>
  graphError(
    file,
    `it takes "${name.slice(0, 40)}" beside the image and has ${reason.slice(0, 100)}`,
    'known layers wherever a label enters',
    'export it with the label fixed',
  );

/**
 * Makes a network of a graph.
 *
 * @throws LatentError (input) `unsupported-graph`, `custom-operator`, `several-outputs`, `no-such-output`, and as `assembleModel`.
 */
export const importGraph = (source: ForeignGraph, options: ImportGraphOptions): ImportedModel => {
  const { file } = options;
  refuseDomains(source, file);
  const fused = fuse(source, file);
  const entry = entryOf(fused, file);
  const graph = withLabelLast(fused, entry);
  const chosen = chooseOutputs(sizedOutputs(graph, entry, file), elementCount(entry.shape), file, options.codeOutput);
  try {
    return importLayers(graph, chosen, entry, options);
  } catch (error) {
    if (!(error instanceof NotLayers)) throw error;
    if (entry.label !== null) throw labelOfUnknown(entry.label.name, error.message, file);
    return importAsIs(source, chosen, entry, options, error.message);
  }
};
