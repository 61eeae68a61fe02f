import { type AutoencoderSpec, dense, findNetwork, flatten, LatentError, resolveNetwork } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { checkCount, checkNetwork, checkRecipe, firstFault } from './check.ts';
import { trainable, withArchitecture } from './draft.ts';

const [dense1] = trainable;
const edited = (changes: Partial<AutoencoderSpec>): AutoencoderSpec =>
  withArchitecture(dense1, { ...dense1, ...changes });
const wordsOf = (spec: AutoencoderSpec): string => {
  try {
    resolveNetwork(spec);
  } catch (error) {
    if (error instanceof LatentError) return error.message;
  }
  throw new Error('expected a fault');
};

describe('a network is checked layer by layer', () => {
  it.each(trainable)('$id has a shape after every layer, and its parameters', (network) => {
    const check = checkNetwork(network);
    expect(firstFault(check)).toBeNull();
    expect(check.encoder.at(-1)?.outputShape?.[0]).toBe(2);
    expect(check.decoder.at(-1)?.outputShape).toStrictEqual(network.inputShape);
    expect(check.parameters).toBe(resolveNetwork(network).parameterCount);
  });

  it('puts the words of the command line to the layer that is at fault, and knows no shape after it', () => {
    const cnn = findNetwork('convdense-1');
    if (cnn.kind !== 'autoencoder') throw new Error('an autoencoder');
    const spec = withArchitecture(cnn, { ...cnn, encoder: cnn.encoder.filter(({ type }) => type !== 'flatten') });
    const { encoder, decoder } = checkNetwork(spec);
    expect(encoder.map(({ fault }) => fault !== null)).toStrictEqual([
      false,
      false,
      false,
      false,
      true,
      ...Array(4).fill(false),
    ]);
    expect(encoder[4].fault).toBe(wordsOf(spec));
    expect(encoder[4].fault).toMatch(
      /^shape-mismatch: network "custom", layer "encoder\/dense": expected .*put `flatten` before it/,
    );
    expect([...encoder.slice(4), ...decoder].every(({ outputShape }) => outputShape === null)).toBe(true);
  });

  it('puts an output that is no picture to the last layer, with the words of the command line', () => {
    const spec = edited({ decoder: [...dense1.decoder.slice(0, -1), dense(100, 'sigmoid')] });
    const { decoder } = checkNetwork(spec);
    expect(decoder.at(-1)?.fault).toBe(wordsOf(spec));
    expect(decoder.at(-1)?.outputShape).toStrictEqual([100]);
  });

  it('wants a code of two numbers', () => {
    const { encoder, parameters } = checkNetwork(edited({ encoder: [dense(3, 'relu')] }));
    expect(encoder[0].fault).toMatch(/expected a code of 2 numbers.*got 3/);
    expect(parameters).toBeNull();
  });

  it.each([
    { what: 'no layer', changes: { encoder: [] }, words: /expected layers in the encoder, got none/ },
    {
      what: 'a field left empty',
      changes: { encoder: [dense(Number.NaN, 'relu')] },
      words: /field "units": expected a whole number/,
    },
    {
      what: 'a loss without its layer',
      changes: { loss: { type: 'vae', weight: 1 } as const },
      words: /Gaussian sampling/,
    },
    { what: 'a code that is an image', changes: { encoder: [flatten()] }, words: /2 numbers/ },
  ])('tells of $what', ({ changes, words }) => {
    expect(firstFault(checkNetwork(edited(changes)))).toMatch(words);
  });
});

it('wants a whole number of images, or none for all', () => {
  expect(checkCount(null)).toBeNull();
  expect(checkCount(100)).toBeNull();
  expect(checkCount(Number.NaN)).toMatch(/got no number;/);
  for (const count of [0, -1, 1.5, 60_001, Number.NaN])
    expect(checkCount(count)).toMatch(/^images: expected a whole number/);
});

it('names the field of a recipe that is at fault', () => {
  const { best } = dense1.recipes;
  expect(checkRecipe(best, 60_000)).toBeNull();
  expect(checkRecipe({ ...best, schedule: { ...best.schedule, learningRate: 0 } }, null)).toMatchObject({
    field: 'schedule.learningRate',
  });
  expect(checkRecipe({ ...best, batchSize: Number.NaN }, null)?.message).toMatch(/whole number/);
  expect(checkRecipe(best, 200)).toMatchObject({
    field: 'batchSize',
    message: expect.stringMatching(/training set \(images: 200\)/),
  });
});
