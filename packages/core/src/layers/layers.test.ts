import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { inferLayers } from '../network/shape-inference.ts';
import { elementCount } from '../tensor/shape.ts';
import { layerDefinitions } from './index.ts';

const named = layerDefinitions.map((definition) => [definition.type, definition] as const);

describe('every layer type', () => {
  test.each(named)('%s has defaults that its own schema accepts', (_type, { schema, defaults }) => {
    expect(v.parse(schema, JSON.parse(JSON.stringify(defaults)))).toEqual(defaults);
  });

  test.each(named)('%s describes every field of its defaults and no other', (_type, { fields, defaults }) => {
    expect(Object.keys(fields).sort()).toEqual(
      Object.keys(defaults)
        .filter((key) => key !== 'type')
        .sort(),
    );
  });

  test.each(named)('%s counts what its parameters hold, within its shapes', (type, { defaults }) => {
    const isImageLayer = type.includes('2d');
    const inputShape = isImageLayer ? [8, 8, 3] : [784];
    const [layer] = inferLayers([defaults], inputShape, 'encoder', 'net');
    const held = layer.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
    expect(layer.parameterCount).toBe(held);
    expect(elementCount(layer.outputShape)).toBeGreaterThan(0);
    for (const { fanIn, fanOut } of layer.parameters) expect(Math.min(fanIn, fanOut)).toBeGreaterThan(0);
  });

  test.each(named)('%s has a detail short enough for the summary', (_type, { defaults, detail }) => {
    expect(detail(defaults).length).toBeLessThanOrEqual(16);
  });
});
