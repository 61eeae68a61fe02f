/**
 * Follows data through the tree of a Keras model, from an output back to what enters: a graph of layers without models
 * within each other. Only what an output depends on is looked at.
 */
import { type ErrorFacts, inputError, LatentError, shown } from '../../errors.ts';
import { definitionOf, gaussianOf, type LayerSpec } from '../../layers/index.ts';
import { MAX_ELEMENTS } from '../../network/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { elementCount, formatShape, type Shape, sameShape } from '../../tensor/index.ts';
import { type KernelLayout, modernKernel, underShape } from './arrange.ts';
import { isKnownClass, translateLayer } from './classes.ts';
import type { FlowNode } from './flow-node.ts';
import { isInertClass, isInertName, isLossName, WRAPPERS, whyNot } from './inert.ts';
import { CHANNELS_FIRST, CHANNELS_LAST, clipped, labelTable, permuted, rescaled, reshaped } from './made-layers.ts';
import { isOperation, operationActivation, readOperation } from './operations.ts';
import type { KerasSource } from './parts.ts';
import { errorPlace, type JsonObject, type KerasPlace, unsupportedLayer } from './place.ts';
import { gaussianCode } from './sampling.ts';
import {
  type Address,
  argumentsOf,
  callsOf,
  fault,
  isTensor,
  MAX_LAYERS,
  type Node,
  statedOutput,
  type TensorRef,
  tensorRefs,
} from './tree.ts';

/** What of a file the reader of its layers asks for. */
export interface FlowOptions {
  readonly file: string;
  readonly layout: KernelLayout;
  /** The version of Keras that wrote it; null where it does not say. */
  readonly version: string | null;
  /** The dimensions of a layer's kernel in the file; null where it is not there. */
  readonly kernelDims: (address: Address) => readonly number[] | null;
}

/** A call of a model. */
interface Frame {
  readonly model: Node;
  readonly scope: readonly string[];
  readonly args: readonly (() => FlowNode)[];
  readonly made: Map<string, FlowNode>;
  readonly frames: Map<string, Frame>;
}

/** An output of a model, computed when it is asked for. */
export interface FlowOutput {
  readonly name: string;
  readonly node: () => FlowNode;
}

type Config = Readonly<Record<string, unknown>>;
const configOf = ({ config }: JsonObject): Config => (isRecord(config) ? config : {});

/** Rows and columns that images of any size are opened with. */
const ANY_SIZE = 32;

const isAnySize = (dims: readonly unknown[]): boolean =>
  dims.length === 3 && dims[0] === null && dims[1] === null && Number.isSafeInteger(dims[2]);

const shapeOf = (value: unknown, layer: string, file: string): Shape | null => {
  if (!Array.isArray(value)) return null;
  const written: readonly unknown[] = value.slice(1);
  const dims = isAnySize(written) ? [ANY_SIZE, ANY_SIZE, written[2]] : written;
  if (dims.every((dim) => Number.isSafeInteger(dim) && Number(dim) > 0)) return dims.map(Number);
  throw fault(file, {
    at: { layer },
    expected: 'an input of a fixed size',
    got: shown(value),
    hint: 'build the model for images of one size',
  });
};

/** What a layer says of the shape that enters it; null where it says nothing. */
const statedShape = ({ json, name }: Node, file: string): Shape | null => {
  const { config } = json;
  if (!isRecord(config)) return null;
  const own = config.batch_shape ?? config.batch_input_shape;
  if (own !== undefined && own !== null) return shapeOf(own, name, file);
  const built = isRecord(json.build_config) ? json.build_config.input_shape : config.build_input_shape;
  return Array.isArray(built) && built.length > 1 && !built.some(Array.isArray) ? shapeOf(built, name, file) : null;
};

/** Whether a layer anywhere in the tree has images with their channels first. */
const usesChannelsFirst = ({ json, children }: Node): boolean =>
  configOf(json).data_format === 'channels_first' || children.some(usesChannelsFirst);

/** Whether an input anywhere in the tree leaves rows and columns open. */
const takesAnySize = ({ json, children }: Node): boolean => {
  const { batch_shape: shape = configOf(json).batch_input_shape } = configOf(json);
  return (Array.isArray(shape) && isAnySize(shape.slice(1))) || children.some(takesAnySize);
};

/** Follows data through one file. */
export class Flow {
  readonly notes: string[] = [];
  /** Labels that enter as numbers, by the node that they enter by, and how many classes there are. */
  readonly classes = new Map<FlowNode, number>();
  private readonly options: FlowOptions;
  private readonly channelsFirst: boolean;
  private readonly anySize: boolean;
  private readonly open = new Set<string>();
  private count = 0;

  constructor(options: FlowOptions, root: Node) {
    this.options = options;
    this.channelsFirst = usesChannelsFirst(root);
    this.anySize = takesAnySize(root);
  }

  private get file(): string {
    return this.options.file;
  }

  node(made: Omit<FlowNode, 'id'>): FlowNode {
    this.count += 1;
    if (this.count > 4 * MAX_LAYERS)
      throw fault(this.file, { expected: `at most ${4 * MAX_LAYERS} layers, calls of shared ones included` });
    return { id: this.count, ...made };
  }

  /** A layer that the file says with other words. */
  private made(spec: LayerSpec, input: FlowNode, of: Pick<FlowNode, 'name' | 'className' | 'scope'>): FlowNode {
    const shape = this.infer(spec, [input.shape], { file: this.file, layer: of.name, className: of.className });
    const { name, className, scope } = of;
    return this.node({ kind: 'layer', name, className, scope, inputs: [input], shape, spec, source: null });
  }

  /** Axes in another order; two such layers that undo each other are none. */
  private permute(input: FlowNode, order: Shape): FlowNode {
    const before = input.inputs[0];
    if (input.spec?.type === 'permute' && before !== undefined) {
      const { order: first } = input.spec;
      if (order.every((axis, i) => first[axis - 1] === i + 1)) return before;
    }
    return this.made(permuted(order), input, { name: `${input.name}_axes`, className: 'Permute', scope: input.scope });
  }

  /** What enters the model at an input, as images that have their channels last. */
  private entry(name: string, shape: Shape): FlowNode {
    const [channels, rows, columns] = shape;
    const turns = this.channelsFirst && shape.length === 3 && channels <= 4 && channels < Math.min(rows, columns);
    const own = turns ? [rows, columns, channels] : shape;
    const common = { name, className: 'InputLayer', inputs: [], scope: [], spec: null, source: null };
    const node = this.node({ ...common, kind: 'input', shape: own });
    if (this.anySize) this.notes.push(`it takes images of any size; it was opened for ${ANY_SIZE} x ${ANY_SIZE}`);
    return turns ? this.permute(node, CHANNELS_FIRST) : node;
  }

  /** Images as the network gives them. */
  asImages(node: FlowNode): FlowNode {
    return this.channelsFirst && node.shape.length === 3 ? this.permute(node, CHANNELS_LAST) : node;
  }

  /** The outputs of the whole model. */
  outputs(root: Node): readonly FlowOutput[] {
    const frame = this.frame(root, [], []);
    return this.outputNames(frame).map((name, i) => ({ name, node: () => this.use(this.output(frame, i)) }));
  }

  /** The outputs of a model that takes what another gives. */
  outputsOf(model: Node, args: readonly (() => FlowNode)[]): readonly FlowOutput[] {
    const frame = this.frame(model, [model.name], args);
    return this.outputNames(frame).map((name, i) => ({ name, node: () => this.use(this.output(frame, i)) }));
  }

  private frame(model: Node, scope: readonly string[], args: Frame['args']): Frame {
    return { model, scope, args, made: new Map(), frames: new Map() };
  }

  private isSequential({ json }: Node): boolean {
    return !('output_layers' in configOf(json));
  }

  private outputNames({ model }: Frame): readonly string[] {
    if (this.isSequential(model)) return [model.children.at(-1)?.name ?? model.name];
    return tensorRefs(configOf(model.json).output_layers).map(({ layer }) => layer);
  }

  private output(frame: Frame, index: number): FlowNode {
    const { model } = frame;
    if (this.isSequential(model)) return this.sequential(frame);
    const refs = tensorRefs(configOf(model.json).output_layers);
    const ref = refs[index];
    if (ref === undefined)
      throw fault(this.file, {
        at: { subject: `model "${model.name}"` },
        expected: 'an output layer',
        got: 'none',
        hint: 'take another file',
      });
    return this.resolve(frame, ref);
  }

  private sequential(frame: Frame): FlowNode {
    const { model, scope } = frame;
    const known = frame.made.get('');
    if (known) return known;
    const stated = statedShape(model, this.file);
    let at: FlowNode | null = frame.args[0]?.() ?? null;
    if (at !== null && stated !== null) this.requireShape(at, stated, model);
    for (const child of model.children) {
      const own = statedShape(child, this.file) ?? this.firstShape(child);
      if (at === null) {
        const shape = own ?? stated ?? this.guessedShape(model);
        if (shape === null) throw this.noShape(child);
        at = this.entry(child.className === 'InputLayer' ? child.name : `${child.name}_input`, shape);
      } else if (own !== null && child.className === 'InputLayer') this.requireShape(at, own, child);
      const input: FlowNode = at;
      if (child.isModel) at = this.output(this.frame(child, [...scope, child.name], [() => this.use(input)]), 0);
      else if (child.className !== 'InputLayer') at = this.layer(child, [input], 0, scope, model);
    }
    if (at === null)
      throw fault(this.file, { at: { subject: `model "${model.name}"` }, expected: 'layers', got: 'none' });
    frame.made.set('', at);
    return at;
  }

  /** The shape that enters a model within, where it says it. */
  private firstShape(node: Node): Shape | null {
    if (!node.isModel) return null;
    const own = statedShape(node, this.file);
    if (own !== null) return own;
    if (!this.isSequential(node)) {
      const [first] = tensorRefs(configOf(node.json).input_layers);
      const input = node.children.find(({ name }) => name === first?.layer);
      return input ? statedShape(input, this.file) : null;
    }
    const [first] = node.children;
    return first ? (statedShape(first, this.file) ?? this.firstShape(first)) : null;
  }

  /** What a first kernel says: a dense one how many numbers enter. */
  private guessedShape(model: Node): Shape | null {
    const [first] = model.children.filter(({ className }) => !isInertClass(className) && className !== 'Dropout');
    if (first === undefined) return null;
    if (first.isModel) return this.guessedShape(first);
    const dims = this.options.kernelDims(first.address);
    return dims?.length === 2 && first.className === 'Dense' ? [dims[0]] : null;
  }

  private noShape({ name }: Node): LatentError {
    return fault(this.file, {
      at: { layer: name },
      problem: 'the shape that reaches it is nowhere stated',
      hint: 'build the model before it is saved',
    });
  }

  private requireShape(node: FlowNode, stated: Shape, at: Node): void {
    if (sameShape(node.shape, stated) || node.kind === 'opaque' || this.anySize) return;
    throw inputError('shape-mismatch', {
      at: { file: this.file, layer: at.name },
      expected: `[batch, ${stated.join(', ')}]`,
      got: `[batch, ${node.shape.join(', ')}]`,
      hint: 'the file contradicts itself',
    });
  }

  /** The node of a call, as the config counts calls: models that were built before start at 1. */
  private callIndex(frame: Frame, child: Node, call: number): number {
    const calls = callsOf(child).length;
    if (calls <= 1) return 0;
    const refs = [
      ...frame.model.children.flatMap(({ json }) => tensorRefs(json.inbound_nodes)),
      ...tensorRefs(configOf(frame.model.json).output_layers),
    ];
    const used = refs.filter(({ layer }) => layer === child.name).map((ref) => ref.call);
    const first = Math.max(...used) >= calls ? Math.min(...used) : 0;
    return Math.min(Math.max(0, call - first), calls - 1);
  }

  private resolve(frame: Frame, ref: TensorRef): FlowNode {
    const { model, scope } = frame;
    const child = model.children.find(({ name }) => name === ref.layer);
    if (child === undefined)
      throw fault(this.file, {
        at: { subject: `model "${model.name}"` },
        expected: `a layer "${ref.layer}"`,
        got: 'none',
        hint: 'take another file',
      });
    const call = this.callIndex(frame, child, ref.call);
    const key = JSON.stringify([ref.layer, call, ref.output]);
    const known = frame.made.get(key);
    if (known) return known;
    const place = JSON.stringify([scope, key]);
    if (this.open.has(place))
      throw fault(this.file, { at: { subject: `model "${model.name}"` }, problem: 'its layers run in a circle' });
    this.open.add(place);
    const made = this.make(frame, child, call, ref.output);
    this.open.delete(place);
    frame.made.set(key, made);
    return made;
  }

  private make(frame: Frame, child: Node, call: number, output: number): FlowNode {
    const { model, scope } = frame;
    if (child.className === 'InputLayer') return this.input(frame, child);
    const refs = argumentsOf(child, call).filter(isTensor);
    if (!child.isModel)
      return this.layer(
        child,
        refs.map((ref) => this.resolve(frame, ref)),
        output,
        scope,
        model,
        call,
      );
    const name = call === 0 ? child.name : `${child.name}:${call}`;
    const inner =
      frame.frames.get(name) ??
      this.frame(
        child,
        [...scope, name],
        refs.map((ref) => () => this.use(this.resolve(frame, ref))),
      );
    frame.frames.set(name, inner);
    return this.output(inner, output);
  }

  private input(frame: Frame, child: Node): FlowNode {
    const refs = tensorRefs(configOf(frame.model.json).input_layers);
    const at = refs.findIndex(({ layer }) => layer === child.name);
    const given = at < 0 ? undefined : frame.args[at];
    const stated = statedShape(child, this.file);
    if (given !== undefined) {
      const node = given();
      if (stated !== null) this.requireShape(node, stated, child);
      return node;
    }
    if (stated === null)
      throw fault(this.file, {
        at: { layer: child.name },
        expected: 'the shape of its input',
        got: 'none',
        hint: 'take another file',
      });
    return this.entry(child.name, stated);
  }

  /** What an opaque node stands for, where a layer takes it. */
  private use(node: FlowNode): FlowNode {
    if (node.kind !== 'opaque') return node;
    const key = node.id;
    const known = this.used.get(key);
    if (known) return known;
    const made = gaussianCode(node, {
      file: this.file,
      notes: this.notes,
      node: (facts) => this.node(facts),
    });
    this.used.set(key, made);
    return made;
  }
  private readonly used = new Map<number, FlowNode>();

  /** One layer of the file, and what it stands for. */
  private layer(
    child: Node,
    inputs: readonly FlowNode[],
    output: number,
    scope: readonly string[],
    model: Node,
    call = 0,
  ): FlowNode {
    const { json, className, name } = child;
    const place: KerasPlace = { file: this.file, layer: name, className };
    const first = inputs[0];
    if (first === undefined)
      throw fault(this.file, { at: { layer: name }, problem: 'no tensor reaches it', hint: 'take another file' });
    const at = { name, className, scope };
    const opaque = (refusal: () => LatentError): FlowNode =>
      this.node({
        ...at,
        kind: 'opaque',
        inputs,
        shape: first.shape,
        spec: null,
        source: null,
        refusal,
        stated: this.statedOf(child, model) ?? undefined,
      });
    const refuse = (facts: ErrorFacts): LatentError => unsupportedLayer(place, facts);
    if (isInertClass(className)) return this.passed(first, place, 'acts in training alone');
    if (isOperation(json)) return this.operation(child, inputs, call, opaque, at);
    if (WRAPPERS.has(className)) return this.wrapped(child, inputs, scope);
    if (className === 'Embedding' || className === 'CategoryEncoding') return this.ofLabel(child, this.use(first), at);
    if (className === 'Normalization') return this.normalization(child, this.use(first), at);
    const isOwn = isKnownClass(className, json.registered_name);
    if (!isOwn && whyNot(className) === null && className !== 'Lambda' && isInertName(`${className} ${name}`))
      return this.inert(inputs, output, place);
    if (!isOwn && whyNot(className) === null)
      return opaque(() => {
        try {
          translateLayer(json, place, first.shape);
        } catch (error) {
          if (error instanceof LatentError) return error;
          throw error;
        }
        return refuse({ expected: 'a layer of Keras' });
      });
    const joins = inputs.length > 1;
    const stated = joins ? null : statedShape(child, this.file);
    if (stated !== null) this.requireShape(first, stated, child);
    if (joins && inputs.some(({ kind }) => kind === 'opaque'))
      return opaque(() =>
        refuse({ problem: 'joins what the code of another layer gives', expected: 'layers of Keras' }),
      );
    if (inputs.length === 1 && first.kind === 'opaque' && /Noise$|Dropout$/.test(className)) return first;
    return this.known(
      json,
      inputs.map((input) => this.use(input)),
      { ...at, address: child.address },
      place,
    );
  }

  private statedOf({ name, json }: Node, model: Node): Shape | null {
    const { output_shape: own } = configOf(json);
    const dims: readonly unknown[] = Array.isArray(own) ? own : [];
    if (dims.length > 0) {
      const bare = dims[0] === null ? dims.slice(1) : dims;
      if (bare.every((dim) => Number.isSafeInteger(dim) && Number(dim) > 0)) return bare.map(Number);
    }
    return statedOutput(model, name);
  }

  private passed(input: FlowNode, { layer, className }: KerasPlace, why: string): FlowNode {
    this.notes.push(`layer "${layer}" of the class "${className}" ${why}, and was left out`);
    return input;
  }

  /** A class of somebody's own that adds to the loss, or acts in training alone. */
  private inert(inputs: readonly FlowNode[], output: number, place: KerasPlace): FlowNode {
    const images = inputs.filter(({ kind }) => kind === 'input');
    // A layer that compares images with what was made of them passes the images on, which nobody looks at.
    const computed = inputs.find(
      (input) =>
        input.kind !== 'input' && images.some(({ shape }) => elementCount(shape) === elementCount(input.shape)),
    );
    const isLoss = isLossName(`${place.className} ${place.layer}`);
    const taken = isLoss && computed && inputs.length > 1 ? computed : (inputs[output] ?? inputs[0]);
    return this.passed(
      taken,
      place,
      isLoss ? 'is taken for a loss, which passes its input on' : 'is taken for one that acts in training alone',
    );
  }

  private operation(
    child: Node,
    inputs: readonly FlowNode[],
    call: number,
    opaque: (refusal: () => LatentError) => FlowNode,
    at: Pick<FlowNode, 'name' | 'className' | 'scope'>,
  ): FlowNode {
    const { json, name, className } = child;
    const place: KerasPlace = { file: this.file, layer: name, className };
    const isOpaque = inputs.some(({ kind }) => kind === 'opaque');
    const activation = operationActivation(json);
    if (!isOpaque && activation !== null && inputs.length === 1)
      return this.known(
        { class_name: 'Activation', config: { activation } },
        inputs,
        { ...at, address: child.address },
        { ...place, className: 'Activation' },
      );
    const args = argumentsOf(child, call);
    const read = isOpaque ? null : readOperation(json, args);
    if (read === null)
      return opaque(() =>
        unsupportedLayer(place, {
          problem: 'is an operation that is not computed here',
          expected: 'a layer of Keras',
          hint: 'use a layer in its place, or leave it out',
        }),
      );
    if ('same' in read) return inputs[0];
    if ('shape' in read) return this.made(reshaped(read.shape), inputs[0], at);
    if ('join' in read)
      return this.known(
        { class_name: read.join, config: { axis: -1 } },
        inputs,
        { ...at, address: child.address },
        { ...place, className: read.join },
      );
    return { ...this.made(read.spec, inputs[0], at), arithmetic: true };
  }

  /** The layer within a wrapper that changes nothing at inference. */
  private wrapped(child: Node, inputs: readonly FlowNode[], scope: readonly string[]): FlowNode {
    const inner = configOf(child.json).layer;
    const place: KerasPlace = { file: this.file, layer: child.name, className: child.className };
    if (!isRecord(inner) || typeof inner.class_name !== 'string')
      throw unsupportedLayer(place, { expected: 'a layer within it', got: 'none' });
    if (child.className === 'TimeDistributed' && inner.class_name !== 'Dense')
      throw unsupportedLayer(place, {
        problem: `applies ${inner.class_name} to each step of a sequence`,
        expected: 'a supported layer',
        hint: 'replace it, or leave it out',
      });
    const own = inputs.map((input) => this.use(input));
    const address = child.address;
    if (child.className !== 'TimeDistributed')
      this.notes.push(
        `layer "${child.name}": ${child.className} acts in training alone; the layer within it was taken`,
      );
    return this.known(
      inner,
      own,
      { name: child.name, className: inner.class_name, scope, address, attribute: 'layer' },
      { ...place, className: inner.class_name },
    );
  }

  /** A label as a number, and the table of it or its one-hot form. */
  private ofLabel(child: Node, input: FlowNode, at: Pick<FlowNode, 'name' | 'className' | 'scope'>): FlowNode {
    const config = configOf(child.json);
    const place: KerasPlace = { file: this.file, layer: child.name, className: child.className };
    const classes = Number(config.input_dim ?? config.num_tokens);
    if (input.kind !== 'input' || elementCount(input.shape) !== 1 || !Number.isSafeInteger(classes) || classes < 2)
      throw unsupportedLayer(place, {
        problem: 'looks numbers up in a table',
        expected: 'a label as its input',
        got: 'something else',
      });
    this.classes.set(input, classes);
    if (child.className === 'CategoryEncoding') return input;
    const units = Number(config.output_dim);
    const table = this.node({
      ...at,
      kind: 'layer',
      inputs: [input],
      shape: [units],
      spec: labelTable(units),
      source: { address: child.address, zeros: [] },
    });
    return input.shape.length === 0 ? table : this.made(reshaped([1, units]), table, { ...at, name: `${at.name}_row` });
  }

  /** Means and variances that were learned from the data before training. */
  private normalization(child: Node, input: FlowNode, at: Pick<FlowNode, 'name' | 'className' | 'scope'>): FlowNode {
    const { mean, variance, invert } = configOf(child.json);
    const place: KerasPlace = { file: this.file, layer: child.name, className: child.className };
    const numbers = [mean, variance].map((value) =>
      Array.isArray(value) && value.length === 1 ? Number(value[0]) : value,
    );
    const [center, spread] = numbers;
    if (invert === true) throw unsupportedLayer(place, { at: { field: 'invert' }, expected: 'false', got: 'true' });
    if (typeof center === 'number' && typeof spread === 'number') {
      const deviation = Math.max(Math.sqrt(spread), 1e-7);
      return this.made(rescaled(1 / deviation, -center / deviation), input, at);
    }
    const json = { class_name: 'BatchNormalization', config: { axis: -1, scale: false, center: false, epsilon: 1e-8 } };
    return this.known(json, [input], { ...at, address: child.address }, { ...place, className: 'BatchNormalization' });
  }

  /** A layer of Keras' own. */
  private known(
    json: JsonObject,
    inputs: readonly FlowNode[],
    at: Pick<FlowNode, 'name' | 'className' | 'scope'> & { readonly address: Address; readonly attribute?: string },
    place: KerasPlace,
  ): FlowNode {
    const [first] = inputs;
    const config = configOf(json);
    const className = String(json.class_name ?? place.className);
    const isImage = first.shape.length === 3;
    const axisFirst =
      (className === 'BatchNormalization' || className === 'Concatenate') && isImage && [config.axis].flat()[0] === 1;
    if (isImage && (config.data_format === 'channels_first' || axisFirst)) {
      const turned = inputs.map((input) => this.permute(input, CHANNELS_LAST));
      const last = {
        ...config,
        ...(axisFirst ? { axis: -1 } : {}),
        ...(config.data_format === undefined ? {} : { data_format: 'channels_last' }),
        was_first: true,
      };
      const made = this.known({ ...json, config: last }, turned, at, place);
      return made.shape.length === 3 ? this.permute(made, CHANNELS_FIRST) : made;
    }
    const split = this.activationApart(config, className);
    if (split !== null) {
      const base =
        className === 'Activation'
          ? first
          : this.known({ ...json, config: { ...config, activation: 'linear' } }, inputs, at, place);
      return split(base, { name: `${at.name}_activation`, className, scope: at.scope }, at.address);
    }
    if (className === 'Dense' && first.shape.length > 1) return this.denseAlong(json, first, at, place);
    return this.plain(json, inputs, at, place);
  }

  /** Activations that are layers here, or differ between the versions of Keras. */
  private activationApart(
    { activation }: Config,
    className: string,
  ): ((base: FlowNode, at: Pick<FlowNode, 'name' | 'className' | 'scope'>, address: Address) => FlowNode) | null {
    const named = isRecord(activation) && typeof activation.config === 'string' ? activation.config : activation;
    if (named === 'relu6') return (base, at) => this.made(clipped(6), base, at);
    if (named === 'hard_sigmoid' && className !== 'LSTM') {
      if (this.options.version?.startsWith('3'))
        return (base, at) => this.made({ type: 'activation', activation: 'hard-sigmoid' }, base, at);
      // Keras before 3: max(0, min(1, 0.2 x + 0.5)).
      return (base, at) =>
        this.made(clipped(1), this.made(rescaled(0.2, 0.5), base, { ...at, name: `${at.name}_line` }), at);
    }
    if (!isRecord(named) || typeof named.class_name !== 'string' || !isRecord(named.config)) return null;
    const { class_name: own } = named;
    if (!isKnownClass(own, named.registered_name)) return null;
    return (base, at, address) =>
      this.known(
        named,
        [base],
        { ...at, className: own, address },
        { file: this.file, layer: at.name, className: own },
      );
  }

  /** A dense layer over the last axis of images or rows: a convolution of one pixel. */
  private denseAlong(json: JsonObject, input: FlowNode, at: Parameters<Flow['known']>[2], place: KerasPlace): FlowNode {
    const { units, activation, use_bias: useBias } = configOf(json);
    const [rows, last] = input.shape;
    const isRows = input.shape.length === 2;
    const images = isRows ? this.made(reshaped([rows, 1, last]), input, { ...at, name: `${at.name}_rows` }) : input;
    const config = { filters: units, kernel_size: [1, 1], activation, use_bias: useBias };
    const made = this.plain(
      { class_name: 'Conv2D', config },
      [images],
      at,
      { ...place, className: 'Conv2D' },
      (array) => (array.dims.length === 2 ? underShape(array, [1, 1, ...array.dims]) : array),
    );
    return isRows ? this.made(reshaped([rows, made.shape[2]]), made, { ...at, name: `${at.name}_back` }) : made;
  }

  private plain(
    json: JsonObject,
    inputs: readonly FlowNode[],
    { address, attribute, ...at }: Parameters<Flow['known']>[2],
    place: KerasPlace,
    arrange?: KerasSource['arrange'],
  ): FlowNode {
    const [first] = inputs;
    const translation = translateLayer(json, place, first.shape);
    if (translation.kind === 'nothing') return first;
    const shapes = inputs.map(({ shape }) => shape);
    if (translation.kind === 'activation') {
      const { activation, alone } = translation;
      if (activation === 'linear') return first;
      const shape = this.infer(alone, shapes, place);
      return this.node({ ...at, kind: 'layer', inputs, shape, spec: alone, source: null, activation });
    }
    const { spec, zeros } = translation;
    const shape = this.infer(spec, shapes, place);
    const source: KerasSource = {
      address,
      zeros,
      ...(attribute === undefined ? {} : { attribute }),
      arrange: arrange ?? this.kernelsOf(json, place),
    };
    const isGaussian = gaussianOf(spec) !== null;
    return this.node({
      ...at,
      kind: isGaussian ? 'sampling' : 'layer',
      inputs,
      shape,
      spec,
      source: definitionOf(spec).hasWeights ? source : null,
      ...(isGaussian && inputs.length === 2 ? { mean: first } : {}),
    });
  }

  private kernelsOf(json: JsonObject, { className }: KerasPlace): KerasSource['arrange'] {
    const { layout } = this.options;
    if (!layout.isKeras1 && !layout.isTheano) return undefined;
    const channelsFirst = configOf(json).was_first === true;
    const transpose = /Transpose|^Deconv/.test(className);
    return (array, role) =>
      role === 'kernel' && array.dims.length === 4 ? modernKernel(array, layout, { transpose, channelsFirst }) : array;
  }

  /** The shape after a layer; its errors name the layer as the file does. */
  private infer(spec: LayerSpec, shapes: readonly Shape[], place: KerasPlace): Shape {
    try {
      const definition = definitionOf(spec);
      const at = { networkId: 'file', part: 'encoder', layer: place.layer } as const;
      definition.validate(spec, at);
      const [least, most] = definition.inputs;
      if (shapes.length < least || shapes.length > most)
        throw inputError('unsupported-model', {
          problem: `joins ${shapes.length} layers`,
          expected: least === most ? `${least}` : `${least} to ${most}`,
        });
      const shape = definition.outputShape(spec, shapes[0], at, shapes);
      if (elementCount(shape) > MAX_ELEMENTS)
        throw inputError('layer-too-large', {
          expected: `at most ${MAX_ELEMENTS} values for one image`,
          got: formatShape(shape),
        });
      return shape;
    } catch (error) {
      if (!(error instanceof LatentError)) throw error;
      const at = { ...errorPlace(place), field: error.at?.field };
      throw inputError(error.code, { ...error.facts, at }, { cause: error });
    }
  }
}
