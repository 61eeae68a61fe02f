/** What every activation has to keep, whatever it computes. */
import { expect, test } from 'vitest';
import { evaluator } from '../../tensor/evaluate.ts';
import { input, type NdArray } from '../../tensor/tensor.ts';
import { describeOp, type GraphRunner, randomArray } from '../../tensor/testing/gradient-check.ts';
import type { ActivationDefinition } from '../definition.ts';

const ROW = 5;

/** From -8 to 8, in rows, without 0, where some have a kink. */
const grid = (): NdArray => {
  const data = Float64Array.from({ length: 40 * ROW }, (_, i) => -8 + (16 * (i + 0.5)) / (40 * ROW));
  return { dims: [40, ROW], data };
};

const apply = ({ build }: ActivationDefinition, x: NdArray): Float64Array =>
  evaluator([build(input('x', x.dims))])({ x })[0].data;

const describeFacts = (definition: ActivationDefinition): void => {
  const { elementwise, monotone, range, dies, distribution, argumentFor } = definition;
  const x = grid();
  const y = apply(definition, x);

  test('stays within its range and comes near both of its ends', () => {
    const [low, high] = range;
    expect(Math.min(...y)).toBeGreaterThanOrEqual(low - 1e-12);
    expect(Math.max(...y)).toBeLessThanOrEqual(high + 1e-12);
    // A softsign gets there slowly; the grid has steps of 0.08.
    const far = elementwise ? apply(definition, { dims: [1, 2], data: Float64Array.of(-600, 600) }) : y;
    if (elementwise && Number.isFinite(low)) expect(Math.min(...y, ...far)).toBeLessThan(low + 2e-3);
    if (elementwise && Number.isFinite(high)) expect(Math.max(...y, ...far)).toBeGreaterThan(high - 2e-3);
  });

  test('rises or stays with its argument exactly where it says so', () => {
    if (elementwise) expect(y.every((value, i) => i === 0 || value >= y[i - 1])).toBe(monotone);
    else expect(monotone).toBe(false);
  });

  test('looks at one value at a time exactly where it says so', () => {
    const moved = apply(definition, { ...x, data: x.data.map((value, i) => (i === 100 ? value + 1 : value)) });
    const touched = [...y.keys()].filter((i) => moved[i] !== y[i]);
    expect(touched.includes(100)).toBe(true);
    expect(touched.length === 1).toBe(elementwise);
    expect(touched.every((i) => Math.floor(i / ROW) === Math.floor(100 / ROW))).toBe(true);
  });

  test('has no slope on one side exactly where it says so', () => {
    const flat = (from: number, to: number): boolean => y.subarray(from, to).every((value) => value === y[from]);
    expect(elementwise && (flat(0, 40) || flat(y.length - 40, y.length))).toBe(dies);
  });

  test('makes distributions of rows exactly where it says so', () => {
    const sums = Array.from({ length: 40 }, (_, r) => y.subarray(r * ROW, (r + 1) * ROW).reduce((s, v) => s + v, 0));
    expect(sums.every((sum) => Math.abs(sum - 1) < 1e-12)).toBe(distribution);
  });

  test('gives back the value of a pixel that its argument was asked for', () => {
    if (argumentFor === null) return;
    for (const value of [0.1, 0.5, 0.9])
      expect(apply(definition, { dims: [1, 1], data: Float64Array.of(argumentFor(value)) })[0]).toBeCloseTo(value, 12);
    for (const value of [0, 1]) expect(Number.isFinite(argumentFor(value))).toBe(true);
  });
};

/** Registers the tests of an activation. */
export const describeActivation = (definition: ActivationDefinition, runner: GraphRunner): void => {
  const { id, label, doc, formula, build, keras } = definition;

  test('has words for docs and forms, and a name in Keras', () => {
    expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(doc).toMatch(/^.{10,}\.$/);
    for (const words of [label, formula, keras?.name ?? 'none']) expect(words).not.toBe('');
  });

  describeFacts(definition);
  describeOp('its tensor', runner, { build: ([x]) => build(x), operands: [randomArray('x', [4, ROW], -2, 2)] });
};
