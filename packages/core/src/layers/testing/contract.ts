/** What every layer type has to keep, whatever it computes: its data, its tensors, and what it says of its values. */
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { activationBounds, activationRegistry } from '../../activations/index.ts';
import { formFields, jsonSchemaOfType } from '../../registry/index.ts';
import { evaluator } from '../../tensor/evaluate.ts';
import { elementCount } from '../../tensor/index.ts';
import { constant, DYNAMIC, input, type NdArray, type Tensor } from '../../tensor/tensor.ts';
import { describeOp, type GraphRunner, randomArray, relativeError } from '../../tensor/testing/gradient-check.ts';
import { emptyTrace, type LayerContext, layerContext, type PartTrace } from '../context.ts';
import type { LayerDefinition, ValueEffect } from '../definition.ts';
import { commutes, type LayerSpec } from '../registry.ts';
import { type LayerSample, layerSamples } from './samples.ts';

const BATCH = 3;

/** The layer's tensor of `x` and its weights in order; what is drawn is written into the graph. */
const buildSample = (
  definition: LayerDefinition,
  { spec, inputShape, inputShapes, outputShape }: LayerSample,
  training: boolean,
  operands: readonly Tensor[],
  trace: PartTrace = emptyTrace(),
): Tensor => {
  const [inputs, weights] = [operands.slice(0, inputShapes.length), operands.slice(inputShapes.length)];
  const roles = definition.weights(spec, inputShape).map(({ role }) => role);
  const weight = (role: string): Tensor => weights[roles.indexOf(role)];
  const context: LayerContext = layerContext(
    { inputs, outputShape, training, sampling: training, weight },
    'encoder/layer',
    trace,
  );
  const draw: LayerContext['draw'] = (drawn, dims) => {
    context.draw(drawn, dims);
    const { data } = randomArray('draw', dims, 0.2, 1.5);
    return constant(Float32Array.from(data), dims);
  };
  return definition.build(spec, { ...context, draw });
};

const operandsOf = (definition: LayerDefinition, { spec, inputShape, inputShapes }: LayerSample): NdArray[] => [
  ...inputShapes.map((shape, i) => randomArray(i === 0 ? 'x' : `x${i}`, [BATCH, ...shape])),
  // A variance is above 0.
  ...definition
    .weights(spec, inputShape)
    .map(({ role, shape, running }) => randomArray(role, shape, running ? 0.5 : -1, running ? 1.5 : 1)),
];

/** What the layer gives at inference for these operands. */
const infer = (definition: LayerDefinition, sample: LayerSample, operands: readonly NdArray[]): NdArray => {
  const tensors = operands.map(({ dims }, i) => input(`operand${i}`, dims));
  const run = evaluator([buildSample(definition, sample, false, tensors)]);
  return run(Object.fromEntries(operands.map((value, i) => [`operand${i}`, value])))[0];
};

/** Registers the tests of what a layer type says of itself. */
export const describeLayerData = (definition: LayerDefinition): void => {
  const { type, label, doc, formula, fields, defaults, schema, detail, baseName } = definition;

  test('has words for docs and forms', () => {
    for (const sentence of [doc, ...Object.values(fields).map((field) => field.doc)])
      expect(sentence).toMatch(/^.{10,}\.$/);
    for (const words of [label, formula, ...Object.values(fields).map((field) => field.label)])
      expect(words).not.toBe('');
    expect(baseName).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(type).toMatch(/^[a-z][a-z0-9-]*$/);
  });

  test('has defaults that its own schema accepts, and refuses a field too many or too few', () => {
    const json = JSON.parse(JSON.stringify(defaults));
    expect(v.parse(schema, json)).toEqual(defaults);
    expect(v.safeParse(schema, { ...json, another: 1 }).success).toBe(false);
    for (const [name, { optional }] of Object.entries(fields)) {
      const { [name]: _, ...rest } = json;
      expect(v.safeParse(schema, rest).success).toBe(optional === true);
    }
  });

  test('has an input in the form and an entry in the JSON Schema for every field', () => {
    expect(formFields(fields).map(({ name }) => name)).toEqual(Object.keys(fields));
    const { properties } = jsonSchemaOfType(definition);
    expect(Object.keys(properties as object)).toEqual(['type', ...Object.keys(fields)]);
  });

  test('has a detail short enough for the summary', () => {
    expect(detail(defaults).length).toBeLessThanOrEqual(16);
  });

  test('follows one of the shapes that samples have', () => {
    expect(layerSamples(definition)).not.toEqual([]);
  });

  test('has a sample for every field that may be absent', () => {
    const sampled = new Set(layerSamples(definition).flatMap(({ spec }) => Object.keys(spec)));
    for (const name of Object.keys(fields)) expect(sampled).toContain(name);
  });
};

const describeShapes = (definition: LayerDefinition, sample: LayerSample): void => {
  const { spec, inputShape, inputShapes, outputShape } = sample;

  test('gives its output shape, in training and at inference, for a batch of any size', () => {
    const weights = definition.weights(spec, inputShape).map(({ role, shape }) => input(role, shape));
    for (const [training, batch] of [
      [true, BATCH],
      [false, BATCH],
      [false, DYNAMIC],
    ] as const) {
      const trace = emptyTrace();
      const inputs = inputShapes.map((shape, i) => input(`x${i}`, [batch, ...shape]));
      const { dims } = buildSample(definition, sample, training, [...inputs, ...weights], trace);
      expect(dims).toEqual([batch, ...outputShape]);
      if (!training) expect(trace.randoms).toEqual([]);
      else expect(trace.randoms.some(({ kind }) => kind === 'dropout')).toBe(definition.drops(spec));
      for (const { name, dims: drawn } of trace.randoms) {
        expect(name).toBe('random/encoder/layer');
        expect(drawn[0]).toBe(batch);
      }
    }
    expect(definition.workspace(spec, inputShape, outputShape)).toBeGreaterThanOrEqual(0);
  });

  test('has weights of names of their own, with what their first values need', () => {
    const weights = definition.weights(spec, inputShape);
    expect(definition.hasWeights).toBe(weights.length > 0);
    expect(new Set(weights.map(({ role }) => role)).size).toBe(weights.length);
    for (const { role, shape, fanIn, fanOut } of weights) {
      expect(role).toMatch(/^[a-z_]+(\/[a-z_]+)?$/);
      expect(Math.min(elementCount(shape), fanIn, fanOut)).toBeGreaterThan(0);
    }
  });
};

const meanOf = ({ data }: NdArray): number => data.reduce((sum, value) => sum + value, 0) / data.length;

/** What its `values` say becomes of the values that reach it. */
const expectEffect = (effect: ValueEffect, x: NdArray, y: NdArray): void => {
  const known = new Set(x.data);
  switch (effect) {
    case 'computed':
      expect(y.data.some((value) => !known.has(value))).toBe(true);
      break;
    case 'unchanged':
      expect(y).toEqual(x);
      break;
    case 'reshaped':
      expect([...y.data]).toEqual([...x.data]);
      break;
    case 'repeated':
      expect(new Set(y.data)).toEqual(known);
      break;
    case 'picked':
      expect(y.data.every((value) => known.has(value))).toBe(true);
      expect(y.data.length).toBeLessThanOrEqual(x.data.length);
      break;
    case 'maxima':
      expect(y.data.every((value) => known.has(value))).toBe(true);
      expect(meanOf(y)).toBeGreaterThanOrEqual(meanOf(x));
      break;
  }
};

const describeFacts = (definition: LayerDefinition, sample: LayerSample): void => {
  const operands = operandsOf(definition, sample);
  const [x, ...weights] = operands;
  const y = infer(definition, sample, operands);

  // A Gaussian code is computed in training; inference takes the mean as it is.
  test.skipIf(definition.gaussian(sample.spec) !== null)('does to its values what it says', () =>
    expectEffect(definition.values(sample.spec), x, y),
  );

  test('gives values within the range of its activation', () => {
    const activation = definition.activation(sample.spec);
    const [low, high] = (activation && activationBounds(activation)) ?? [Number.NEGATIVE_INFINITY, Infinity];
    expect(y.data.every((value) => value >= low && value <= high)).toBe(true);
  });

  test('may change places with the activations that it says it commutes with', () => {
    for (const { id, build } of activationRegistry.entries) {
      if (!commutes(sample.spec as LayerSpec, id)) continue;
      const apply = (value: NdArray): NdArray => {
        const tensor = input('x', value.dims);
        return evaluator([build(tensor)])({ x: value })[0];
      };
      const before = infer(definition, sample, [apply(x), ...weights]);
      expect(relativeError(before.data, apply(y).data), id).toBeLessThan(1e-12);
    }
  });

  test('is shifted by its bias parameter, where it has one', () => {
    const { biasParameter, activationField } = definition;
    if (biasParameter === null || activationField === null) return;
    if (!definition.weights(sample.spec, sample.inputShape).some(({ role }) => role === biasParameter)) return;
    const plain = { ...sample, spec: { ...sample.spec, [activationField]: 'linear' } };
    const at = definition.weights(sample.spec, sample.inputShape).findIndex(({ role }) => role === biasParameter);
    const shifted = operands.map((value, i) =>
      i === at + 1 ? { ...value, data: value.data.map((b) => b + 0.5) } : value,
    );
    const [before, after] = [infer(definition, plain, operands), infer(definition, plain, shifted)];
    expect(
      relativeError(
        after.data,
        before.data.map((value) => value + 0.5),
      ),
    ).toBeLessThan(1e-12);
  });
};

/** Registers the tests of what a layer type computes. */
export const describeLayerTensors = (definition: LayerDefinition, runner: GraphRunner): void => {
  for (const sample of layerSamples(definition)) {
    describe(sample.title, () => {
      describeShapes(definition, sample);
      describeFacts(definition, sample);
      for (const training of [true, false]) {
        describeOp(training ? 'in training' : 'at inference', runner, {
          build: (tensors) => buildSample(definition, sample, training, tensors),
          operands: operandsOf(definition, sample),
        });
      }
    });
  }
};
