import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeRuntime } from '../runtime/node.ts';
import { createWebRuntime } from '../runtime/web.ts';
import { evaluator } from '../tensor/evaluate.ts';
import { emitGraph } from '../tensor/onnx/emitter.ts';
import * as ops from '../tensor/ops/index.ts';
import { input, type Tensor } from '../tensor/tensor.ts';
import {
  describeOp,
  type GraphRunner,
  randomArray,
  relativeError,
  runGraph,
  SINGLE_PRECISION,
  traceOp,
} from '../tensor/testing/gradient-check.ts';
import { emptyTrace, layerContext } from './context.ts';
import { definitionOf, type LayerSpec } from './registry.ts';

const place = { networkId: 'mine', part: 'encoder', layer: 'layer' } as const;

const shapeOf = (spec: LayerSpec, inputShape: readonly number[]): readonly number[] =>
  definitionOf(spec).outputShape(spec, inputShape, place);

const built = (spec: LayerSpec, x: Tensor): Tensor => {
  const values = {
    inputs: [x],
    outputShape: shapeOf(spec, x.dims.slice(1)),
    training: true,
    sampling: true,
    weight: (role: string): Tensor => input(role, []),
  };
  return definitionOf(spec).build(spec, layerContext(values, 'encoder/layer', emptyTrace()));
};

/** Odd sizes, strides larger than the window, images of one pixel. */
const CASES: readonly (readonly [LayerSpec, readonly number[], readonly number[]])[] = [
  [{ type: 'max-pooling2d', poolSize: [3, 3], strides: [2, 2], padding: 'same' }, [7, 5, 2], [4, 3, 2]],
  [{ type: 'max-pooling2d', poolSize: [2, 2], strides: [3, 4] }, [7, 9, 1], [2, 2, 1]],
  [{ type: 'max-pooling2d', poolSize: [2, 2], padding: 'same' }, [1, 1, 3], [1, 1, 3]],
  [{ type: 'average-pooling2d', poolSize: [3, 2], strides: [2, 1], padding: 'same' }, [5, 3, 2], [3, 3, 2]],
  [{ type: 'average-pooling2d', poolSize: [1, 2], strides: [4, 3] }, [5, 7, 1], [2, 2, 1]],
  [{ type: 'average-pooling2d', poolSize: [3, 3], padding: 'same' }, [1, 1, 2], [1, 1, 2]],
  [{ type: 'global-max-pooling2d' }, [5, 3, 2], [2]],
  [{ type: 'global-max-pooling2d', keepDims: true }, [1, 1, 3], [1, 1, 3]],
  [{ type: 'global-average-pooling2d' }, [1, 1, 3], [3]],
  [{ type: 'global-average-pooling2d', keepDims: true }, [5, 3, 2], [1, 1, 2]],
  [{ type: 'up-sampling2d', size: [2, 3], interpolation: 'bilinear' }, [3, 5, 2], [6, 15, 2]],
  [{ type: 'up-sampling2d', size: [4, 2], interpolation: 'bilinear' }, [1, 1, 2], [4, 2, 2]],
  [{ type: 'zero-padding2d', rows: [0, 1], columns: [2, 0] }, [1, 1, 2], [2, 3, 2]],
  [{ type: 'cropping2d', rows: [0, 2], columns: [1, 1] }, [3, 5, 2], [1, 3, 2]],
  [{ type: 'permute', order: [3, 1, 2] }, [3, 5, 2], [2, 3, 5]],
  [{ type: 'permute', order: [1] }, [4], [4]],
  [{ type: 'repeat-vector', times: 1 }, [1], [1, 1]],
  [{ type: 'rescaling', scale: 0.5, offset: -1 }, [1, 1, 2], [1, 1, 2]],
];
const titleOf = ([spec, shape]: (typeof CASES)[number]): string => `${JSON.stringify(spec)} on ${shape.join('x')}`;

for (const entry of CASES) {
  const [spec, shape] = entry;
  describeOp(titleOf(entry), nodeRuntime, {
    build: ([x]) => built(spec, x),
    operands: [randomArray('x', [2, ...shape])],
  });
}

test.each(CASES.map((entry) => [titleOf(entry), entry] as const))(
  '%s gives the shape that Keras gives',
  (_t, entry) => {
    const [spec, inputShape, outputShape] = entry;
    expect(shapeOf(spec, inputShape)).toEqual(outputShape);
  },
);

describe('in WebAssembly', () => {
  const files = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  let runtime: GraphRunner;
  beforeAll(async () => {
    runtime = await createWebRuntime({ backend: 'wasm', files: new Uint8Array(readFileSync(files)) });
  });

  test.each(CASES.map((entry) => [titleOf(entry), entry] as const))(
    '%s is what it is in double precision',
    async (_t, entry) => {
      const [spec, shape] = entry;
      const traced = traceOp({ build: ([x]) => built(spec, x), operands: [randomArray('x', [2, ...shape])] });
      const exact = evaluator(Object.values(traced.outputs))(traced.values);
      const actual = await runGraph(runtime, traced.outputs, traced.inputs, traced.values);
      for (const [n, name] of Object.keys(traced.outputs).entries()) {
        expect(actual[name].dims, name).toEqual(exact[n].dims);
        expect(relativeError(actual[name].data, exact[n].data), name).toBeLessThan(SINGLE_PRECISION);
      }
    },
  );
});

describe('a layer without its optional fields', () => {
  const bytesOf = (build: (x: Tensor) => Tensor): Uint8Array => {
    const x = input('x', [2, 5, 7, 3]);
    const y = build(x);
    return emitGraph({ y }, [x], { name: 'check' });
  };

  test.each<[LayerSpec, (x: Tensor) => Tensor]>([
    [{ type: 'max-pooling2d', poolSize: [2, 3] }, (x) => ops.maxPool2d(x, [2, 3])],
    [{ type: 'max-pooling2d', poolSize: [2, 3], strides: [2, 3], padding: 'valid' }, (x) => ops.maxPool2d(x, [2, 3])],
    [{ type: 'up-sampling2d', size: [2, 3] }, (x) => ops.upSample2d(x, [2, 3])],
  ])('%o is the same graph as ever', (spec, build) => {
    expect(bytesOf((x) => built(spec, x))).toEqual(bytesOf(build));
  });
});

describe('what cannot follow a shape is refused with what to do', () => {
  test.each<[LayerSpec, readonly number[], RegExp]>([
    [
      { type: 'average-pooling2d', poolSize: [3, 3] },
      [2, 2, 1],
      /shape-mismatch: .*expected \[batch, 3 rows or more, 3 columns or more, channels\]/,
    ],
    [{ type: 'cropping2d', rows: [1, 2], columns: [0, 0] }, [3, 3, 1], /\[batch, 4 rows or more, .*cut off less/],
    [
      { type: 'permute', order: [2, 1] },
      [3, 3, 1],
      /expected \[batch, axis 2, axis 1\], .*name each axis once in "order"/,
    ],
    [
      { type: 'permute', order: [1, 1, 2] },
      [3, 3, 1],
      /expected \[batch, axis 1, axis 1, axis 2\], .*name each axis once in "order"/,
    ],
    [{ type: 'repeat-vector', times: 2 }, [3, 3, 1], /put `flatten` before it/],
    [{ type: 'global-max-pooling2d' }, [9], /put `reshape` before it/],
  ])('%o on %o', (spec, shape, message) => {
    expect(() => shapeOf(spec, shape)).toThrow(message);
  });
});
