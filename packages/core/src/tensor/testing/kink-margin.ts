/**
 * How far values lie from where a derivative jumps: relu at zero, max pooling where two values of a window tie.
 *
 * In: a tensor, and values for the graph's inputs. Out: the smallest distance, relative to the largest number of the
 * tensor in which it lies. A test that compares gradients of two precisions has to stay clear of such places.
 */
import { evaluator } from '../evaluate.ts';
import { type NdArray, type OpProducer, type Tensor, topologicalOrder } from '../tensor.ts';

interface Kink {
  readonly op: OpProducer;
  readonly output: Tensor;
}

const largestOf = ({ data }: NdArray): number => data.reduce((max, v) => Math.max(max, Math.abs(v)), 0);

const reluMargin = (x: NdArray): number => {
  const least = x.data.reduce((min, v) => Math.min(min, Math.abs(v)), Number.POSITIVE_INFINITY);
  return least / largestOf(x);
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

/** The smallest relative distance to a kink among all relus and max poolings that `output` needs; infinite if none. */
export const kinkMargin = (output: Tensor): ((values: Readonly<Record<string, NdArray>>) => number) => {
  const kinks: readonly Kink[] = topologicalOrder([output]).flatMap((tensor) =>
    tensor.producer.kind === 'op' && (tensor.producer.op === 'relu' || tensor.producer.op === 'maxPool2d')
      ? [{ op: tensor.producer, output: tensor }]
      : [],
  );
  const evaluate = evaluator(kinks.flatMap(({ op, output: y }) => [op.inputs[0], y]));
  return (values) => {
    const arrays = evaluate(values);
    return kinks.reduce((least, { op }, i) => {
      const [x, y] = [arrays[2 * i], arrays[2 * i + 1]];
      return Math.min(least, op.op === 'relu' ? reluMargin(x) : poolMargin(x, y));
    }, Number.POSITIVE_INFINITY);
  };
};
