/**
 * Follows data through the tree of a Keras model, from its input to its output: one chain of layers, which may end in
 * two heads and a layer that joins them.
 */

import { inputError, LatentError, shown } from '../../errors.ts';
import { definitionOf, type JoinedHeads, type LayerSpec } from '../../layers/index.ts';
import { inferLayers } from '../../network/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { type Shape, sameShape } from '../../tensor/index.ts';
import { joinedHeads, translateLayer } from './classes.ts';
import { joinParts, type KerasLayer, type KerasSource, type Visited } from './parts.ts';
import { errorPlace, type KerasPlace, unsupportedLayer } from './place.ts';
import {
  CONTAINERS,
  callsOf,
  fault,
  holdsCode,
  inboundOf,
  isSampling,
  MAX_LAYERS,
  type Node,
  type TensorRef,
  tensorRefs,
} from './tree.ts';

const shapeOf = (value: unknown, layer: string, file: string): Shape | null => {
  if (!Array.isArray(value)) return null;
  const dims: readonly unknown[] = value.slice(1);
  if (dims.length > 0 && dims.every((dim) => Number.isSafeInteger(dim) && Number(dim) > 0)) return dims.map(Number);
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
  return Array.isArray(built) && !built.some(Array.isArray) ? shapeOf(built, name, file) : null;
};

/** Where a walk through a Functional model ends: at one of its outputs, at a layer, or (null) at its main output. */
type End = number | TensorRef | null;

/** The layers behind outputs of a Functional model. */
const outputsOf = ({ json, children }: Node, refs: readonly TensorRef[]): (Node | undefined)[] => {
  const outputs = isRecord(json.config) ? tensorRefs(json.config.output_layers) : [];
  return refs.map(({ output }) => children.find(({ name }) => name === outputs[output]?.layer));
};

/** Follows data through the tree. */
export class Walker {
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
      throw inputError('shape-mismatch', {
        at: { file: this.file, layer: node.name },
        expected: `[batch, ${shape.join(', ')}]`,
        got: `[batch, ${this.shape.join(', ')}]`,
        hint: 'the file contradicts itself',
      });
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
      throw fault(this.file, {
        at: { layer: node.name },
        expected: 'the shape of its input',
        got: 'none',
        hint: 'take another file',
      });
    const inputShape = this.shape;
    if (inputShape === null)
      throw fault(this.file, {
        at: { layer: node.name },
        problem: 'the shape that reaches it is nowhere stated',
        hint: 'build the model before it is saved',
      });
    const translation = translateLayer(node.json, place, inputShape);
    switch (translation.kind) {
      case 'nothing':
        return { isModel: false, layers: [] };
      case 'activation':
        return {
          isModel: false,
          layers: [],
          activation: {
            activation: translation.activation,
            alone: { name: node.name, spec: translation.alone, source: null },
          },
        };
      case 'layer': {
        this.shape = this.infer(translation.spec, inputShape, place);
        const { spec, zeros } = translation;
        const source = definitionOf(spec).hasWeights ? { address: node.address, zeros } : null;
        return { isModel: false, layers: [{ name: node.name, spec, source }] };
      }
    }
  }

  /** The shape after a layer; its errors name the layer as the file does. */
  private infer(spec: LayerSpec, inputShape: Shape, place: KerasPlace): Shape {
    try {
      return inferLayers([spec], { inputShape, part: 'encoder', networkId: 'file' })[0].outputShape;
    } catch (error) {
      if (!(error instanceof LatentError)) throw error;
      const at = { ...errorPlace(place), field: error.at?.field };
      throw inputError(error.code, { ...error.facts, at }, { cause: error });
    }
  }

  private walkFunctional(node: Node, end: End): KerasLayer[][] {
    const { config } = node.json;
    if (!isRecord(config))
      throw fault(this.file, { at: { subject: `model "${node.name}"` }, expected: 'a config object' });
    const outputs = tensorRefs(config.output_layers);
    const byName = new Map(node.children.map((child) => [child.name, child]));
    const from = typeof end === 'number' ? outputs[end] : (end ?? this.mainOutput(outputs, byName));
    if (from === undefined)
      throw fault(this.file, {
        at: { subject: `model "${node.name}"` },
        expected: 'an output layer',
        got: 'none',
        hint: 'take another file',
      });
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
        throw fault(this.file, {
          at: { subject: `model "${model}"` },
          expected: `a layer "${at.layer}"`,
          got: 'none',
          hint: 'take another file',
        });
      if (steps.length > MAX_LAYERS)
        throw fault(this.file, { at: { subject: `model "${model}"` }, problem: 'its layers run in a circle' });
      const inbound = inboundOf(node);
      const place: KerasPlace = { file: this.file, layer: node.name, className: node.className };
      if (callsOf(node) > 1)
        throw inputError('unsupported-model', {
          at: errorPlace(place),
          problem: 'is used more than once',
          expected: 'a chain of layers',
        });
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
        throw inputError('unsupported-model', {
          at: errorPlace(place),
          problem: `joins ${inbound.length} layers`,
          expected: 'a chain of layers',
        });
      } else {
        steps.push({ node, end: at.output });
        [at] = inbound;
      }
    }
    return steps.reverse();
  }

  /** A layer that joins two heads of one layer: the sample of a Gaussian code, whatever its class is called. */
  private heads(
    node: Node,
    inbound: readonly TensorRef[],
    byName: ReadonlyMap<string, Node>,
    place: KerasPlace,
  ): HeadStep {
    const outer = byName.get(inbound[0].layer);
    const within = outer && outer.children.length > 0 && inbound[1].layer === inbound[0].layer ? outer : null;
    const [first, second] = within ? outputsOf(within, inbound) : inbound.map(({ layer }) => byName.get(layer));
    const joined = joinedHeads(first?.className, second?.className);
    const common = first && second && JSON.stringify(inboundOf(first)) === JSON.stringify(inboundOf(second));
    if (!first || !second || !joined || !common || !isSampling(node)) {
      translateLayer(node.json, place, []);
      throw inputError('unsupported-model', {
        at: errorPlace(place),
        problem: 'joins two layers',
        expected: 'a chain, or two heads of the same kind and a sampling layer',
      });
    }
    const isScale = ({ name }: Node): boolean => /log|var|sigma|std/i.test(name) && !/mean|mu\b/i.test(name);
    const [mean, scale] = isScale(first) && !isScale(second) ? [second, first] : [first, second];
    this.notes.push(
      `layer "${node.name}" of the class "${node.className}" is taken for Gaussian sampling; its code is not run, and the code of an image is its mean`,
    );
    return { node, heads: { mean, scale }, joined, within };
  }

  private visitHeads({ node, heads, joined }: HeadStep): Visited {
    const place: KerasPlace = { file: this.file, layer: node.name, className: node.className };
    const inputShape = this.shape;
    if (inputShape === null)
      throw fault(this.file, { at: { layer: node.name }, problem: 'the shape that reaches it is nowhere stated' });
    const read = (head: Node): { readonly spec: LayerSpec; readonly source: KerasSource } => {
      const at = { file: this.file, layer: head.name, className: head.className };
      const translation = translateLayer(head.json, at, inputShape);
      if (translation.kind !== 'layer') throw unsupportedLayer(at, { expected: `a ${joined.className} head` });
      return { spec: translation.spec, source: { address: head.address, zeros: translation.zeros } };
    };
    const [mean, scale] = [read(heads.mean), read(heads.scale)];
    const made = joined.join(mean.spec, scale.spec, heads.scale.name);
    if (!('type' in made)) throw unsupportedLayer(place, made);
    // A specification of the layer that the heads belong to, by its own definition.
    const spec = made as LayerSpec;
    this.shape = this.infer(spec, inputShape, place);
    const [meanName, scaleName] = joined.names(spec);
    const sources = new Map([
      [meanName, mean.source],
      [scaleName, scale.source],
    ]);
    return { isModel: false, layers: [{ name: node.name, spec, source: { heads: sources } }] };
  }
}

type Step = { readonly node: Node; readonly end: End } | HeadStep;
interface HeadStep {
  readonly node: Node;
  readonly heads: { readonly mean: Node; readonly scale: Node };
  readonly joined: JoinedHeads;
  /** The sub-model that holds the heads, where the sample is drawn outside of it. */
  readonly within: Node | null;
}
