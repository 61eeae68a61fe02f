/**
 * Follows data through the tree of a Keras model, from an output back to what enters: a graph of layers without models
 * within each other. Only what an output depends on is looked at.
 */
import type { LatentError } from '../../errors.ts';
import { type Shape, sameShape } from '../../tensor/index.ts';
import { isMeanName, isScaleName } from '../output-names.ts';
import type { FlowNode } from './flow-node.ts';
import { isInertClass } from './inert.ts';
import { LayerMaker } from './layer-maker.ts';
import { CHANNELS_FIRST, CHANNELS_LAST } from './made-layers.ts';
import type { FlowOptions } from './node-maker.ts';
import { isPlainScale, joinHeads } from './sampling.ts';
import { ANY_SIZE, configOf, statedShape, takesAnySize, usesChannelsFirst } from './stated-shape.ts';
import { argumentsOf, callsOf, fault, isTensor, type Node, type TensorRef, tensorRefs } from './tree.ts';

export type { FlowOptions } from './node-maker.ts';

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

/** Follows data through one file. */
export class Flow extends LayerMaker {
  private readonly channelsFirst: boolean;
  private readonly open = new Set<string>();

  constructor(options: FlowOptions, root: Node) {
    super(options, takesAnySize(root));
    this.channelsFirst = usesChannelsFirst(root);
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
    return this.codeOfHeads(frame, child, inner, output) ?? this.output(inner, output);
  }

  /**
   * The code of a variational encoder in layers of Keras alone: of two outputs the mean goes on, and the log-scale nowhere.
   * Null for any other output.
   */
  private codeOfHeads({ model, scope }: Frame, child: Node, inner: Frame, output: number): FlowNode | null {
    const names = this.outputNames(inner);
    const [meanName, scaleName] = [names[output], names[1 - output]];
    if (names.length !== 2 || !isMeanName(meanName) || !isScaleName(scaleName)) return null;
    const taken = [...model.children.map(({ json }) => json.inbound_nodes), configOf(model.json).output_layers];
    if (taken.flatMap(tensorRefs).some((ref) => ref.layer === child.name && ref.output !== output)) return null;
    const [mean, scale] = [this.use(this.output(inner, output)), this.use(this.output(inner, 1 - output))];
    if (mean === scale || !sameShape(mean.shape, scale.shape) || !isPlainScale(scale)) return null;
    this.notes.push(`"${meanName}" and "${scaleName}" of "${child.name}" are taken for the heads of a Gaussian code`);
    const at = { name: 'z', className: child.className, scope: [...scope, child.name] };
    return joinHeads(mean, scale, at, { node: (made) => this.node(made) }, scaleName);
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
}
