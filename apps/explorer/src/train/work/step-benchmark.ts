/**
 * Which of two engines takes a training step faster, found by taking some.
 *
 * In: a network, a batch size, a runtime. Out: milliseconds of a step. Pixels are zeros: no engine here is faster by that.
 */
import { type AutoencoderSpec, type Feeds, initializeParameters, type Runtime, resolveNetwork } from 'latent-plane';
import { compileTraining, elementCount, parameterSlots } from 'latent-plane/internal';

const WARM_UP = 2;
const STEPS = 5;
/** A slow engine is not waited for longer. */
const LIMIT_MS = 1500;

/** @param now - milliseconds, from anywhere. */
export const stepMs = async (
  network: AutoencoderSpec,
  batchSize: number,
  runtime: Runtime,
  now: () => number = () => performance.now(),
): Promise<number> => {
  const graph = compileTraining(resolveNetwork(network), { batchSize });
  const session = await runtime.createSession(graph.bytes);
  const values = initializeParameters(graph.parameters, 1);
  const feed = (dims: readonly number[]) => ({ dims, data: new Float32Array(elementCount(dims)) });
  const feeds: Feeds = {
    x: feed(graph.x),
    ...(graph.target ? { target: feed(graph.target) } : {}),
    ...(graph.label ? { label: feed(graph.label) } : {}),
    ...Object.fromEntries(graph.weights.map(({ name }) => [name, feed([])])),
    ...Object.fromEntries(graph.randoms.map(({ name, dims }) => [name, feed(dims)])),
    ...Object.fromEntries(
      parameterSlots(graph.parameters).map(({ parameter, offset, length }) => [
        parameter.name,
        { dims: parameter.shape, data: values.subarray(offset, offset + length) },
      ]),
    ),
  };
  try {
    const begin = now();
    for (let i = 0; i < WARM_UP; i++) await session.run(feeds);
    const from = now();
    let steps = 0;
    do {
      await session.run(feeds);
      steps += 1;
    } while (steps < STEPS && now() - begin < LIMIT_MS);
    return (now() - from) / steps;
  } finally {
    await session.release();
  }
};
