/**
 * One part of a network as a function in the page: plain TypeScript, exact, a few milliseconds for one picture.
 *
 * In: a network, weights, the part. Out: a function over batches. The heavy engine is not needed for one at a time.
 */
import { partOf, resolveNetwork, type Weights } from 'latent-plane';
import { elementCount, evaluator, inferenceTensors, inputError } from 'latent-plane/internal';

type Network = Parameters<typeof resolveNetwork>[0];

/** @returns `[count, ...]` flat, for `count` inputs given flat. */
export type Compute = (inputs: Float32Array) => Float64Array;

const OUTPUTS = { encoder: 'code', decoder: 'reconstruction', classifier: 'probabilities' } as const;

/** @throws LatentError (input) `weights-mismatch` if a parameter is missing or of another size. */
export const createPart = (spec: Network, weights: Weights, part: keyof typeof OUTPUTS): Compute => {
  const network = resolveNetwork(spec);
  const { parameters, inputShape } = partOf(network, part);
  for (const { name, shape } of parameters) {
    const [expected, got] = [elementCount(shape), weights.get(name)?.length];
    if (got !== expected) {
      throw inputError('weights-mismatch', {
        at: { network: spec.id },
        expected: `${expected} values "${name}"`,
        got: `${got ?? 'none'}`,
        hint: 'build the data again',
      });
    }
  }
  const { outputs } = inferenceTensors(network, { target: part, weights });
  const evaluate = evaluator([outputs[OUTPUTS[part]]]);
  const size = elementCount(inputShape);
  return (inputs) => evaluate({ x: { dims: [inputs.length / size, ...inputShape], data: inputs } })[0].data;
};
