/**
 * Training steps, the same for every engine: what `engines.test.ts` compares. The engine gives loss and gradients, the
 * usual optimiser moves the weights.
 */
import { DEFAULT_OPTIMIZER, optimizers } from '../../optimizers/index.ts';
import type { Runtime, TensorData } from '../../tensor/session.ts';
import { arenaBytes, createArena } from '../../training/arena.ts';

type Numbers = { readonly dims: readonly number[]; readonly data: readonly number[] };

export interface StepsInput {
  readonly graph: Uint8Array;
  /** Every graph input but the parameters. */
  readonly feeds: Readonly<Record<string, Numbers>>;
  /** The initial weights, in the order of their storage. */
  readonly parameters: Readonly<Record<string, Numbers>>;
  readonly steps: number;
  readonly learningRate: number;
}

const single = ({ dims, data }: Numbers): TensorData => ({ dims, data: Float32Array.from(data) });

/** Runs the steps and returns the loss of each. */
export const runSteps = async (
  runtime: Runtime,
  { graph, feeds, parameters, steps, learningRate }: StepsInput,
): Promise<readonly number[]> => {
  const session = await runtime.createSession(graph, { threads: 2 });
  const names = Object.keys(parameters);
  const size = names.reduce((sum, name) => sum + parameters[name].data.length, 0);
  const { state } = optimizers.get(DEFAULT_OPTIMIZER.type);
  const arena = createArena((2 + state.length) * arenaBytes(size));
  const [weights, gradients] = [arena.floats(size), arena.floats(size)];
  const arrays = Object.fromEntries(state.map((name) => [name, arena.floats(size)]));
  weights.set(names.flatMap((name) => parameters[name].data));
  const fixed = Object.fromEntries(Object.entries(feeds).map(([name, numbers]) => [name, single(numbers)]));
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    let at = 0;
    const given = names.map((name): [string, TensorData] => {
      const { dims, data } = parameters[name];
      at += data.length;
      return [name, { dims, data: weights.slice(at - data.length, at) }];
    });
    const outputs = await session.run({ ...fixed, ...Object.fromEntries(given) });
    losses.push(Number(outputs.loss.data[0]));
    at = 0;
    for (const name of names) {
      gradients.set(Float32Array.from(outputs[`grad/${name}`].data, Number), at);
      at += parameters[name].data.length;
    }
    optimizers.get(DEFAULT_OPTIMIZER.type).step(DEFAULT_OPTIMIZER, {
      parameters: weights,
      gradients,
      state: arrays,
      step,
      learningRate,
      run: arena.kernels.run,
    });
  }
  await session.release();
  return losses;
};
