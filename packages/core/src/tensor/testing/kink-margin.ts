/**
 * How far values lie from where a derivative jumps: relu and its kin at zero, maxima where two values tie.
 *
 * In: a tensor, and values for the graph's inputs. Out: the smallest distance, relative to the largest number of the
 * tensor in which it lies. A test that compares gradients of two precisions has to stay clear of such places.
 */
import { evaluator } from '../evaluate.ts';
import { type NdArray, type OpProducer, type Tensor, topologicalOrder } from '../tensor.ts';

/** Of an op, the values that enter it and those that come out. */
type Margin = (op: OpProducer, inputs: readonly NdArray[], output: NdArray) => number;

interface Kink {
  readonly op: OpProducer;
  readonly output: Tensor;
  readonly margin: Margin;
}

const largestOf = ({ data }: NdArray): number => data.reduce((max, v) => Math.max(max, Math.abs(v)), 0);

/** Of a line that breaks at some places. */
const breaksAt =
  (...places: readonly number[]): Margin =>
  (_op, [x]) => {
    const nearest = (value: number): number =>
      places.reduce((least, place) => Math.min(least, Math.abs(value - place)), Infinity);
    return x.data.reduce((least, value) => Math.min(least, nearest(value)), Infinity) / largestOf(x);
  };

/** Windows of equal values are no kink: they are zeros that a relu made, and it lets no gradient through. */
const poolMargin = (x: NdArray, y: NdArray): number => {
  const [, h, w, channels] = x.dims;
  const [batch, rows, columns] = y.dims;
  const [ph, pw] = [Math.floor(h / rows), Math.floor(w / columns)];
  let least = Number.POSITIVE_INFINITY;
  for (let b = 0; b < batch; b++) {
    for (let r = 0; r < rows * ph; r++) {
      for (let c = 0; c < columns * pw; c++) {
        for (let k = 0; k < channels; k++) {
          const top = y.data[((b * rows + Math.floor(r / ph)) * columns + Math.floor(c / pw)) * channels + k];
          const below = top - x.data[((b * h + r) * w + c) * channels + k];
          if (below > 0) least = Math.min(least, below);
        }
      }
    }
  }
  return least / largestOf(x);
};

/**
 * Of maxima over any windows: with one element taken away, what it was the largest of falls to the next largest. Only for
 * small arrays: the op is evaluated once for every element.
 */
const largestMargin = (op: OpProducer, x: NdArray, y: NdArray): number => {
  const data = x.data.slice();
  let least = Number.POSITIVE_INFINITY;
  data.forEach((value, i) => {
    data[i] = Number.NEGATIVE_INFINITY;
    op.evaluate([{ dims: x.dims, data }]).data.forEach((next, out) => {
      if (next < y.data[out]) least = Math.min(least, y.data[out] - next);
    });
    data[i] = value;
  });
  return least / largestOf(x);
};

/** Where both are equal it is no kink, for the reason above. */
const maximumMargin = (a: NdArray, b: NdArray): number => {
  const apart = a.data.map((value, i) => Math.abs(value - b.data[i])).filter((distance) => distance > 0);
  return apart.reduce((least, distance) => Math.min(least, distance), Infinity) / Math.max(largestOf(a), largestOf(b));
};

/** The ops whose derivatives jump. */
const margins: ReadonlyMap<string, Margin> = new Map<string, Margin>([
  ...['relu', 'leakyRelu', 'elu', 'selu'].map((op): [string, Margin] => [op, breaksAt(0)]),
  ...['hardSigmoid', 'hardSilu'].map((op): [string, Margin] => [op, breaksAt(-3, 3)]),
  ['maxPool2d', (_op, [x], y) => poolMargin(x, y)],
  ['maxWindows', (op, [x], y) => largestMargin(op, x, y)],
  ['maxImageChannels', (op, [x], y) => largestMargin(op, x, y)],
  ['maximum', (_op, [a, b]) => maximumMargin(a, b)],
]);

/** The smallest relative distance to a kink among all relus and maxima that `output` needs; infinite if none. */
export const kinkMargin = (output: Tensor): ((values: Readonly<Record<string, NdArray>>) => number) => {
  const kinks: readonly Kink[] = topologicalOrder([output]).flatMap((tensor) => {
    const { producer } = tensor;
    const margin = producer.kind === 'op' ? margins.get(producer.op) : undefined;
    return producer.kind === 'op' && margin ? [{ op: producer, output: tensor, margin }] : [];
  });
  const evaluate = evaluator(kinks.flatMap(({ op, output: y }) => [...op.inputs, y]));
  return (values) => {
    const arrays = evaluate(values);
    let at = 0;
    return kinks.reduce((least, { op, margin }) => {
      const inputs = arrays.slice(at, at + op.inputs.length);
      at += inputs.length + 1;
      return Math.min(least, margin(op, inputs, arrays[at - 1]));
    }, Number.POSITIVE_INFINITY);
  };
};
