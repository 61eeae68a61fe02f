import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../runtime/node.ts';
import { layerDefinitions, layerRegistry, layerSchema } from './index.ts';
import { describeLayerData, describeLayerTensors } from './testing/contract.ts';

describe.each(layerDefinitions.map((definition) => [definition.type, definition] as const))(
  '%s',
  (_type, definition) => {
    describeLayerData(definition);
    describeLayerTensors(definition, nodeRuntime);
  },
);

describe('the list of layer types', () => {
  test('has an automatic name of its own for each', () => {
    const names = layerDefinitions.map(({ baseName }) => baseName);
    expect(new Set(names).size).toBe(names.length);
  });

  test('has a Keras class of its own for each that Keras has', () => {
    const names = layerDefinitions.flatMap(({ keras }) =>
      keras && !keras.writtenOnly ? [keras.className, ...(keras.aliases ?? [])] : [],
    );
    expect(new Set(names).size).toBe(names.length);
  });

  test('answers a misspelt type with the one that was meant', () => {
    expect(() => layerRegistry.get('densee')).toThrow(
      'unknown-layer: expected the id of a layer, got "densee"; did you mean "dense"?',
    );
    expect(layerSchema['~standard'].validate({ type: 'droput', rate: 0.1 })).toMatchObject({
      issues: [{ message: expect.stringContaining('(did you mean "dropout"?)') }],
    });
  });
});
