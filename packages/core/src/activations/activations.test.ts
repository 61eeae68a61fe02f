import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../runtime/node.ts';
import { activationField, activationRegistry } from './index.ts';
import { describeActivation } from './testing/contract.ts';

const { entries } = activationRegistry;

describe.each(entries.map((definition) => [definition.id, definition] as const))('%s', (_id, definition) => {
  describeActivation(definition, nodeRuntime);
});

describe('the list of activations', () => {
  test('has names of its own in Keras for each', () => {
    const names = entries.flatMap(({ keras }) => (keras === null ? [] : [keras.name, ...(keras.aliases ?? [])]));
    expect(new Set(names).size).toBe(names.length);
  });

  test('is the choice of fields: those that look at single values, and all where a field takes any', () => {
    const words = { label: 'Activation', doc: 'What is done to the sums.', default: 'linear' } as const;
    expect(activationField({ ...words, any: true }).choices).toEqual(entries.map(({ id }) => id));
    const single = entries.filter(({ elementwise }) => elementwise).map(({ id }) => id);
    expect(single).toContain('relu');
    expect(single).not.toContain('softmax');
    expect(activationField(words).choices).toEqual(single);
  });
});
