import { type AutoencoderSpec, dense, findNetwork, LatentError, resolveNetwork } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { trainable, withArchitecture } from './architecture.ts';
import { checkCount, checkNetwork, checkRecipe, codeShapeOf, firstFault, recipeNotes } from './check.ts';

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

  it('takes a code of any shape', () => {
    const check = checkNetwork(edited({ encoder: [dense(20, 'relu')] }));
    expect([firstFault(check), codeShapeOf(check)]).toEqual([null, [20]]);
  });

  it('knows graphs: heads that join, a skip, a label', () => {
    const spec = edited({
      label: { classes: 10 },
      encoder: [
        { ...dense(16, 'relu'), name: 'stem' },
        { ...dense(16, 'relu'), name: 'deep' },
        { type: 'add', inputs: ['stem', 'deep'], name: 'sum' },
        { ...dense(3, 'linear'), name: 'z_mean' },
        { ...dense(3, 'linear'), name: 'z_log_var', inputs: ['sum'] },
        { type: 'sampling', parameterisation: 'log-variance', epsilonStd: 1, inputs: ['z_mean', 'z_log_var'] },
      ],
      decoder: [{ type: 'concatenate', inputs: ['input', 'label'] }, dense(784, 'sigmoid')],
    });
    const check = checkNetwork(spec);
    expect(firstFault(check)).toBeNull();
    expect(check.decoder[0].outputShape).toEqual([13]);
    expect(check.parameters).toBe(resolveNetwork(spec).parameterCount);
  });

  const joined = (inputs: readonly string[]): AutoencoderSpec =>
    edited({
      encoder: [dense(4, 'relu'), { type: 'add', inputs }, { ...dense(4, 'relu'), name: 'later' }, dense(2, 'relu')],
    });
  it.each([
    {
      what: 'a name that is not there',
      inputs: ['dense', 'dens'],
      words: /there is no layer "dens"; take one of input, dense/,
    },
    { what: 'a circle', inputs: ['dense', 'later'], words: /"later" does not come before it/ },
    { what: 'itself', inputs: ['dense', 'add'], words: /"add" does not come before it/ },
    { what: 'too few', inputs: ['dense'], words: /expected 2 to 32 inputs, got 1/ },
    { what: 'a label that does not enter', inputs: ['dense', 'label'], words: /the network takes no label/ },
  ])('puts inputs that are wrong to their layer: $what', ({ inputs, words }) => {
    const { encoder } = checkNetwork(joined(inputs));
    expect(encoder[1].fault).toMatch(words);
    expect(encoder.map(({ fault }) => fault !== null)).toEqual([false, true, false, false]);
  });

  it('puts a name that is none, one that two have, and an output that nothing takes to their layers', () => {
    const faults = (encoder: AutoencoderSpec['encoder']): readonly (string | null)[] =>
      checkNetwork(edited({ encoder })).encoder.map(({ fault }) => fault);
    expect(faults([{ ...dense(4, 'relu'), name: '1st' }, dense(2, 'relu')])[0]).toMatch(/begins with a letter/);
    expect(
      faults([dense(4, 'relu'), { ...dense(2, 'relu'), name: 'a' }, { ...dense(2, 'relu'), name: 'a' }])[2],
    ).toMatch(/two layers have this name/);
    expect(faults([dense(4, 'relu'), { ...dense(2, 'relu'), inputs: ['input'] }])[0]).toMatch(
      /no layer takes its output/,
    );
  });

  it('tells which field of the loss is at fault', () => {
    const term = { type: 'jacobian', weight: Number.NaN } as const;
    const loss = { type: 'combined', reconstruction: { type: 'mse' }, terms: [term] } as const;
    expect(checkNetwork(edited({ loss }))).toMatchObject({ field: 'loss.terms[0].weight', fault: expect.any(String) });
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

it('tells which fields of a recipe change nothing, once the network is whole', () => {
  const { best } = dense1.recipes;
  expect(recipeNotes(dense1, best)).toEqual([]);
  expect(recipeNotes(dense1, { ...best, dropoutEpochs: 2, augmentationEpochs: 1 })).toEqual([
    'Epochs with augmentation: no effect, since the recipe has no augmentation.',
    'Epochs with dropout: no effect, since no layer that is trained drops values.',
  ]);
  expect(recipeNotes(edited({ encoder: [] }), { ...best, dropoutEpochs: 2 })).toEqual([]);
});
