import { describe, expect, test } from 'vitest';
import { elementCount } from '../../tensor/shape.ts';
import { partOf, resolveNetwork } from '../network.ts';
import type { AutoencoderSpec } from '../types.ts';
import { convdense2 } from './convdense-2.ts';
import { convdense2Tuned } from './convdense-2-tuned.ts';
import { dense2 } from './dense-2.ts';
import { findNetwork, networks } from './index.ts';

/** Made here; nothing is on record about them. */
const OWN = ['atlas-1', 'map-1'];

const autoencoders = networks.filter((network): network is AutoencoderSpec => network.kind === 'autoencoder');
const shapesOf = (id: string, part: 'encoder' | 'decoder') =>
  partOf(resolveNetwork(findNetwork(id)), part).layers.map(({ outputShape }) => outputShape.join('x'));

describe('the zoo as it is on record', () => {
  test.each([
    ['dense-1', 104_890, 105_672, 'encod_decod_Dense-1.keras', 0.0406834],
    ['dense-2', 111_098, 111_880, 'encod_decod_Dense-2.keras', 0.0399901],
    ['cnn-1', 140, 53, 'encod_decod_CNN.keras', 0.0951437],
    ['cnn-2', 140, 53, 'encod_decod_CNN-2.keras', 0.0644834],
    ['cnn-3', 140, 53, 'encod_decod_CNN-3.keras', 0.0640704],
    ['convdense-1', 16_574, 111_908, 'encod_decod_ConvDense.keras', 0.0474614],
    ['convdense-2', 1_395_354, 111_908, 'encod_decod_ConvDense-2.keras', 0.035558],
    ['convdense-2-tuned', 1_395_354, 111_880, 'encod_decod_ConvDense-2_tuned_decoder.keras', null],
    ['convdense-3', 5_582_282, 112_308, 'encod_decod_ConvDense-3.keras', 0.0417944],
    ['convdense-4', 87_310, 26_612, 'encod_decod_ConvDense-4.keras', 0.0444625],
    ['convdense-5', 1_395_354, 111_908, 'encod_decod_ConvDense-5.keras', 0.035438],
    ['n8python', 200_602, 164_817, 'encod_decod_n8python.keras', null],
    ['vae-1', 111_116, 111_880, 'encod_decod_VAE-1.keras', 0.035892],
  ])('%s has %i + %i parameters', (id, encoder, decoder, file, published) => {
    const network = findNetwork(id);
    const resolved = resolveNetwork(network);
    expect(partOf(resolved, 'encoder').parameterCount).toBe(encoder);
    expect(partOf(resolved, 'decoder').parameterCount).toBe(decoder);
    expect(resolved.parameterCount).toBe(encoder + decoder);
    expect(network).toMatchObject({ kind: 'autoencoder', file: `autoencoders/${file}`, published });
  });

  test('classifier has 93,322 parameters', () => {
    const network = findNetwork('classifier');
    expect(resolveNetwork(network).parameterCount).toBe(93_322);
    expect(network).toMatchObject({ file: 'classifiers/classifier.keras', publishedAccuracy: 0.99576 });
  });

  test('there are thirteen autoencoders and one classifier on record and two of our own, ids and files all different', () => {
    expect(autoencoders).toHaveLength(15);
    expect(networks).toHaveLength(16);
    expect(networks.filter(({ id }) => OWN.includes(id))).toHaveLength(2);
    expect(new Set(networks.map(({ id }) => id)).size).toBe(16);
    expect(new Set(networks.map(({ file }) => file)).size).toBe(16);
  });

  test.each(autoencoders.map((network) => [network.id, network] as const))(
    'the code of %s is two numbers',
    (_id, network) => {
      expect(elementCount(partOf(resolveNetwork(network), 'encoder').outputShape)).toBe(2);
    },
  );

  test('the shapes of the convolutional networks are those on record', () => {
    for (const id of ['cnn-1', 'cnn-2']) {
      expect(shapesOf(id, 'encoder')).toEqual(['26x26x4', '13x13x4', '11x11x2', '5x5x2', '3x3x1', '2x1x1']);
      expect(shapesOf(id, 'decoder')).toEqual(['3x3x1', '5x5x1', '10x10x1', '12x12x1', '24x24x1', '28x28x1']);
    }
    expect([...new Set(shapesOf('cnn-3', 'encoder'))]).toEqual(shapesOf('cnn-1', 'encoder'));
    expect([...new Set(shapesOf('cnn-3', 'decoder'))]).toEqual(shapesOf('cnn-1', 'decoder'));
    expect(shapesOf('convdense-1', 'encoder')).toContain('200');
    expect(shapesOf('convdense-2', 'encoder')).toContain('10816');
  });

  test('the tuned network is the encoder of convdense-2 and the decoder of dense-2', () => {
    expect(convdense2Tuned.frozenEncoder).toBe(convdense2.id);
    expect(convdense2Tuned.encoder).toEqual(convdense2.encoder);
    expect(convdense2Tuned.decoder.slice(0, -1)).toEqual(dense2.decoder);
  });
});

describe('recipes', () => {
  test('every network has a documented and a best recipe that tell where they come from', () => {
    for (const { recipes } of networks) {
      expect(recipes.documented.name).toBe('documented');
      expect(recipes.best.name).toBe('best');
      expect(recipes.documented.source).toMatch(/^On record: .* Ours: /);
      expect(recipes.best.source).toMatch(/^Ours/);
    }
  });

  test('no best recipe looks at the test images', () => {
    expect(networks.map(({ recipes }) => recipes.best.trainOn)).toEqual(networks.map(() => 'train'));
  });

  test('of those on record dense-1 alone was documented on the 60,000', () => {
    const onRecord = networks.filter(({ id }) => !OWN.includes(id));
    expect(onRecord.filter(({ recipes }) => recipes.documented.trainOn === 'train').map(({ id }) => id)).toEqual([
      'dense-1',
    ]);
    expect(findNetwork('dense-1').recipes.documented).toMatchObject({ epochs: 200, batchSize: 32, validationSplit: 0 });
  });
});

describe('findNetwork', () => {
  test('an unknown id is answered with the closest ids and the list', () => {
    expect(() => findNetwork('dens-1')).toThrow(
      'unknown-network: expected the id of a network, got "dens-1"; did you mean "dense-1" or "dense-2"?\n' +
        'Networks: dense-1, dense-2, cnn-1',
    );
    expect(() => findNetwork('Dense-1')).toThrow('did you mean "dense-1"');
  });

  test('an id that resembles none gets the list alone', () => {
    expect(() => findNetwork('transformer-xxl')).toThrow('got "transformer-xxl"\nNetworks: dense-1');
  });

  test('names of JavaScript itself are no networks', () => {
    expect(() => findNetwork('constructor')).toThrow('unknown-network');
    expect(() => findNetwork('__proto__')).toThrow('unknown-network');
  });
});
