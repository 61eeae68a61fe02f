/**
 * What every op has to show, as two tests: its gradient is that of central finite differences, and its ONNX nodes
 * (of the value and of the gradients) compute what the double-precision evaluator computes.
 *
 * In: a function from tensors to a tensor, and values for its operands. Out: registered tests. PyTorch's figures are
 * not compared here (`pytorch-fixtures.ts`).
 */
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../random/index.ts';
import { gradients } from '../backward.ts';
import { evaluator } from '../evaluate.ts';
import { emitGraph } from '../onnx/emitter.ts';
import { multiply } from '../ops/arithmetic.ts';
import { sumAll } from '../ops/reduce.ts';
import { type Dims, input, type NdArray, sizeOf, type Tensor } from '../tensor.ts';

/** The part of the Session port that is needed; the runtime comes after this module, so a test hands it in. */
export interface GraphRunner {
  createSession(graph: Uint8Array): Promise<{
    run(
      feeds: Readonly<Record<string, { readonly dims: Dims; readonly data: Float32Array }>>,
    ): Promise<Readonly<Record<string, { readonly dims: Dims; readonly data: ArrayLike<number | bigint> }>>>;
    release(): Promise<void>;
  }>;
}

/** Single-precision products of at most a few hundred terms, compared with the largest number of the array. */
export const SINGLE_PRECISION = 1e-5;
/** Central differences of step 1e-4 in double precision: truncation h^2 / 6 = 2e-9 of the third derivative. */
const FINITE_DIFFERENCE = 1e-6;
const STEP = 1e-4;

/** Uniform numbers that single precision holds exactly, the same at every run. */
export const randomArray = (name: string, dims: Dims, lo = -1, hi = 1): NdArray => {
  const values = new Float32Array(sizeOf(dims));
  new RandomStream(1, name).fillUniform(values, lo, hi);
  return { dims, data: Float64Array.from(values) };
};

export const arrayOf = (dims: Dims, data: ArrayLike<number>): NdArray => ({ dims, data: Float64Array.from(data) });

/** Largest difference over the largest expected number. */
export const relativeError = (actual: ArrayLike<number>, expected: ArrayLike<number>): number => {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return Number.isFinite(largest) ? difference / (largest || 1) : Number.POSITIVE_INFINITY;
};

/** Emits named tensors and runs them once. */
export const runGraph = async (
  runner: GraphRunner,
  outputs: Readonly<Record<string, Tensor>>,
  inputs: readonly Tensor[],
  values: Readonly<Record<string, NdArray>>,
): Promise<Readonly<Record<string, NdArray>>> => {
  const session = await runner.createSession(emitGraph(outputs, inputs, { name: 'check' }));
  const feeds = Object.fromEntries(
    Object.entries(values).map(([name, { dims, data }]) => [name, { dims, data: Float32Array.from(data) }]),
  );
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { dims, data }]) => [name, { dims, data: Float64Array.from(data, Number) }]),
  );
};

/** An op under test: `y = build(...)`, measured by the scalar `sum(y * cotangent)`. */
export interface OpCase {
  readonly build: (operands: readonly Tensor[]) => Tensor;
  readonly operands: readonly NdArray[];
  /** Whether each operand has a gradient; all have when absent. */
  readonly differentiable?: readonly boolean[];
}

/** The op's value, its gradients and the scalar, over named graph inputs. */
export const traceOp = ({ build, operands, differentiable }: OpCase, cotangent?: NdArray) => {
  const tensors = operands.map((value, i) => input(`operand${i}`, value.dims));
  const y = build(tensors);
  const weight = input('cotangent', y.dims);
  const loss = sumAll(multiply(y, weight));
  const wanted = tensors.filter((_, i) => differentiable?.[i] ?? true);
  const grads = gradients(loss, wanted);
  const values: Record<string, NdArray> = Object.fromEntries(operands.map((value, i) => [`operand${i}`, value]));
  values.cotangent = cotangent ?? randomArray('cotangent', y.dims);
  const names = wanted.map((tensor) => tensors.indexOf(tensor));
  const outputs: Record<string, Tensor> = { y };
  grads.forEach((grad, i) => {
    outputs[`grad${names[i]}`] = grad;
  });
  return { y, loss, outputs, inputs: [...tensors, weight], values };
};

const expectFiniteDifferences = (opCase: OpCase): void => {
  const { loss, outputs, values } = traceOp(opCase);
  const names = Object.keys(outputs);
  const results = evaluator(Object.values(outputs))(values);
  const lossOf = evaluator([loss]);
  for (const [n, name] of names.entries()) {
    expect(results[n].dims, `${name} has the dimensions it declares`).toEqual(outputs[name].dims);
    if (!name.startsWith('grad')) continue;
    const operand = `operand${name.slice(4)}`;
    const { dims, data } = values[operand];
    const differences = data.map((value, i) => {
      const at = (moved: number): number => {
        const shifted = data.slice();
        shifted[i] = moved;
        return lossOf({ ...values, [operand]: { dims, data: shifted } })[0].data[0];
      };
      return (at(value + STEP) - at(value - STEP)) / (2 * STEP);
    });
    expect(relativeError(results[n].data, differences), `gradient by ${operand}`).toBeLessThan(FINITE_DIFFERENCE);
  }
};

const expectOnnxEqualsEvaluator = async (runner: GraphRunner, opCase: OpCase): Promise<void> => {
  const { outputs, inputs, values } = traceOp(opCase);
  const expected = evaluator(Object.values(outputs))(values);
  const actual = await runGraph(runner, outputs, inputs, values);
  for (const [n, name] of Object.keys(outputs).entries()) {
    expect(actual[name].dims, `${name} keeps its dimensions`).toEqual(expected[n].dims);
    expect(relativeError(actual[name].data, expected[n].data), name).toBeLessThan(SINGLE_PRECISION);
  }
};

/** Registers the two tests of an op. */
export const describeOp = (title: string, runner: GraphRunner, opCase: OpCase): void => {
  describe(title, () => {
    test('its gradient is that of finite differences', () => expectFiniteDifferences(opCase));
    test('its ONNX nodes compute what the evaluator computes', () => expectOnnxEqualsEvaluator(runner, opCase));
  });
};
