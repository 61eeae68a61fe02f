/**
 * Training steps with Adam inside the graph, the same for every engine: what `engines.test.ts` compares.
 */
import type { Runtime, TensorData } from '../../tensor/session.ts';

export interface StepsInput {
  readonly graph: Uint8Array;
  /** Every graph input but `rate` and `correction`, at the start. */
  readonly feeds: Readonly<Record<string, { readonly dims: readonly number[]; readonly data: readonly number[] }>>;
  /** `rate` and `correction` of each step. */
  readonly scalars: readonly { readonly rate: number; readonly correction: number }[];
}

/** Runs the steps and returns the loss of each. */
export const runSteps = async (runtime: Runtime, { graph, feeds, scalars }: StepsInput): Promise<readonly number[]> => {
  const session = await runtime.createSession(graph, { threads: 2 });
  let tensors: Record<string, TensorData> = Object.fromEntries(
    Object.entries(feeds).map(([name, { dims, data }]) => [name, { dims, data: Float32Array.from(data) }]),
  );
  const losses: number[] = [];
  for (const { rate, correction } of scalars) {
    const outputs = await session.run({
      ...tensors,
      rate: { dims: [], data: Float32Array.of(rate) },
      correction: { dims: [], data: Float32Array.of(correction) },
    });
    losses.push(Number(outputs.loss.data[0]));
    const next = Object.keys(outputs).filter((name) => name.startsWith('next/'));
    tensors = {
      ...tensors,
      ...Object.fromEntries(
        next.map((name) => {
          const [, kind, ...rest] = name.split('/');
          const target = kind === 'p' ? rest.join('/') : `${kind}/${rest.join('/')}`;
          return [target, { dims: tensors[target].dims, data: outputs[name].data }];
        }),
      ),
    };
  }
  await session.release();
  return losses;
};
