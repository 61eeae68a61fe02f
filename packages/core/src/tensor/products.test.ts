import { expect, test } from 'vitest';
import { compileTraining } from '../network/compile.ts';
import { findNetwork, resolveNetwork } from '../network/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { compileProducts } from './products.ts';
import { sizeOf } from './tensor.ts';

test('the products of dense-1’s step are three for each layer but the first, which needs no input gradient', async () => {
  const network = resolveNetwork(findNetwork('dense-1'));
  const products = compileProducts(compileTraining(network, { batchSize: 4 }).outputs);
  expect(products).toHaveLength(3 * 8 - 1);
  const kernels = network.parameters.filter(({ name }) => name.endsWith('kernel')).map(({ shape }) => sizeOf(shape));
  const all = kernels.reduce((sum, size) => sum + size, 0);
  expect(products.reduce((sum, { flops }) => sum + flops, 0)).toBe(2 * 4 * (3 * all - kernels[0]));
  for (const { bytes, inputs, output } of products) {
    const session = await nodeRuntime.createSession(bytes);
    const feeds = Object.entries(inputs).map(([name, dims]) => [name, { dims, data: new Float32Array(sizeOf(dims)) }]);
    const { y } = await session.run(Object.fromEntries(feeds));
    expect(y.dims).toEqual(output);
    await session.release();
  }
});
