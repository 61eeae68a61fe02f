/**
 * PyTorch's figures, recorded by `packages/core/fixtures/make-pytorch-fixtures.py`, as tests of an op family.
 *
 * In: the family's file name and, for each op, how to build it from the recorded attributes. Out: registered tests.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluator } from '../evaluate.ts';
import type { Dims, Tensor } from '../tensor.ts';
import { arrayOf, type GraphRunner, relativeError, runGraph, SINGLE_PRECISION, traceOp } from './gradient-check.ts';

/** PyTorch and the evaluator compute in double precision, but a graph's constants (1 / size) are single-precision. */
const RECORDED_DIGITS = 1e-7;

export interface RecordedArray {
  readonly dims: Dims;
  readonly data: readonly number[];
}

type Attributes = Readonly<Record<string, number | boolean | string | readonly number[]>>;

interface RecordedCase {
  readonly op: string;
  readonly name: string;
  readonly attributes: Attributes;
  readonly operands: readonly RecordedArray[];
  readonly cotangent: RecordedArray;
  readonly value: RecordedArray;
  /** One for each operand; null where it has none. */
  readonly gradients: readonly (RecordedArray | null)[];
}

/** The parsed fixture `packages/core/fixtures/pytorch/<name>.json`. */
export const readFixture = <T>(name: string): T => {
  const path = new URL(`../../../fixtures/pytorch/${name}.json`, import.meta.url);
  const parsed: T = JSON.parse(readFileSync(path, 'utf8'));
  return parsed;
};

type BuildOp = (attributes: Attributes, operands: readonly Tensor[]) => Tensor;

/** Registers a test for each recorded case, and one that every recorded op is known. */
export const describePyTorch = (family: string, runner: GraphRunner, ops: Readonly<Record<string, BuildOp>>): void => {
  const { cases } = readFixture<{ readonly cases: readonly RecordedCase[] }>(family);
  describe(`PyTorch, ${family}`, () => {
    test('figures of every op of the family are recorded', () => {
      expect([...new Set(cases.map(({ op }) => op))].sort()).toEqual(Object.keys(ops).sort());
    });
    test.each(cases)('$name: value and gradients are those of PyTorch', async (recorded) => {
      const { op, attributes, operands, cotangent, value, gradients } = recorded;
      const traced = traceOp(
        {
          build: (tensors) => ops[op](attributes, tensors),
          operands: operands.map(({ dims, data }) => arrayOf(dims, data)),
          differentiable: gradients.map((gradient) => gradient !== null),
        },
        arrayOf(cotangent.dims, cotangent.data),
      );
      const expected: Record<string, RecordedArray> = { y: value };
      gradients.forEach((gradient, i) => {
        if (gradient) expected[`grad${i}`] = gradient;
      });
      const names = Object.keys(traced.outputs);
      expect([...names].sort()).toEqual(Object.keys(expected).sort());
      const exact = evaluator(Object.values(traced.outputs))(traced.values);
      const native = await runGraph(runner, traced.outputs, traced.inputs, traced.values);
      for (const [n, name] of names.entries()) {
        const { dims, data } = expected[name];
        expect(native[name].dims, name).toEqual(dims);
        expect(relativeError(exact[n].data, data), `${name}, double precision`).toBeLessThan(RECORDED_DIGITS);
        expect(relativeError(native[name].data, data), `${name}, ONNX Runtime`).toBeLessThan(SINGLE_PRECISION);
      }
    });
  });
};
