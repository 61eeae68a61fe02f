/**
 * Layers as people write them: scales and offsets go into the product before them, activations into the layer whose values
 * they are of, and where axes are moved between a dense layer and an image the dense layer's weights are moved instead.
 */
import { type Activation, activationOf } from '../../activations/index.ts';
import { commutes, definitionOf, type LayerSpec, PART_INPUT, withActivation } from '../../layers/index.ts';
import { elementCount, type Shape } from '../../tensor/index.ts';
import type { AffineDraft, Draft, LayerDraft } from './drafts.ts';

/** Layers in order, and the ids whose values are wanted. */
interface Net {
  list: Draft[];
  /** Ids that stand for others by now. */
  readonly renamed: Map<string, string>;
  readonly wanted: readonly string[];
}

const resolve = ({ renamed }: Net, id: string): string => {
  let at = id;
  for (let next = renamed.get(at); next !== undefined; next = renamed.get(at)) at = next;
  return at;
};

const find = (net: Net, id: string): Draft | undefined => net.list.find((draft) => draft.id === id);

/** Layers that take what a layer gives, with an entry where it is wanted itself. */
const takersOf = (net: Net, id: string): (Draft | 'output')[] => [
  ...net.list.flatMap((draft) => draft.inputs.filter((input) => input === id).map(() => draft)),
  ...net.wanted.filter((name) => resolve(net, name) === id).map(() => 'output' as const),
];

const onlyTaker = (net: Net, id: string): Draft | null => {
  const [taker, ...more] = takersOf(net, id);
  return taker !== undefined && taker !== 'output' && more.length === 0 ? taker : null;
};

/** Takes a layer of one input out; what it gave is what its input gives. */
const drop = (net: Net, draft: Draft): void => {
  net.list = net.list.filter((other) => other !== draft);
  net.renamed.set(draft.id, draft.inputs[0]);
  for (const other of net.list)
    other.inputs = other.inputs.map((input) => (input === draft.id ? draft.inputs[0] : input));
};

const pruned = (net: Net): void => {
  const used = new Set(net.wanted.map((id) => resolve(net, id)));
  for (const draft of [...net.list].reverse())
    if (used.has(draft.id)) for (const input of draft.inputs) used.add(input);
  net.list = net.list.filter(({ id }) => used.has(id));
};

/** The weight whose every last column makes one output, by type; the kernel's axis of outputs. */
const kernels: Readonly<
  Record<string, { readonly role: string; readonly outputAxis: (rank: number) => number } | undefined>
> = {
  dense: { role: 'kernel', outputAxis: () => 1 },
  conv2d: { role: 'kernel', outputAxis: () => 3 },
  'depthwise-conv2d': { role: 'depthwise_kernel', outputAxis: () => 3 },
  // Rows, columns, filters, channels.
  'conv2d-transpose': { role: 'kernel', outputAxis: () => 2 },
};

/** Scale and offset as part of the product that gives the values; false where there is none. */
const intoProduct = (before: LayerDraft, { scale, offset }: AffineDraft): boolean => {
  const { spec, weights } = before;
  const kernel = kernels[spec.type];
  const values = kernel && weights.get(kernel.role);
  if (!kernel || !values || definitionOf(spec).activation(spec) !== 'linear') return false;
  const outputs = scale.length;
  // A transposed kernel has its outputs before the channels; depthwise kernels have channel and multiplier as one.
  const inner =
    spec.type === 'conv2d-transpose' ? values.length / (spec.kernelSize[0] * spec.kernelSize[1] * outputs) : 1;
  weights.set(
    kernel.role,
    values.map((value, i) => value * scale[Math.floor(i / inner) % outputs]),
  );
  const bias = weights.get('bias');
  const moved = Float32Array.from(offset, (value, i) => (bias ? bias[i] * scale[i] : 0) + value);
  weights.set('bias', moved);
  if ('useBias' in spec) {
    const { useBias: _useBias, ...rest } = spec;
    before.spec = rest;
  }
  return true;
};

/** A scale and an offset as layers of their own. */
const asLayers = (draft: AffineDraft): LayerDraft[] => {
  const { id, inputs, scale, offset, shape } = draft;
  const channels = scale.length;
  const spec: LayerSpec = { type: 'depthwise-conv2d', kernelSize: [1, 1], activation: 'linear' };
  const weights = new Map([
    ['depthwise_kernel', scale],
    ['bias', offset],
  ]);
  if (shape.length === 3) return [{ kind: 'layer', id, spec, inputs, weights, shape }];
  const rows: Shape = [elementCount(shape) / channels, 1, channels];
  const layer = (own: string, from: readonly string[], of: LayerSpec, to: Shape): LayerDraft => ({
    kind: 'layer',
    id: own,
    spec: of,
    inputs: [...from],
    weights: new Map(),
    shape: to,
  });
  return [
    layer(`${id}_rows`, inputs, { type: 'reshape', targetShape: rows }, rows),
    { kind: 'layer', id: `${id}_scaled`, spec, inputs: [`${id}_rows`], weights, shape: rows },
    layer(id, [`${id}_scaled`], { type: 'reshape', targetShape: shape }, shape),
  ];
};

const mergeAffine = (net: Net): void => {
  for (const draft of [...net.list]) {
    if (draft.kind !== 'affine') continue;
    const before = find(net, draft.inputs[0]);
    const isAlone = before !== undefined && onlyTaker(net, before.id) === draft;
    if (before?.kind === 'layer' && isAlone && intoProduct(before, draft)) drop(net, draft);
    else if (before?.kind === 'affine' && isAlone) {
      const scale = draft.scale.map((value, i) => value * before.scale[i]);
      const offset = draft.offset.map((value, i) => value + draft.scale[i] * before.offset[i]);
      const joint: AffineDraft = { ...draft, inputs: before.inputs, scale, offset };
      net.list = net.list.flatMap((other) => (other === before ? [] : [other === draft ? joint : other]));
    }
  }
  net.list = net.list.flatMap((draft) => (draft.kind === 'affine' ? asLayers(draft) : [draft]));
};

/** The activation that a layer is, whose values it may be applied to earlier. */
const alone = ({ spec, inputs }: LayerDraft): Activation | null =>
  spec.type === 'activation' && inputs.length === 1 ? spec.activation : null;

const mergeActivations = (net: Net): void => {
  for (const draft of [...net.list]) {
    const activation = draft.kind === 'layer' ? alone(draft) : null;
    if (draft.kind !== 'layer' || activation === null) continue;
    let target = find(net, draft.inputs[0]);
    let taker: Draft = draft;
    while (target?.kind === 'layer' && onlyTaker(net, target.id) === taker) {
      const within = withActivation(target.spec, activation);
      if (within !== null && (activationOf(activation).elementwise || target === find(net, draft.inputs[0]))) {
        target.spec = within;
        drop(net, draft);
        break;
      }
      if (!commutes(target.spec, activation) || target.inputs.length !== 1) break;
      taker = target;
      target = find(net, target.inputs[0]);
    }
  }
};

/** Whether a layer acts on each value by itself, without weights. */
const isElementwise = ({ spec, weights, inputs }: LayerDraft): boolean => {
  const activation = spec.type === 'activation' ? activationOf(spec.activation).elementwise : null;
  return (
    weights.size === 0 &&
    inputs.length === 1 &&
    (activation ?? ['relu', 'leaky-relu', 'elu', 'rescaling', 'dropout'].includes(spec.type))
  );
};

/** For each value of the permuted image its place before. */
const placesBefore = (before: Shape, order: readonly number[]): Int32Array => {
  const steps = before.map((_, axis) => before.slice(axis + 1).reduce((size, dim) => size * dim, 1));
  const after = order.map((axis) => before[axis - 1]);
  return Int32Array.from({ length: elementCount(before) }, (_, i) => {
    let rest = i;
    let place = 0;
    for (let axis = after.length - 1; axis >= 0; axis--) {
      place += (rest % after[axis]) * steps[order[axis] - 1];
      rest = Math.floor(rest / after[axis]);
    }
    return place;
  });
};

/** Moves a permutation into the rows of the dense layer that it ends in. */
const intoRows = (net: Net, permute: LayerDraft, order: readonly number[], before: Shape): boolean => {
  const passed: LayerDraft[] = [];
  let isFlat = false;
  for (let next = onlyTaker(net, permute.id); next?.kind === 'layer'; next = onlyTaker(net, next.id)) {
    if (next.spec.type === 'dense' && isFlat) {
      const kernel = next.weights.get('kernel');
      if (!kernel) return false;
      const { units } = next.spec;
      const moved = new Float32Array(kernel.length);
      placesBefore(before, order).forEach((place, i) => {
        moved.set(kernel.subarray(i * units, (i + 1) * units), place * units);
      });
      next.weights.set('kernel', moved);
      for (const layer of passed) if (layer.shape.length === permute.shape.length) layer.shape = before;
      drop(net, permute);
      return true;
    }
    const flattens = definitionOf(next.spec).values(next.spec) === 'reshaped' && next.shape.length === 1;
    if (!flattens && !isElementwise(next)) return false;
    isFlat ||= flattens;
    passed.push(next);
  }
  return false;
};

/** Moves a permutation into the columns of the dense layer that its values come from. */
const intoColumns = (net: Net, permute: LayerDraft, order: readonly number[], before: Shape): boolean => {
  const passed: LayerDraft[] = [];
  let reshape: LayerDraft | null = null;
  let taker: Draft = permute;
  for (let from = find(net, permute.inputs[0]); from?.kind === 'layer'; from = find(net, from.inputs[0])) {
    if (onlyTaker(net, from.id) !== taker) return false;
    if (from.spec.type === 'dense' && reshape !== null) {
      const kernel = from.weights.get('kernel');
      if (!kernel || !activationOf(from.spec.activation).elementwise) return false;
      const places = placesBefore(before, order);
      const { units } = from.spec;
      from.weights.set(
        'kernel',
        Float32Array.from(kernel, (_, i) => kernel[Math.floor(i / units) * units + places[i % units]]),
      );
      const bias = from.weights.get('bias');
      if (bias)
        from.weights.set(
          'bias',
          Float32Array.from(bias, (_, i) => bias[places[i]]),
        );
      reshape.spec = { type: 'reshape', targetShape: [...permute.shape] };
      for (const layer of passed) if (layer.shape.length === 3) layer.shape = permute.shape;
      drop(net, permute);
      return true;
    }
    const shapes = from.spec.type === 'reshape' && from.shape.length === 3;
    if (shapes && reshape !== null) return false;
    if (!shapes && !isElementwise(from)) return false;
    if (shapes) reshape = from;
    passed.push(from);
    taker = from;
  }
  return false;
};

const mergePermutes = (net: Net, inputShape: Shape): void => {
  for (const draft of [...net.list]) {
    if (draft.kind !== 'layer' || draft.spec.type !== 'permute') continue;
    const { order } = draft.spec;
    const [input] = draft.inputs;
    const before = input === PART_INPUT ? inputShape : (find(net, input)?.shape ?? []);
    if (!intoRows(net, draft, order, before)) intoColumns(net, draft, order, before);
  }
};

/** Reshapes of reshapes, and those that change nothing. */
const mergeReshapes = (net: Net, inputShape: Shape): void => {
  for (const draft of [...net.list]) {
    if (draft.kind !== 'layer' || draft.spec.type !== 'reshape') continue;
    const [input] = draft.inputs;
    const before = find(net, input);
    const shape = before?.shape ?? inputShape;
    if (before?.kind === 'layer' && before.spec.type === 'reshape') draft.inputs = [...before.inputs];
    if (shape.join() === draft.shape.join()) drop(net, draft);
    else if (draft.shape.length === 1) draft.spec = { type: 'flatten' };
  }
};

/** Layers without weights that do the same to the same values, as one. */
const mergeTwins = (net: Net): void => {
  const known = new Map<string, Draft>();
  for (const draft of [...net.list]) {
    if (draft.kind !== 'layer' || draft.weights.size > 0) continue;
    const key = JSON.stringify([draft.spec, draft.inputs]);
    const twin = known.get(key);
    if (twin === undefined) {
      known.set(key, draft);
      continue;
    }
    net.list = net.list.filter((other) => other !== draft);
    net.renamed.set(draft.id, twin.id);
    for (const other of net.list) other.inputs = other.inputs.map((input) => (input === draft.id ? twin.id : input));
  }
};

export interface Simplified {
  readonly list: readonly LayerDraft[];
  /** The layer that gives what another gave before. */
  readonly now: (id: string) => string;
}

/**
 * @param wanted - ids whose values are to stay what they are.
 */
export const simplify = (drafts: readonly Draft[], wanted: readonly string[], inputShape: Shape): Simplified => {
  const net: Net = { list: [...drafts], renamed: new Map(), wanted };
  pruned(net);
  mergeAffine(net);
  mergeActivations(net);
  mergePermutes(net, inputShape);
  mergeReshapes(net, inputShape);
  mergeTwins(net);
  pruned(net);
  return {
    list: net.list.flatMap((draft) => (draft.kind === 'layer' ? [draft] : [])),
    now: (id) => resolve(net, id),
  };
};
