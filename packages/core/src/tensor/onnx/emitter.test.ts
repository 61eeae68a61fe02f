import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { add, multiply, square } from '../ops/arithmetic.ts';
import { reshape } from '../ops/shape.ts';
import { constant, DYNAMIC, input, type Tensor } from '../tensor.ts';
import { arrayOf, runGraph } from '../testing/gradient-check.ts';
import { emitGraph, OPSET } from './emitter.ts';
import { type GraphProto, ModelProtoSchema } from './onnx_pb.ts';

const x = input('x', [2]);

const graphOf = (outputs: Readonly<Record<string, Tensor>>, inputs: readonly Tensor[] = [x]): GraphProto => {
  const { graph } = fromBinary(ModelProtoSchema, emitGraph(outputs, inputs, { name: 'test' }));
  if (!graph) throw new Error('a model without a graph');
  return graph;
};

describe('emitGraph', () => {
  test('declares its opset, its metadata, and a batch dimension by name', () => {
    const images = input('images', [DYNAMIC, 2, 2]);
    const bytes = emitGraph({ flat: reshape(images, [DYNAMIC, 4]) }, [images], {
      name: 'test',
      metadata: { made: 'here' },
      batchName: 'N',
    });
    const model = fromBinary(ModelProtoSchema, bytes);
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', BigInt(OPSET)]]);
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([['made', 'here']]);
    const type = model.graph?.input[0].type?.value;
    const dims = type?.case === 'tensorType' ? type.value.shape?.dim.map((d) => d.value.value) : [];
    expect(dims).toEqual(['N', 2n, 2n]);
  });

  test('names outputs without an Identity node', () => {
    const graph = graphOf({ squared: square(x) });
    expect(graph.node.map(({ opType }) => opType)).toEqual(['Mul']);
    expect(graph.node[0].output).toEqual(['squared']);
  });

  test('writes a tensor that two others use once', () => {
    const shared = square(x);
    const graph = graphOf({ a: add(shared, x), b: multiply(shared, shared) });
    expect(graph.node.map(({ opType }) => opType).sort()).toEqual(['Add', 'Mul', 'Mul']);
  });

  test('writes equal constants once, and unequal ones of equal length apart', () => {
    const ramp = (shift: number) =>
      constant(
        Float32Array.from({ length: 100 }, (_, i) => i + shift),
        [100],
      );
    const long = input('long', [100]);
    const graph = graphOf({ y: add(add(add(long, ramp(0)), ramp(0)), ramp(1)) }, [long]);
    expect(graph.initializer).toHaveLength(2);
  });

  test('writes a constant that has a name under it, even beside an equal one', () => {
    const graph = graphOf({
      y: add(add(add(x, constant([1, 2], [2])), constant([1, 2], [2], 'a/kernel')), constant([1, 2], [2])),
    });
    expect(graph.initializer.map(({ name }) => name)).toEqual(['constant_0', 'a/kernel']);
    expect(graph.node.map(({ input: names }) => names[1])).toEqual(['constant_0', 'a/kernel', 'constant_0']);
  });

  test('one tensor under two names, an input and a constant as outputs all run', async () => {
    const y = square(x);
    const outputs = { first: y, second: y, again: x, fixed: constant([7, 8], [2]) };
    const results = await runGraph(nodeRuntime, outputs, [x], { x: arrayOf([2], [2, 3]) });
    expect(Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...data]]))).toEqual({
      first: [4, 9],
      second: [4, 9],
      again: [2, 3],
      fixed: [7, 8],
    });
  });

  test('refuses a graph input that is not declared', () => {
    expect(() => emitGraph({ y: square(x) }, [], { name: 'test' })).toThrow(/a graph input was not declared/);
  });

  test('writes long weights as they are', () => {
    const weights = Float32Array.from({ length: 2_000_000 }, (_, i) => Math.sin(i));
    const long = input('long', [weights.length]);
    const graph = graphOf({ y: add(long, constant(weights, [weights.length])) }, [long]);
    const { rawData } = graph.initializer[0];
    expect(Buffer.from(weights.buffer).equals(rawData)).toBe(true);
  });
});
