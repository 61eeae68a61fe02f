/** Nodes of the graph of a Keras file: single layers, each as the layers of ours that compute the same. */
import { inputError, LatentError } from '../../errors.ts';
import { definitionOf, gaussianOf, type LayerSpec } from '../../layers/index.ts';
import { MAX_ELEMENTS } from '../../network/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { elementCount, formatShape, type Shape } from '../../tensor/index.ts';
import { type KernelLayout, modernKernel, underShape } from './arrange.ts';
import { isKnownClass, translateLayer } from './classes.ts';
import type { FlowNode } from './flow-node.ts';
import { isLossName } from './inert.ts';
import type { KerasSource } from './keras-layer.ts';
import { CHANNELS_FIRST, CHANNELS_LAST, clipped, labelTable, permuted, rescaled, reshaped } from './made-layers.ts';
import { errorPlace, type JsonObject, type KerasPlace, unsupportedLayer } from './place.ts';
import { type Config, configOf } from './stated-shape.ts';
import { type Address, fault, MAX_LAYERS, type Node } from './tree.ts';

/** What of a file the reader of its layers asks for. */
export interface FlowOptions {
  readonly file: string;
  readonly layout: KernelLayout;
  /** The version of Keras that wrote it; null where it does not say. */
  readonly version: string | null;
  /** The dimensions of a layer's kernel in the file; null where it is not there. */
  readonly kernelDims: (address: Address) => readonly number[] | null;
}

/** Where a layer stands in the graph. */
export type NodePlace = Pick<FlowNode, 'name' | 'className' | 'scope'>;

/** Makes nodes, and keeps what a person should know of them. */
export class NodeMaker {
  readonly notes: string[] = [];
  /** Labels that enter as numbers, by the node that they enter by, and how many classes there are. */
  readonly classes = new Map<FlowNode, number>();
  protected readonly options: FlowOptions;
  private count = 0;

  constructor(options: FlowOptions) {
    this.options = options;
  }

  protected get file(): string {
    return this.options.file;
  }

  node(made: Omit<FlowNode, 'id'>): FlowNode {
    this.count += 1;
    if (this.count > 4 * MAX_LAYERS)
      throw fault(this.file, { expected: `at most ${4 * MAX_LAYERS} layers, calls of shared ones included` });
    return { id: this.count, ...made };
  }

  /** A layer that the file says with other words. */
  protected made(spec: LayerSpec, input: FlowNode, of: NodePlace): FlowNode {
    const shape = this.infer(spec, [input.shape], { file: this.file, layer: of.name, className: of.className });
    const { name, className, scope } = of;
    return this.node({ kind: 'layer', name, className, scope, inputs: [input], shape, spec, source: null });
  }

  /** Axes in another order; two such layers that undo each other are none. */
  protected permute(input: FlowNode, order: Shape): FlowNode {
    const before = input.inputs[0];
    if (input.spec?.type === 'permute' && before !== undefined) {
      const { order: first } = input.spec;
      if (order.every((axis, i) => first[axis - 1] === i + 1)) return before;
    }
    return this.made(permuted(order), input, { name: `${input.name}_axes`, className: 'Permute', scope: input.scope });
  }

  protected passed(input: FlowNode, { layer, className }: KerasPlace, why: string): FlowNode {
    this.notes.push(`layer "${layer}" of the class "${className}" ${why}, and was left out`);
    return input;
  }

  /** A class of somebody's own that adds to the loss, or acts in training alone. */
  protected inert(inputs: readonly FlowNode[], output: number, place: KerasPlace): FlowNode {
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

  /** A label as a number, and the table of it or its one-hot form. */
  protected ofLabel(child: Node, input: FlowNode, at: NodePlace): FlowNode {
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
  protected normalization(child: Node, input: FlowNode, at: NodePlace): FlowNode {
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
  protected known(
    json: JsonObject,
    inputs: readonly FlowNode[],
    at: NodePlace & { readonly address: Address; readonly attribute?: string },
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
  protected activationApart(
    { activation }: Config,
    className: string,
  ): ((base: FlowNode, at: NodePlace, address: Address) => FlowNode) | null {
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
  protected denseAlong(
    json: JsonObject,
    input: FlowNode,
    at: Parameters<NodeMaker['known']>[2],
    place: KerasPlace,
  ): FlowNode {
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

  protected plain(
    json: JsonObject,
    inputs: readonly FlowNode[],
    { address, attribute, ...at }: Parameters<NodeMaker['known']>[2],
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

  protected kernelsOf(json: JsonObject, { className }: KerasPlace): KerasSource['arrange'] {
    const { layout } = this.options;
    if (!layout.isKeras1 && !layout.isTheano) return undefined;
    const channelsFirst = configOf(json).was_first === true;
    const transpose = /Transpose|^Deconv/.test(className);
    return (array, role) =>
      role === 'kernel' && array.dims.length === 4 ? modernKernel(array, layout, { transpose, channelsFirst }) : array;
  }

  /** The shape after a layer; its errors name the layer as the file does. */
  protected infer(spec: LayerSpec, shapes: readonly Shape[], place: KerasPlace): Shape {
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
