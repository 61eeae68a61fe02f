/**
 * What a network wants of a file of weights alone.
 *
 * In: a network and how the file lays kernels out. Out: a group of arrays for each of its layers, in order, each with the
 * shape that the file would have and where its values go.
 */
import { definitionOf, gaussianOf, type PartName, type TorchArray } from '../../layers/index.ts';
import type { ParameterSpec, ResolvedLayer, ResolvedNetwork } from '../../network/index.ts';
import { elementCount, type Shape } from '../../tensor/index.ts';
import type { KernelLayout } from './named-arrays.ts';
import { type LayerOrders, type VectorOrder, vectorOrders } from './vector-order.ts';

/** Values by the name of the parameter, filled as a file is read. */
export type Target = Map<string, Float32Array>;

/** One array that is wanted. */
export interface WantedArray {
  /** Last part of its name: `weight`, `kernel`. */
  readonly name: string;
  /** As the file would have it. */
  readonly dims: Shape;
  /** Puts the file's values where they belong. */
  readonly write: (values: Float32Array, target: Target) => void;
}

/** The arrays of one layer, or of one head of it. */
export interface WantedGroup {
  /** `encoder/dense_1`, `encoder/sampling/z_mean` */
  readonly path: string;
  readonly part: PartName;
  /** Name of the layer, and of the head; empty where there is one. */
  readonly layer: string;
  readonly head: string;
  readonly arrays: readonly WantedArray[];
}

/**
 * How a Gaussian code lies in the file: as in the network; as one layer of twice the size where the network has two heads;
 * as two heads where it has one of twice the size.
 */
export type CodeForm = 'as-is' | 'packed' | 'apart';

/** Values in another order of their axes: axis i of the result is axis `axes[i]` of what is given. */
export const transposed = (values: Float32Array, dims: Shape, axes: readonly number[]): Float32Array => {
  const strides = dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
  const shape = axes.map((axis) => dims[axis]);
  const steps = axes.map((axis) => strides[axis]);
  const result = new Float32Array(values.length);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = values[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]++;
      from += steps[axis];
      if (index[axis] < shape[axis]) break;
      from -= steps[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
};

/** Values whose index along one axis is looked up in `order`. */
const reordered = (values: Float32Array, shape: Shape, axis: number, order: VectorOrder): Float32Array => {
  if (order === null || order.length !== shape[axis]) return values;
  const inner = elementCount(shape.slice(axis + 1));
  const length = shape[axis];
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += inner) {
    const at = Math.floor(i / inner) % length;
    const from = i + (order[at] - at) * inner;
    result.set(values.subarray(from, from + inner), i);
  }
  return result;
};

/** The shape that a module has for a shape of ours. */
const torchDims = ({ axes, dims }: TorchArray, shape: Shape): Shape => {
  if (dims) return dims(shape);
  if (axes === undefined) return shape;
  const found = [...shape];
  axes.forEach((axis, i) => {
    found[axis] = shape[i];
  });
  return found;
};

/** A module's values as the layer has them. */
const fromTorch = (
  values: Float32Array,
  form: TorchArray,
  shape: Shape,
  orders: LayerOrders | undefined,
): Float32Array => {
  const { axes, vectors = [] } = form;
  let result = axes === undefined ? values : transposed(values, torchDims(form, shape), axes);
  if (vectors.length !== shape.length) return result;
  vectors.forEach((vector, axis) => {
    if (vector !== null) result = reordered(result, shape, axis, orders?.[vector] ?? null);
  });
  return result;
};

interface Place {
  readonly part: PartName;
  readonly layer: ResolvedLayer;
  readonly prefix: string;
  readonly orders: LayerOrders | undefined;
}

/** The groups of a layer in PyTorch's form. */
const torchGroups = ({ part, layer, prefix, orders }: Place): WantedGroup[] =>
  definitionOf(layer.spec)
    .torch(layer.spec)
    .map(({ head, arrays }) => ({
      path: head === '' ? prefix : `${prefix}/${head}`,
      part,
      layer: layer.name,
      head,
      arrays: Object.entries(arrays).flatMap(([name, form]): WantedArray[] => {
        const parameter = layer.parameters.find((own) => own.name === `${prefix}/${form.role}`);
        if (parameter === undefined) return [];
        return [
          {
            name,
            dims: torchDims(form, parameter.shape),
            write: (values, target) =>
              void target.set(parameter.name, fromTorch(values, form, parameter.shape, orders)),
          },
        ];
      }),
    }));

/** The groups of a layer as they are here. */
const ownGroups = ({ part, layer, prefix }: Place): WantedGroup[] => {
  const heads = new Map<string, ParameterSpec[]>();
  for (const parameter of layer.parameters) {
    const role = parameter.name.slice(prefix.length + 1);
    const head = role.includes('/') ? role.slice(0, role.lastIndexOf('/')) : '';
    heads.set(head, [...(heads.get(head) ?? []), parameter]);
  }
  return [...heads].map(([head, parameters]) => ({
    path: head === '' ? prefix : `${prefix}/${head}`,
    part,
    layer: layer.name,
    head,
    arrays: parameters.map(({ name, shape }) => ({
      name: name.slice(name.lastIndexOf('/') + 1),
      dims: shape,
      write: (values, target) => void target.set(name, values),
    })),
  }));
};

/** Along the axis of the outputs: the last of ours, the first of PyTorch's. */
const outputAxis = (dims: Shape, layout: KernelLayout): number => (layout === 'torch' ? 0 : dims.length - 1);

/** Values of one half of the outputs. */
const half = (values: Float32Array, dims: Shape, axis: number, second: boolean): Float32Array => {
  const [inner, outer] = [elementCount(dims.slice(axis + 1)), elementCount(dims.slice(0, axis))];
  const block = (dims[axis] * inner) / 2;
  const result = new Float32Array(outer * block);
  for (let i = 0; i < outer; i++)
    result.set(values.subarray((2 * i + (second ? 1 : 0)) * block, (2 * i + (second ? 2 : 1)) * block), i * block);
  return result;
};

/** Two heads that the file has as one layer: the mean's outputs before the scale's. */
const packed = ([mean, scale]: readonly WantedGroup[], layout: KernelLayout): WantedGroup => ({
  ...mean,
  path: mean.path.slice(0, mean.path.lastIndexOf('/')),
  head: '',
  arrays: mean.arrays.map(({ name, dims, write }, i) => {
    const axis = outputAxis(dims, layout);
    const all = dims.map((dim, at) => (at === axis ? 2 * dim : dim));
    return {
      name,
      dims: all,
      write: (values, target) => {
        write(half(values, all, axis, false), target);
        scale.arrays[i].write(half(values, all, axis, true), target);
      },
    };
  }),
});

/** One layer that the file has as two heads. */
const apart = (group: WantedGroup, layout: KernelLayout): readonly WantedGroup[] => {
  const pieces = new Map<string, Float32Array[]>();
  const headed = (second: boolean): WantedGroup => ({
    ...group,
    path: `${group.path}/${second ? 'scale' : 'mean'}`,
    head: second ? 'z_log_var' : 'z_mean',
    arrays: group.arrays.map(({ name, dims, write }) => {
      const axis = outputAxis(dims, layout);
      const own = dims.map((dim, at) => (at === axis ? dim / 2 : dim));
      return {
        name,
        dims: own,
        write: (values, target) => {
          const both = pieces.get(name) ?? [];
          both[second ? 1 : 0] = values;
          pieces.set(name, both);
          if (both[0] && both[1]) write(joined(both[0], both[1], own, axis), target);
        },
      };
    }),
  });
  return [headed(false), headed(true)];
};

const joined = (first: Float32Array, second: Float32Array, dims: Shape, axis: number): Float32Array => {
  const block = elementCount(dims.slice(axis));
  const result = new Float32Array(2 * first.length);
  for (let i = 0; i * block < first.length; i++) {
    result.set(first.subarray(i * block, (i + 1) * block), 2 * i * block);
    result.set(second.subarray(i * block, (i + 1) * block), (2 * i + 1) * block);
  }
  return result;
};

/** Name of the layer whose halves a code of no weights of its own takes; null where it takes two, or there is none. */
const packedHead = (network: ResolvedNetwork): string | null => {
  const part = network.parts.find(({ name }) => name === 'encoder');
  const last = part?.layers.at(-1);
  if (part === undefined || last === undefined || gaussianOf(last.spec) === null) return null;
  if (last.parameters.length > 0 || last.inputs.length !== 1) return null;
  return `encoder/${last.inputs[0]}`;
};

/**
 * The groups of all layers with weights, in the network's order; null where the network has no such form of its code.
 *
 * @param channelsLast - whether images are flattened as here, though kernels lie as PyTorch has them.
 */
export const wantedGroups = (
  network: ResolvedNetwork,
  layout: KernelLayout,
  form: CodeForm,
  channelsLast = false,
): readonly WantedGroup[] | null => {
  const orders = channelsLast ? null : vectorOrders(network);
  const head = packedHead(network);
  let changed = false;
  const groups = network.parts.flatMap(({ name: part, layers }) =>
    layers
      .filter(({ parameters }) => parameters.length > 0)
      .flatMap((layer): readonly WantedGroup[] => {
        const prefix = `${part}/${layer.name}`;
        const place = { part, layer, prefix, orders: orders?.get(prefix) };
        const own = layout === 'torch' ? torchGroups(place) : ownGroups(place);
        if (form === 'packed' && gaussianOf(layer.spec) !== null && own.length === 2) {
          changed = true;
          return [packed(own, layout)];
        }
        if (form === 'apart' && prefix === head && own.length === 1) {
          changed = true;
          return apart(own[0], layout);
        }
        return own;
      }),
  );
  return form === 'as-is' || changed ? groups : null;
};

/** Whether an order of PyTorch's own had to be undone. */
export const hasReordered = (network: ResolvedNetwork): boolean =>
  [...vectorOrders(network).values()].some((orders) => orders.in !== null || orders.out !== null);
