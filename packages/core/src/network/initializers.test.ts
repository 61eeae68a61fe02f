import { describe, expect, test } from 'vitest';
import { conv2dTranspose } from '../layers/index.ts';
import { initializeParameters, parameterSlots } from './initializers.ts';
import { resolveNetwork } from './network.ts';
import { inferLayers } from './shape-inference.ts';
import { dense1 } from './zoo/dense-1.ts';

const { parameters } = resolveNetwork(dense1);
const slots = parameterSlots(parameters);
const slotOf = (name: string) => {
  const slot = slots.find(({ parameter }) => parameter.name === name);
  if (slot === undefined) throw new Error(`no parameter ${name}`);
  return slot;
};
const valuesOf = (values: Float32Array, name: string) => {
  const { offset, length } = slotOf(name);
  return values.subarray(offset, offset + length);
};

describe('parameterSlots', () => {
  test('parameters lie one after another without gaps', () => {
    expect(slots.slice(0, 3).map(({ offset, length }) => [offset, length])).toEqual([
      [0, 100_352],
      [100_352, 128],
      [100_480, 4096],
    ]);
    expect(parameterSlots([])).toEqual([]);
  });
});

describe('initializeParameters', () => {
  const values = initializeParameters(parameters, 1);

  // Computed apart from this code: Philox4x32-10, FNV-1a and the limits written again in Python 3.
  test('gives the golden values', () => {
    expect([...valuesOf(values, 'encoder/dense/kernel').slice(0, 3)]).toEqual([
      -0.07682816684246063, 0.05644041672348976, 0.025843394920229912,
    ]);
    expect([...valuesOf(values, 'encoder/dense_3/kernel').slice(0, 3)]).toEqual([
      -0.3320741057395935, -0.030965737998485565, -0.7720366716384888,
    ]);
    const [transposed] = inferLayers([conv2dTranspose(8, [2, 3], 'relu')], {
      inputShape: [9, 9, 5],
      part: 'decoder',
      networkId: 'net',
    });
    expect([...initializeParameters(transposed.parameters, 1).slice(0, 2)]).toEqual([
      0.03464885801076889, -0.18374213576316833,
    ]);
  });

  test('another initialisation index is another draw of the same seed, with golden values of its own', () => {
    const another = initializeParameters(parameters, 1, { initializationIndex: 6 });
    expect([...valuesOf(another, 'encoder/dense/kernel').slice(0, 3)]).toEqual([
      -0.059603601694107056, 0.019600778818130493, 0.03743138909339905,
    ]);
    expect(initializeParameters(parameters, 1, { initializationIndex: 0 })).toEqual(values);
  });

  test('Glorot-uniform fills its interval evenly', () => {
    const kernel = valuesOf(values, 'encoder/dense/kernel');
    const limit = Math.sqrt(6 / (784 + 128));
    expect(kernel.every((value) => Math.abs(value) <= limit)).toBe(true);
    expect(kernel.reduce((most, value) => Math.max(most, value), 0)).toBeGreaterThan(0.999 * limit);
    const variance = kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length;
    // 100,352 draws: the sample variance has a relative standard error of sqrt(0.8 / n), 0.3 %.
    expect(variance / (limit ** 2 / 3)).toBeCloseTo(1, 1.5);
  });

  test('He-uniform takes the inputs alone, and a recipe may choose it for every kernel', () => {
    const he = initializeParameters(parameters, 1, { kernelInitializer: 'he-uniform' });
    expect([...valuesOf(he, 'encoder/dense/kernel').slice(0, 2)]).toEqual([-0.08286284655332565, 0.06087368354201317]);
    expect(valuesOf(he, 'encoder/dense/bias').every((value) => value === 0)).toBe(true);
  });

  test('biases are zero, and kernels too where zeros are asked for', () => {
    expect(valuesOf(values, 'decoder/dense_3/bias').every((value) => value === 0)).toBe(true);
    const zeros = initializeParameters(parameters, 1, { kernelInitializer: 'zeros' });
    expect(zeros.every((value) => value === 0)).toBe(true);
    expect(zeros).toHaveLength(210_562);
  });

  test('the same seed gives the same bytes, another seed other ones', () => {
    expect(initializeParameters(parameters, 1)).toEqual(values);
    const other = initializeParameters(parameters, 2);
    expect(valuesOf(other, 'encoder/dense/kernel')[0]).not.toBe(valuesOf(values, 'encoder/dense/kernel')[0]);
  });

  test("a parameter's values do not depend on the sizes of those before it", () => {
    const [, ...rest] = parameters;
    const narrow = [{ ...parameters[0], shape: [1, 1] }, ...rest];
    const start = parameterSlots(narrow)[1].offset;
    expect(initializeParameters(narrow, 1).subarray(start)).toEqual(values.subarray(slots[1].offset));
  });

  test('parameters of one shape start with different values', () => {
    const twins = [parameters[6], { ...parameters[6], name: 'twin' }];
    const drawn = initializeParameters(twins, 1);
    expect(drawn.subarray(0, 16)).not.toEqual(drawn.subarray(16));
  });

  test('a seed that is no whole number is refused', () => {
    expect(() => initializeParameters(parameters, 1.5)).toThrow('random-seed');
    expect(() => initializeParameters(parameters, -1)).toThrow('random-seed');
  });

  test('draws biases within 1 / sqrt(fanIn) where asked, and leaves the kernels as they were', () => {
    const biased = initializeParameters(parameters, 1, { biasInitializer: 'fan-in-uniform' });
    const bias = valuesOf(biased, 'encoder/dense_1/bias');
    const limit = 1 / Math.sqrt(128);
    expect(bias.every((value) => Math.abs(value) <= limit)).toBe(true);
    expect(Math.max(...bias.map(Math.abs))).toBeGreaterThan(0.8 * limit);
    expect(valuesOf(values, 'encoder/dense_1/bias').every((value) => value === 0)).toBe(true);
    expect(valuesOf(biased, 'encoder/dense_1/kernel')).toEqual(valuesOf(values, 'encoder/dense_1/kernel'));
  });
});
