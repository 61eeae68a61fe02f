/** One layer of a Keras file in its place: a layer of Keras, an operation, a wrapper, or somebody's code. */
import { type ErrorFacts, inputError, LatentError } from '../../errors.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { type Shape, sameShape } from '../../tensor/index.ts';
import { isKnownClass, translateLayer } from './classes.ts';
import type { FlowNode } from './flow-node.ts';
import { isInertClass, isInertName, WRAPPERS, whyNot } from './inert.ts';
import { reshaped } from './made-layers.ts';
import { type FlowOptions, NodeMaker, type NodePlace } from './node-maker.ts';
import { isOperation, operationActivation, readOperation } from './operations.ts';
import { type KerasPlace, unsupportedLayer } from './place.ts';
import { gaussianCode } from './sampling.ts';
import { configOf, statedShape } from './stated-shape.ts';
import { argumentsOf, fault, type Node, statedOutput } from './tree.ts';

/** Makes the nodes of layers. */
export class LayerMaker extends NodeMaker {
  private readonly used = new Map<number, FlowNode>();
  /** Whether images may have any size. */
  protected readonly anySize: boolean;

  constructor(options: FlowOptions, anySize: boolean) {
    super(options);
    this.anySize = anySize;
  }

  protected requireShape(node: FlowNode, stated: Shape, at: Node): void {
    if (sameShape(node.shape, stated) || node.kind === 'opaque' || this.anySize) return;
    throw inputError('shape-mismatch', {
      at: { file: this.file, layer: at.name },
      expected: `[batch, ${stated.join(', ')}]`,
      got: `[batch, ${node.shape.join(', ')}]`,
      hint: 'the file contradicts itself',
    });
  }

  /** What an opaque node stands for, where a layer takes it. */
  protected use(node: FlowNode): FlowNode {
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

  /** One layer of the file, and what it stands for. */
  protected layer(
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

  protected statedOf({ name, json }: Node, model: Node): Shape | null {
    const { output_shape: own } = configOf(json);
    const dims: readonly unknown[] = Array.isArray(own) ? own : [];
    if (dims.length > 0) {
      const bare = dims[0] === null ? dims.slice(1) : dims;
      if (bare.every((dim) => Number.isSafeInteger(dim) && Number(dim) > 0)) return bare.map(Number);
    }
    return statedOutput(model, name);
  }

  protected operation(
    child: Node,
    inputs: readonly FlowNode[],
    call: number,
    opaque: (refusal: () => LatentError) => FlowNode,
    at: NodePlace,
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
  protected wrapped(child: Node, inputs: readonly FlowNode[], scope: readonly string[]): FlowNode {
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
}
