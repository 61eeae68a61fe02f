/**
 * The architecture in a Keras config: `config.json` of a `.keras` file, `model_config` of an `.h5`, `modelTopology` of a
 * TensorFlow.js model, the text of `model.to_json()`.
 *
 * In: JSON that anybody may have written. Out: the layers between the model's input and its output, by part, each with its
 * address in the tree of sub-models. Values are not read here, but where they tell what nothing else does.
 */
import { inputError } from '../../errors.ts';
import { gaussianOf, givesDistribution, type PartName } from '../../layers/index.ts';
import { MAX_CODE_SIZE } from '../../network/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { elementCount, type Shape } from '../../tensor/index.ts';
import type { CodeChoice } from '../code-choice.ts';
import { isLabelName } from '../output-names.ts';
import { chooseCut } from './cut.ts';
import { Flow, type FlowOptions } from './flow.ts';
import { type FlowNode, leadingTo, rewritten } from './flow-node.ts';
import type { KerasLayer } from './keras-layer.ts';
import { plainConfig } from './legacy-config.ts';
import { chooseOutput, type OutputOptions } from './outputs.ts';
import { layersOf, mergeActivations } from './parts.ts';
import type { JsonObject } from './place.ts';
import { fault, isModel, layersWithWeights, type Node, nameOf, parseNode, type WeightLayer } from './tree.ts';

/** The layers of a file, by part. */
export interface KerasChain {
  readonly inputShape: Shape;
  /** Encoder and decoder, else one list in all. */
  readonly parts: readonly (readonly KerasLayer[])[];
  /** What one part alone is, where that is known. */
  readonly role?: PartName;
  /** A label that enters beside. */
  readonly label?: { readonly classes: number };
  readonly notes: readonly string[];
}

/** The tree of a file. */
export interface KerasTree {
  readonly root: Node;
  /** Encoder and decoder of a model of somebody's own class; null for a model of layers. */
  readonly halves: readonly [Node, Node] | null;
  /** Every layer of the file that may hold values, in the file's own order, on the way from input to output or not. */
  readonly weightLayers: readonly WeightLayer[];
}

const customModel = (json: JsonObject, file: string) => {
  const registered = typeof json.registered_name === 'string' ? ` (${json.registered_name})` : '';
  return inputError('custom-model', {
    at: { file, subject: `model "${String(json.class_name).slice(0, 100)}"${registered.slice(0, 100)}` },
    expected: 'Sequential or Functional',
    got: 'another class, whose code is never run here',
    hint: 'save its encoder and decoder as Functional models, or take its values alone for a network that is known: npx latent import FILE --network ID --out DIR',
  });
};

/** Models that a class of somebody's own keeps in its config, by attribute. */
const modelsWithin = (json: JsonObject, file: string): Node[] =>
  Object.entries(isRecord(json.config) ? json.config : {}).flatMap(([attribute, value]) => {
    if (!isRecord(value) || typeof value.class_name !== 'string' || !isModel(value)) return [];
    const step = { className: value.class_name, rank: 0, name: nameOf(value), attribute };
    return [{ ...parseNode(value, [step], value.class_name, attribute, file) }];
  });

/** Encoder and decoder among such models, by their names, else the only two. */
const halvesOf = (models: readonly Node[]): readonly [Node, Node] | null => {
  const encoder = models.find(({ name }) => /encod/i.test(name) && !/decod/i.test(name));
  const decoder = models.find(({ name }) => /decod|generator/i.test(name));
  if (encoder && decoder) return [encoder, decoder];
  return models.length === 2 ? [models[0], models[1]] : null;
};

/**
 * Reads the tree of an architecture.
 *
 * @param written - `{ class_name, config }`.
 * @param file - for messages.
 * @throws LatentError (input) `keras-config` for what is no model, `custom-model` for a class whose parts are not there.
 */
export const parseKerasTree = (written: unknown, file: string): KerasTree => {
  const json = plainConfig(written);
  if (!isRecord(json) || typeof json.class_name !== 'string')
    throw fault(file, {
      expected: 'a model with a class_name',
      got: 'something else',
      hint: 'is it the config of a Keras model?',
    });
  if (isModel(json)) {
    const root = parseNode(json, [], json.class_name, nameOf(json), file);
    return { root, halves: null, weightLayers: layersWithWeights(root) };
  }
  const models = modelsWithin(json, file);
  const halves = halvesOf(models);
  if (halves === null) throw customModel(json, file);
  const root: Node = {
    json,
    name: nameOf(json),
    className: json.class_name,
    address: [],
    children: models,
    isModel: true,
  };
  return { root, halves, weightLayers: layersWithWeights(root) };
};

/** Label or image: what enters a model. */
interface Entries {
  readonly image: FlowNode;
  readonly label: FlowNode | null;
}

/** @throws LatentError (input) `unsupported-model` for inputs that are no image and label. */
const entriesOf = (end: FlowNode, flow: Flow, file: string): Entries => {
  const inputs = leadingTo([end]).filter(({ kind }) => kind === 'input');
  const [first, second] = inputs;
  if (first === undefined) throw fault(file, { problem: 'no input leads to its output', hint: 'take another file' });
  if (second === undefined && !flow.classes.has(first)) return { image: first, label: null };
  const numbers = inputs.filter(({ shape }) => shape.length <= 1);
  const isLabel = (node: FlowNode): boolean => flow.classes.has(node) || isLabelName(node.name);
  const named = numbers.filter(isLabel);
  const label = named.length === 1 ? named[0] : numbers.length === 1 ? numbers[0] : numbers.at(-1);
  const others = inputs.filter((node) => node !== label);
  if (label === undefined || others.length !== 1)
    throw inputError('unsupported-model', {
      at: { file },
      problem: `it has ${inputs.length} inputs: ${inputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')}`,
      expected: 'an image or a code, and a one-hot label beside it',
    });
  const classes = flow.classes.get(label) ?? label.shape[0];
  flow.notes.push(`its input "${label.name}" is taken for a label, one of ${classes} classes`);
  return { image: others[0], label };
};

/** Gaussian codes that are not the code of the network: their means. */
const withMeans = (end: FlowNode, code: FlowNode | null): ReadonlyMap<FlowNode, FlowNode> => {
  const means = new Map<FlowNode, FlowNode>();
  const made = rewritten([end], (node, old) => {
    if (old.kind !== 'sampling' || old === code || old.mean === undefined) return node;
    return means.get(old) ?? { ...old.mean };
  });
  return made;
};

/** Three axes, the last of them few colours. */
const isImage = (shape: Shape): boolean => shape.length === 3 && shape[2] <= 4;

/** A file or model that is called after one part alone. */
const nameOfPart = (file: string, root: string): PartName | null => {
  const name = `${root} ${file.slice(file.lastIndexOf('/') + 1)}`.replace(/auto-?_?encoder/gi, '');
  const [encoder, decoder] = [/encod/i.test(name), /decod|generator/i.test(name)];
  return encoder === decoder ? null : encoder ? 'encoder' : 'decoder';
};

/** What a part alone is, where its sizes mislead: a code may be as large as its image, or larger. */
const roleOf = (end: FlowNode, image: FlowNode, file: string, root: string): PartName | undefined => {
  if (gaussianOf(end.spec ?? undefined) !== null) return 'encoder';
  const [inside, outside] = [elementCount(image.shape), elementCount(end.shape)];
  const named = nameOfPart(file, root);
  const isCode = outside <= MAX_CODE_SIZE && isImage(image.shape) && !isImage(end.shape);
  if (outside >= inside && isCode && (named === 'encoder' || (end.shape.length === 3 && end.shape[0] < image.shape[0])))
    return 'encoder';
  const isDrawn = inside <= MAX_CODE_SIZE && isImage(end.shape) && !isImage(image.shape);
  const grows = image.shape.length === 3 && image.shape[0] < end.shape[0];
  return outside <= inside && isDrawn && (named === 'decoder' || grows) ? 'decoder' : undefined;
};

/** How values of a file are asked for. */
export interface FollowOptions extends Omit<FlowOptions, 'file'>, CodeChoice {
  readonly file: string;
  readonly biasOf: OutputOptions['biasOf'];
}

const chosenEnd = ({ root, halves }: KerasTree, flow: Flow, options: FollowOptions): FlowNode => {
  if (halves === null) {
    // A model around one model: its outputs are the inner one's.
    const models = root.children.filter(({ isModel: within }) => within);
    const others = root.children.filter(({ isModel: within, className }) => !within && className !== 'InputLayer');
    const inner = models.length === 1 && others.length === 0 ? models[0] : root;
    return chooseOutput(flow.outputs(inner), flow, options);
  }
  const [encoder, decoder] = halves;
  const { codeLayer: _layer, ...choice } = options;
  const code = chooseOutput(flow.outputsOf(encoder, []), flow, choice);
  flow.notes.push(
    `the model's own class "${root.className}" is not run: its parts "${encoder.name}" and "${decoder.name}" were taken, one after the other`,
  );
  return chooseOutput(flow.outputsOf(decoder, [() => code]), flow, { ...choice, codeOutput: undefined });
};

/** The end whose images are as the network gives them. */
const asImages = (end: FlowNode, flow: Flow): FlowNode => {
  const inputs = leadingTo([end]).filter(({ kind }) => kind === 'input');
  const largest = Math.max(...inputs.map(({ shape }) => elementCount(shape)));
  return elementCount(end.shape) >= largest && end.shape[0] <= 4 ? flow.asImages(end) : end;
};

/**
 * Follows data through an architecture.
 *
 * @throws LatentError (input) `unsupported-model` for what is no network of ours; `several-outputs`, `no-such-output`,
 *   `no-such-layer` where a choice is to be made; as `translateLayer` for its layers.
 */
export const followKeras = (tree: KerasTree, options: FollowOptions): KerasChain => {
  const { file } = options;
  const flow = new Flow(options, tree.root);
  const whole = mergeActivations(asImages(chosenEnd(tree, flow, options), flow));
  const { image, label } = entriesOf(whole, flow, file);
  const classes = label === null ? null : (flow.classes.get(label) ?? label.shape[0]);
  const common = {
    inputShape: image.shape,
    ...(classes === null ? {} : { label: { classes } }),
  };
  const inside = elementCount(image.shape);
  const role = roleOf(whole, image, file, tree.root.name);
  const isAutoencoder = elementCount(whole.shape) === inside && role === undefined;
  const hasCut =
    isAutoencoder && !(whole.spec && givesDistribution(whole.spec) && tree.halves === null && !hasModels(tree));
  if (!hasCut) {
    const made = withMeans(whole, whole);
    const end = made.get(whole) ?? whole;
    const parts = [layersOf(end, { input: image, label })];
    return { ...common, parts, ...(role === undefined ? {} : { role }), notes: flow.notes };
  }
  const { at, note } = chooseCut(whole, image, { file, codeLayer: options.codeLayer });
  if (note !== null) flow.notes.push(note);
  const made = withMeans(whole, at);
  const [code, end] = [made.get(at) ?? at, made.get(whole) ?? whole];
  const encoder = layersOf(code, { input: image, label });
  const decoder = layersOf(end, { input: code, label });
  return { ...common, parts: [encoder, decoder], notes: flow.notes };
};

/** Whether a model has two models within it, one after the other. */
const hasModels = ({ root }: KerasTree): boolean => {
  const models = root.children.filter(({ isModel: within }) => within);
  const [only] = models;
  return models.length === 1 ? only.children.filter((child) => child.isModel).length > 1 : models.length > 1;
};
