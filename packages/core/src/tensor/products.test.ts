import { expect, test } from 'vitest';
import { compileTraining } from '../network/compile.ts';
import { findNetwork, resolveNetwork } from '../network/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { compileProducts, compileSquare, compileWork, type Product } from './products.ts';
import { sizeOf } from './tensor.ts';
import { type ConvolutionPass, convolutionWork } from './work.ts';

/** Runs every form once, on zeros: each gives the shape that it says. */
const expectToRun = async ({ forms }: Pick<Product, 'forms'>): Promise<void> => {
  for (const { bytes, inputs, output } of forms) {
    const session = await nodeRuntime.createSession(bytes);
    const feeds = Object.entries(inputs).map(([name, dims]) => [name, { dims, data: new Float32Array(sizeOf(dims)) }]);
    const { y } = await session.run(Object.fromEntries(feeds));
    expect(y.dims).toEqual(output);
    await session.release();
  }
};

test('the products of dense-1’s step are three for each layer but the first, which needs no input gradient', async () => {
  const network = resolveNetwork(findNetwork('dense-1'));
  const products = compileProducts(compileTraining(network, { batchSize: 4 }).outputs);
  expect(products).toHaveLength(3 * 8 - 1);
  const kernels = network.parameters.filter(({ name }) => name.endsWith('kernel')).map(({ shape }) => sizeOf(shape));
  const all = kernels.reduce((sum, size) => sum + size, 0);
  expect(products.reduce((sum, { flops }) => sum + flops, 0)).toBe(2 * 4 * (3 * all - kernels[0]));
  for (const product of products) {
    expect(product.forms).toHaveLength(8);
    await expectToRun(product);
  }
});

test('a square product is of as many operations in each of its forms', async () => {
  const product = compileSquare(8);
  expect(product.flops).toBe(2 * 8 ** 3);
  await expectToRun(product);
});

const geometry = {
  image: [7, 6],
  output: [4, 3],
  kernel: [3, 3],
  strides: [2, 2],
  dilation: [1, 1],
  padding: [1, 0],
} as const;

const compileConvolution = (pass: ConvolutionPass, groups: number): Product =>
  compileWork(convolutionWork(pass, { ...geometry, groups }, { batch: 2, perGroup: 4 / groups, filters: 6 }));

test.each<ConvolutionPass>(['output', 'image', 'kernel'])(
  'the %s of a strided convolution is one operator or one product with patches, of as many operations',
  async (pass) => {
    const whole = compileConvolution(pass, 1);
    expect(whole.flops).toBe(2 * 2 * (4 * 3) * (3 * 3 * 4) * 6);
    expect(whole.forms).toHaveLength(9);
    await expectToRun(whole);
    // Products of groups are not one product.
    expect(compileConvolution(pass, 2).forms).toHaveLength(1);
    await expectToRun(compileConvolution(pass, 2));
  },
);
