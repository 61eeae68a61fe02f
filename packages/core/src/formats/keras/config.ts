/**
 * The architecture in a Keras config: `config.json` of a `.keras` file, `model_config` of an `.h5`, `modelTopology` of a
 * TensorFlow.js model.
 *
 * In: JSON that anybody may have written. Out: the layers between the model's input and its output, in the order in
 * which data passes them, each with its address in the tree of sub-models. Values are not read here.
 * Sequential and Functional models, nested at will, as far as they are one chain; a Functional encoder may end in two
 * Dense heads and a sampling layer.
 */

import type { Activation } from '../../activations/index.ts';
import { inputError, LatentError, shown } from '../../errors.ts';
import { gaussianSampling, type LayerSpec } from '../../layers/index.ts';
import { inferLayers } from '../../network/index.ts';
import { type Shape, sameShape } from '../../tensor/index.ts';
import { isObject, type KerasPlace, placeText, translateLayer } from './layer-classes.ts';
import {
  type Address,
  CONTAINERS,
  callsOf,
  fault,
  HOLDERS,
  holdersOf,
  holdsCode,
  inboundOf,
  isSampling,
  MAX_LAYERS,
  type Node,
  nameOf,
  parseNode,
  type TensorRef,
  tensorRefs,
} from './tree.ts';

/** One layer that holds values. */
export interface KerasSource {
  readonly address: Address;
  readonly useBias: boolean;
}

export interface KerasLayer {
  readonly name: string;
  readonly spec: LayerSpec;
  /** Null for a layer without values. Gaussian sampling out of two heads has one source for each. */
  readonly source: KerasSource | { readonly mean: KerasSource; readonly scale: KerasSource } | null;
}

export interface KerasChain {
  readonly inputShape: Shape;
  /** One list for each sub-model, else one in all. */
  readonly parts: readonly (readonly KerasLayer[])[];
  /** Every layer of the file that may hold values, in the file's own order, on the way from input to output or not. */
  readonly holders: readonly Address[];
  readonly notes: readonly string[];
}

const shapeOf = (value: unknown, place: string, file: string): Shape | null => {
  if (!Array.isArray(value)) return null;
  const dims: readonly unknown[] = value.slice(1);
  if (dims.length > 0 && dims.every((dim) => Number.isSafeInteger(dim) && Number(dim) > 0)) return dims.map(Number);
  throw fault(
    file,
    `${place}: expects an input of a fixed size, got ${shown(value)}; build the model for images of one size`,
  );
};

/** What a layer says of the shape that enters it; null where it says nothing. */
const statedShape = ({ json, name }: Node, file: string): Shape | null => {
  const { config } = json;
  const place = `layer "${name}"`;
  if (!isObject(config)) return null;
  const own = config.batch_shape ?? config.batch_input_shape;
  if (own !== undefined && own !== null) return shapeOf(own, place, file);
  const built = isObject(json.build_config) ? json.build_config.input_shape : config.build_input_shape;
  return Array.isArray(built) && !built.some(Array.isArray) ? shapeOf(built, place, file) : null;
};

/** Where a walk through a Functional model ends: at one of its outputs, at a layer, or (null) at its main output. */
type End = number | TensorRef | null;

/** The layers behind outputs of a Functional model. */
const outputsOf = ({ json, children }: Node, refs: readonly TensorRef[]): (Node | undefined)[] => {
  const outputs = isObject(json.config) ? tensorRefs(json.config.output_layers) : [];
  return refs.map(({ output }) => children.find(({ name }) => name === outputs[output]?.layer));
};

/** Follows data through the tree. */
class Walker {
  readonly notes: string[] = [];
  private readonly file: string;
  private shape: Shape | null = null;
  inputShape: Shape | null = null;

  constructor(file: string) {
    this.file = file;
  }

  /** Layers of a model from its input to one of its outputs; `output` picks among several. */
  walk(node: Node, end: End): KerasLayer[][] {
    this.take(statedShape(node, this.file), node);
    return node.className === 'Sequential' ? this.walkSequential(node) : this.walkFunctional(node, end);
  }

  private take(shape: Shape | null, node: Node): void {
    if (shape === null) return;
    if (this.shape === null) {
      this.shape = shape;
      this.inputShape ??= shape;
    } else if (!sameShape(this.shape, shape)) {
      throw inputError(
        'shape-mismatch',
        `${this.file}: layer "${node.name}": expects [batch, ${shape.join(', ')}], got [batch, ${this.shape.join(', ')}]; the file contradicts itself`,
      );
    }
  }

  private walkSequential(node: Node): KerasLayer[][] {
    return joinParts(node.children.map((child) => this.visit(child, null)));
  }

  /** A child in its place: a sub-model's parts, or one layer. */
  private visit(node: Node, end: End): Visited {
    if (node.children.length > 0 || CONTAINERS.includes(node.className))
      return { isModel: true, layers: this.walk(node, end).flat() };
    this.take(statedShape(node, this.file), node);
    const place: KerasPlace = { file: this.file, layer: node.name, className: node.className };
    if (this.shape === null && node.className === 'InputLayer')
      throw fault(this.file, `layer "${node.name}": expects the shape of its input, got none; take another file`);
    const inputShape = this.shape;
    if (inputShape === null)
      throw fault(
        this.file,
        `layer "${node.name}": the shape that reaches it is nowhere stated; build the model before it is saved`,
      );
    const translation = translateLayer(node.json, place, inputShape);
    switch (translation.kind) {
      case 'nothing':
        return { isModel: false, layers: [] };
      case 'activation':
        return { isModel: false, layers: [], activation: { activation: translation.activation, place } };
      case 'layer': {
        this.shape = this.infer(translation.spec, inputShape, place);
        const holds = HOLDERS.includes(node.className) || translation.spec.type === 'gaussian-sampling';
        const source = holds ? { address: node.address, useBias: translation.useBias } : null;
        return { isModel: false, layers: [{ name: node.name, spec: translation.spec, source }] };
      }
    }
  }

  /** The shape after a layer; its errors name the layer as the file does. */
  private infer(spec: LayerSpec, inputShape: Shape, place: KerasPlace): Shape {
    try {
      return inferLayers([spec], inputShape, 'encoder', 'file')[0].outputShape;
    } catch (error) {
      if (!(error instanceof LatentError)) throw error;
      const words = error.message.replace(/^[\w-]+: network "file", layer "[^"]*"(, )?:? ?/, '');
      throw inputError(error.code, `${placeText(place)}: ${words}`, { cause: error });
    }
  }

  private walkFunctional(node: Node, end: End): KerasLayer[][] {
    const { config } = node.json;
    if (!isObject(config)) throw fault(this.file, `model "${node.name}": expects a config object`);
    const outputs = tensorRefs(config.output_layers);
    const byName = new Map(node.children.map((child) => [child.name, child]));
    const from = typeof end === 'number' ? outputs[end] : (end ?? this.mainOutput(outputs, byName));
    if (from === undefined)
      throw fault(this.file, `model "${node.name}": expects an output layer, got none; take another file`);
    const steps = this.trace(from, byName, node.name);
    return joinParts(steps.map((step) => ('heads' in step ? this.visitHeads(step) : this.visit(step.node, step.end))));
  }

  /** Of several outputs a sampling layer's, which is the code of a variational encoder; else the first. */
  private mainOutput(outputs: readonly TensorRef[], byName: ReadonlyMap<string, Node>): TensorRef | undefined {
    const sampled = outputs.find(({ layer }) => {
      const found = byName.get(layer);
      return found !== undefined && found.children.length === 0 && inboundOf(found).length === 2;
    });
    return sampled ?? outputs[0];
  }

  /** From an output back to the input; in the order of data. */
  private trace(from: TensorRef, byName: ReadonlyMap<string, Node>, model: string): Step[] {
    const steps: Step[] = [];
    let at: TensorRef | undefined = from;
    while (at !== undefined) {
      const node = byName.get(at.layer);
      if (node === undefined)
        throw fault(this.file, `model "${model}": expects a layer "${at.layer}", got none; take another file`);
      if (steps.length > MAX_LAYERS) throw fault(this.file, `model "${model}": its layers run in a circle`);
      const inbound = inboundOf(node);
      const place: KerasPlace = { file: this.file, layer: node.name, className: node.className };
      if (callsOf(node) > 1)
        throw inputError(
          'unsupported-model',
          `${placeText(place)}: is used more than once; expected a chain of layers`,
        );
      if (inbound.length === 2 && !(node.className === 'Lambda' && holdsCode(node))) {
        const step = this.heads(node, inbound, byName, place);
        steps.push(step);
        const [before] = inboundOf(step.heads.mean);
        const { within } = step;
        if (within) steps.push({ node: within, end: before ?? null });
        [at] = within ? inboundOf(within) : [before];
      } else if (inbound.length > 1) {
        // Throws for a Lambda and for layers that are not known, with the better words.
        if (!CONTAINERS.includes(node.className)) translateLayer(node.json, place, []);
        throw inputError(
          'unsupported-model',
          `${placeText(place)}: joins ${inbound.length} layers; expected a chain of layers`,
        );
      } else {
        steps.push({ node, end: at.output });
        [at] = inbound;
      }
    }
    return steps.reverse();
  }

  /** A layer that joins two Dense heads of one layer: the sample of a Gaussian code, whatever its class is called. */
  private heads(
    node: Node,
    inbound: readonly TensorRef[],
    byName: ReadonlyMap<string, Node>,
    place: KerasPlace,
  ): HeadStep {
    const outer = byName.get(inbound[0].layer);
    const within = outer && outer.children.length > 0 && inbound[1].layer === inbound[0].layer ? outer : null;
    const [first, second] = within ? outputsOf(within, inbound) : inbound.map(({ layer }) => byName.get(layer));
    const bothDense = first?.className === 'Dense' && second?.className === 'Dense';
    const common = first && second && JSON.stringify(inboundOf(first)) === JSON.stringify(inboundOf(second));
    if (!first || !second || !bothDense || !common || !isSampling(node)) {
      translateLayer(node.json, place, []);
      throw inputError(
        'unsupported-model',
        `${placeText(place)}: joins two layers; expected a chain, or two Dense heads and a sampling layer`,
      );
    }
    const isScale = ({ name }: Node): boolean => /log|var|sigma|std/i.test(name) && !/mean|mu\b/i.test(name);
    const [mean, scale] = isScale(first) && !isScale(second) ? [second, first] : [first, second];
    this.notes.push(
      `layer "${node.name}" of the class "${node.className}" is taken for Gaussian sampling; its code is not run, and the code of an image is its mean`,
    );
    return { node, heads: { mean, scale }, within };
  }

  private visitHeads({ node, heads }: HeadStep): Visited {
    const place: KerasPlace = { file: this.file, layer: node.name, className: node.className };
    const inputShape = this.shape;
    if (inputShape === null)
      throw fault(this.file, `layer "${node.name}": the shape that reaches it is nowhere stated`);
    const read = (head: Node) => {
      const at = { file: this.file, layer: head.name, className: head.className };
      const translation = translateLayer(head.json, at, inputShape);
      if (translation.kind !== 'layer' || translation.spec.type !== 'dense')
        throw inputError('unsupported-layer', `${placeText(at)}: expects a Dense head`);
      return { spec: translation.spec, source: { address: head.address, useBias: translation.useBias } };
    };
    const [mean, scale] = [read(heads.mean), read(heads.scale)];
    if (
      scale.spec.activation !== 'linear' ||
      mean.spec.activation === 'softmax' ||
      mean.spec.units !== scale.spec.units
    ) {
      throw inputError(
        'unsupported-layer',
        `${placeText(place)}: expects two heads of one size, the one of the spread linear, got ${mean.spec.units} ${mean.spec.activation} and ${scale.spec.units} ${scale.spec.activation}`,
      );
    }
    const bySigma = /sigma|std/i.test(heads.scale.name);
    const spec = gaussianSampling({
      units: mean.spec.units,
      meanActivation: mean.spec.activation,
      parameterisation: bySigma ? 'log-sigma' : 'log-variance',
      // The noise is in the class's code, which is not read: Keras' examples have these two.
      epsilonStd: bySigma ? 0.1 : 1,
    });
    this.shape = this.infer(spec, inputShape, place);
    return { isModel: false, layers: [{ name: node.name, spec, source: { mean: mean.source, scale: scale.source } }] };
  }
}

interface Visited {
  readonly isModel: boolean;
  readonly layers: readonly KerasLayer[];
  readonly activation?: { readonly activation: Activation; readonly place: KerasPlace };
}
type Step = { readonly node: Node; readonly end: End } | HeadStep;
interface HeadStep {
  readonly node: Node;
  readonly heads: { readonly mean: Node; readonly scale: Node };
  /** The sub-model that holds the heads, where the sample is drawn outside of it. */
  readonly within: Node | null;
}

/** A layer whose numbers an activation after it may as well be applied to before them. */
const PASSES_ACTIVATION: readonly LayerSpec['type'][] = ['flatten', 'reshape', 'up-sampling2d', 'max-pooling2d'];

/** Puts an activation of its own layer into the layer that makes its numbers. */
const mergeActivation = (layers: KerasLayer[], { activation, place }: NonNullable<Visited['activation']>): void => {
  if (activation === 'linear') return;
  let at = layers.length - 1;
  while (at >= 0 && activation !== 'softmax' && PASSES_ACTIVATION.includes(layers[at].spec.type)) at -= 1;
  const target = layers[at];
  if (target !== undefined && 'activation' in target.spec && target.spec.activation === 'linear') {
    layers[at] = { ...target, spec: { ...target.spec, activation } };
    return;
  }
  throw inputError(
    'unsupported-layer',
    `${placeText(place)}: expects a Dense or convolutional layer without activation before it, got ${target ? `"${target.name}"` : 'none'}; put the activation into the layer`,
  );
};

/** Sub-models are parts; loose layers belong to the part before them, at the start to the one after. */
const joinParts = (visited: readonly Visited[]): KerasLayer[][] => {
  const parts: KerasLayer[][] = [[]];
  let open = true;
  for (const { isModel, layers, activation } of visited) {
    const last = parts[parts.length - 1];
    if (activation) mergeActivation(last, activation);
    else if (isModel && !open) parts.push([...layers]);
    else last.push(...layers);
    if (isModel) open = false;
  }
  return parts;
};

/**
 * Reads an architecture.
 *
 * @param json - `{ class_name, config }`.
 * @param file - for messages.
 * @throws LatentError (input) `keras-config` for what is no model, `unsupported-model` for one that is no chain, and as
 *   `translateLayer` for its layers.
 */
export const parseKerasConfig = (json: unknown, file: string): KerasChain => {
  if (!isObject(json) || typeof json.class_name !== 'string')
    throw fault(file, 'expects a model with a class_name, got something else; is it the config of a Keras model?');
  if (!CONTAINERS.includes(json.class_name)) {
    const registered = typeof json.registered_name === 'string' ? ` (${json.registered_name})` : '';
    throw inputError(
      'custom-model',
      `${file}: model "${json.class_name.slice(0, 100)}"${registered.slice(0, 100)}: expects Sequential or Functional, got another class, whose code is never run here; save its encoder and decoder as Functional models, or take its values alone for a network that is known: npx latent import FILE --network vae-1 --out DIR`,
    );
  }
  let root = parseNode(json, [], json.class_name, nameOf(json), file);
  // A model around one model: the parts are the inner one's.
  const shell = root;
  const models = root.children.filter(({ children }) => children.length > 0);
  const others = root.children.filter(({ children, className }) => children.length === 0 && className !== 'InputLayer');
  if (models.length === 1 && others.length === 0) root = models[0];
  const walker = new Walker(file);
  const parts = walker.walk(root, null);
  if (walker.inputShape === null)
    throw fault(file, 'the shape of its input is nowhere stated; build the model before it is saved');
  return { inputShape: walker.inputShape, parts, holders: holdersOf(shell), notes: walker.notes };
};
