/**
 * How the axes of a value in the graph lie over the values that a layer gives.
 *
 * Exporters move axes about (channels first and last), flatten, stretch and squeeze; layers have channels last. A view
 * follows that without doing it: each axis of the graph's value behind the batch is a list of atoms, an axis of the layer's
 * output (counted from 0) or a number of times that values are repeated. What needs the values in one order asks `settle`.
 */
import type { Shape } from '../../tensor/index.ts';
import { elementCount } from '../../tensor/shape.ts';
import type { Drafts } from './drafts.ts';
import { notLayers } from './model.ts';

export type Atom = { readonly axis: number } | { readonly repeat: number };

/** A value of the graph that a layer gives. */
export interface View {
  readonly kind: 'view';
  /** Id of the layer. */
  readonly of: string;
  /** Of what the layer gives, without the batch. */
  readonly shape: Shape;
  /** Of each axis behind the batch. */
  readonly axes: readonly (readonly Atom[])[];
}

const sizeOfAtom = (atom: Atom, shape: Shape): number => ('axis' in atom ? shape[atom.axis] : atom.repeat);

/** Sizes of the axes behind the batch. */
export const dimsOf = ({ axes, shape }: View): number[] =>
  axes.map((atoms) => atoms.reduce((size, atom) => size * sizeOfAtom(atom, shape), 1));

/** What a layer gives, its axes as they are. */
export const plainView = (of: string, shape: Shape): View => ({
  kind: 'view',
  of,
  shape,
  axes: shape.map((_, axis) => [{ axis }]),
});

/** An image of a layer, channels first as the graph has it. */
export const channelsFirst = (of: string, shape: Shape): View => {
  const [rows, columns, channels] = plainView(of, shape).axes;
  return { kind: 'view', of, shape, axes: [channels, rows, columns] };
};

/** Axes of more than one value, in order. */
const bare = ({ axes, shape }: View): Atom[] => axes.flat().filter((atom) => sizeOfAtom(atom, shape) !== 1);

const upSampled = (view: View, drafts: Drafts): View => {
  const atoms = bare(view);
  if (!atoms.some((atom) => 'repeat' in atom)) return view;
  if (view.shape.length !== 3) throw notLayers('values that are repeated');
  const size: [number, number] = [1, 1];
  atoms.forEach((atom, i) => {
    if ('axis' in atom) return;
    const before = atoms[i - 1];
    if (before === undefined || !('axis' in before) || before.axis > 1) throw notLayers('values that are repeated');
    size[before.axis as 0 | 1] *= atom.repeat;
  });
  const of = drafts.add({ type: 'up-sampling2d', size }, [view.of]);
  const axes = view.axes.map((list) => list.filter((atom) => 'axis' in atom));
  return { kind: 'view', of, shape: drafts.shapeOf(of), axes };
};

/** The same values with the axes of the graph, each an axis of its own, in the order that `order` names them in. */
export const settle = (source: View, order: readonly number[], drafts: Drafts): View => {
  const view = upSampled(source, drafts);
  const wanted = order.map((axis) => view.axes[axis]);
  const target = order.map((axis) => dimsOf(view)[axis]);
  const atoms = bare({ ...view, axes: wanted }).flatMap((atom) => ('axis' in atom ? [atom.axis] : []));
  let { of } = view;
  const isSorted = atoms.every((axis, i) => i === 0 || axis > atoms[i - 1]);
  if (!isSorted) {
    const rest = view.shape.flatMap((_, axis) => (atoms.includes(axis) ? [] : [axis]));
    of = drafts.add({ type: 'permute', order: [...atoms, ...rest].map((axis) => axis + 1) }, [of]);
  }
  const have = drafts.shapeOf(of);
  if (have.length !== target.length || have.some((dim, i) => dim !== target[i])) {
    if (target.length < 1 || target.length > 3) throw notLayers(`a value of ${target.length} axes`);
    of = drafts.add({ type: 'reshape', targetShape: target }, [of]);
  }
  const axes = new Array<readonly Atom[]>(order.length).fill([]);
  order.forEach((axis, i) => {
    axes[axis] = [{ axis: i }];
  });
  return { kind: 'view', of, shape: target, axes };
};

/** Channels last, of a value that the graph has with channels first. */
export const settleImage = (view: View, drafts: Drafts): View => {
  if (view.axes.length !== 3) throw notLayers(`an image of ${view.axes.length} axes`);
  return settle(view, [1, 2, 0], drafts);
};

/** As the graph has it. */
export const settlePlain = (view: View, drafts: Drafts): View =>
  settle(
    view,
    view.axes.map((_, i) => i),
    drafts,
  );

/** The axes in another order, the batch left aside. */
export const transposed = (view: View, perm: readonly number[]): View => ({
  ...view,
  axes: perm.map((axis) => view.axes[axis]),
});

/** Other axes over the same values in the same order; null where an axis of the layer would have to be split. */
const regrouped = (view: View, dims: readonly number[]): View | null => {
  const atoms = bare(view);
  const axes: Atom[][] = [];
  let at = 0;
  for (const dim of dims) {
    const group: Atom[] = [];
    let size = 1;
    while (size < dim && at < atoms.length) {
      group.push(atoms[at]);
      size *= sizeOfAtom(atoms[at], view.shape);
      at += 1;
    }
    if (size !== dim) return null;
    axes.push(group);
  }
  return at === atoms.length ? { ...view, axes } : null;
};

/** The same values in the same order under other sizes. */
export const reshaped = (view: View, dims: readonly number[], drafts: Drafts): View => {
  if (elementCount(dims) !== elementCount(dimsOf(view))) throw notLayers('a reshape over the batch');
  const lazy = regrouped(view, dims);
  if (lazy) return lazy;
  const settled = settlePlain(regrouped(view, [elementCount(dims)]) ?? view, drafts);
  const bareDims = dims.length > 3 ? dims.filter((dim) => dim !== 1) : dims;
  if (bareDims.length > 3) throw notLayers(`a value of ${dims.length} axes`);
  const of = drafts.add({ type: 'reshape', targetShape: [...bareDims] }, [settled.of]);
  const split = plainView(of, bareDims);
  return regrouped(split, dims) ?? split;
};

/** Each value along an axis of the graph so many times. */
export const repeated = (view: View, axis: number, times: number): View => {
  if (times === 1) return view;
  const atoms = view.axes[axis].filter((atom) => sizeOfAtom(atom, view.shape) !== 1);
  // A tile of more than one value along an axis repeats the whole of it, which is no up-sampling.
  if (atoms.length > 0) throw notLayers('a tile of several values');
  return { ...view, axes: view.axes.map((list, i) => (i === axis ? [{ repeat: times }] : list)) };
};

/** Whether two views lie over their layers in the same way. */
export const sameView = (a: View, b: View): boolean => {
  const text = (view: View): string =>
    JSON.stringify([view.shape, view.axes.map((list) => list.filter((atom) => sizeOfAtom(atom, view.shape) !== 1))]);
  return text(a) === text(b);
};

/** The layer's own last axis where the graph's axis is that; null elsewhere. */
export const isLastAxis = (view: View, axis: number): boolean => {
  const atoms = view.axes[axis].filter((atom) => sizeOfAtom(atom, view.shape) !== 1);
  const [only] = atoms;
  return atoms.length === 1 && 'axis' in only && only.axis === view.shape.length - 1;
};
