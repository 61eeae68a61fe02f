/**
 * In which order PyTorch has the numbers of a vector.
 *
 * In: a network. Out: for each layer, how the vectors that enter and leave it are ordered where images have their channels
 * first. A flattened image has its channels last here and first there; so has a vector that becomes an image. A network
 * that says `permute` has them first already.
 */
import { definitionOf, LABEL_INPUT, type LayerSpec, PART_INPUT } from '../../layers/index.ts';
import type { ResolvedLayer, ResolvedNetwork } from '../../network/index.ts';
import { elementCount, type Shape } from '../../tensor/index.ts';

/** Number i of the vector here is number `order[i]` there; null where both have one order. */
export type VectorOrder = Int32Array | null;

/** Orders of what enters and leaves a layer. */
export interface LayerOrders {
  readonly in: VectorOrder;
  readonly out: VectorOrder;
}

/** Of an image that is flattened: rows, columns, channels here; channels, rows, columns there. */
export const imageOrder = (shape: Shape): VectorOrder => {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || channels === 1 || height * width === 1) return null;
  return Int32Array.from({ length: elementCount(shape) }, (_, i) => {
    const place = Math.floor(i / channels);
    return (i % channels) * height * width + place;
  });
};

interface Node {
  readonly layer: ResolvedLayer;
  /** Indices of the layers whose outputs it takes; -1 for what enters the network or is a label. */
  readonly sources: readonly number[];
}

/** The layers of all parts as one graph: what leaves the encoder enters the decoder. */
const graphOf = ({ parts }: ResolvedNetwork): readonly Node[] => {
  const nodes: Node[] = [];
  let entry = -1;
  for (const { layers } of parts) {
    const indices = new Map([[PART_INPUT, entry]]);
    for (const layer of layers) {
      const sources = layer.inputs.map((name) => (name === LABEL_INPUT ? -1 : (indices.get(name) ?? -1)));
      indices.set(layer.name, nodes.length);
      nodes.push({ layer, sources });
    }
    entry = nodes.length - 1;
  }
  return nodes;
};

/** The order of axes of a `permute`, as text; null of any other layer. */
const permuted = (spec: LayerSpec | undefined): string | null =>
  spec !== undefined && 'order' in spec && Array.isArray(spec.order) ? spec.order.join() : null;

const CHANNELS_FIRST = '3,1,2';
const CHANNELS_LAST = '2,3,1';

/** Whether a layer makes a new vector, whose order its own arrays give. */
const makesVector = (spec: LayerSpec): boolean =>
  definitionOf(spec)
    .torch(spec)
    .some(({ arrays }) => Object.values(arrays).some(({ vectors }) => vectors?.includes('out')));

const isVector = (shape: Shape): boolean => shape.length === 1;

/** Vectors one behind another, each in its own order. */
const joinOrders = (orders: readonly VectorOrder[], lengths: readonly number[]): VectorOrder => {
  if (orders.every((order) => order === null)) return null;
  const joined: number[] = [];
  let at = 0;
  orders.forEach((order, i) => {
    for (let k = 0; k < lengths[i]; k++) joined.push(at + (order === null ? k : order[k]));
    at += lengths[i];
  });
  return Int32Array.from(joined);
};

/** Orders by the name of part and layer: `encoder/dense_1`. */
export const vectorOrders = (network: ResolvedNetwork): ReadonlyMap<string, LayerOrders> => {
  const nodes = graphOf(network);
  const followers = nodes.map((_, index) =>
    nodes.flatMap(({ sources }, other) => (sources.includes(index) ? [other] : [])),
  );
  /** The order that those who take a vector ask for. */
  const wanted = (index: number): VectorOrder => {
    for (const next of followers[index]) {
      const { inputShape, outputShape, spec } = nodes[next].layer;
      if (!isVector(inputShape)) continue;
      if (outputShape.length === 3) {
        const isFirst = followers[next].some((after) => permuted(nodes[after].layer.spec) === CHANNELS_LAST);
        return isFirst ? null : imageOrder(outputShape);
      }
      if (!makesVector(spec) && isVector(outputShape) && outputShape[0] === inputShape[0]) return wanted(next);
    }
    return null;
  };
  const out: VectorOrder[] = [];
  const orders = nodes.map(({ layer, sources }, index): LayerOrders => {
    const { spec, inputShape, inputShapes, outputShape } = layer;
    const taken = sources.map((source) => (source < 0 ? null : out[source]));
    const [first = null] = taken;
    const leaves = (): VectorOrder => {
      if (!isVector(outputShape)) return null;
      if (makesVector(spec)) return wanted(index);
      if (inputShape.length === 3 && elementCount(inputShape) === outputShape[0]) {
        const isFirst = permuted(nodes[sources[0]]?.layer.spec) === CHANNELS_FIRST;
        return isFirst ? null : imageOrder(inputShape);
      }
      if (!isVector(inputShape)) return null;
      if (inputShapes.length > 1 && outputShape[0] > inputShape[0])
        return joinOrders(
          taken,
          inputShapes.map(([length]) => length),
        );
      return outputShape[0] === inputShape[0] ? first : null;
    };
    const result = { in: isVector(inputShape) ? first : null, out: leaves() };
    out.push(result.out);
    return result;
  });
  const names = network.parts.flatMap(({ name, layers }) => layers.map((layer) => `${name}/${layer.name}`));
  return new Map(names.map((name, i) => [name, orders[i]]));
};
