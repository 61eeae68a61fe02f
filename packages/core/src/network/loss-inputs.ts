/** What a loss is computed from, out of what the parts of a network left behind. */
import { internalError } from '../errors.ts';
import type { LossInputs } from '../losses/index.ts';
import { type Dims, input } from '../tensor/tensor.ts';
import { feedRandom, type PartTrace } from './build-part.ts';

/** What is there, or that the loss of a network asks for what the network does not have. */
const need = <T>(value: T | null, what: string): T => {
  if (value === null) throw internalError(`the loss needs ${what}, which the network does not have`);
  return value;
};

/** @param trace - of the parts; what the loss draws and is fed is added to it. */
export const lossInputs = (
  tensors: Pick<LossInputs, 'output' | 'target' | 'codes' | 'decode'>,
  trace: PartTrace,
): LossInputs => ({
  ...tensors,
  heads: () => need(trace.heads, 'a Gaussian code'),
  logits: () => need(trace.logits, 'a softmax'),
  normal: (name: string, dims: Dims) => {
    // A loss may have the same term twice: each draws its own.
    const own = `random/loss/${name}`;
    const before = trace.randoms.filter((random) => random.name === own || random.name.startsWith(`${own}/`)).length;
    return feedRandom(trace, { kind: 'normal', name: before === 0 ? own : `${own}/${before}`, dims, std: 1 });
  },
  share: (name: string) => {
    const tensor = input(name, []);
    trace.inputs.push(tensor);
    return tensor;
  },
});
