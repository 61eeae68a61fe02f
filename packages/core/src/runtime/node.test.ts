import { describe, expect, it } from 'vitest';
import { emitGraph } from '../tensor/onnx/emitter.ts';
import { relu, sigmoid } from '../tensor/ops/index.ts';
import { input } from '../tensor/tensor.ts';
import { nodeRuntime } from './node.ts';

const x = input('x', [3]);
const open = () => nodeRuntime.createSession(emitGraph({ above: relu(x), between: sigmoid(x) }, [x], { name: 'two' }));
const feeds = { x: { dims: [3], data: Float32Array.of(-1, 0, 2) } };

describe('a session in Node', () => {
  it('fills the arrays that it is given, run after run', async () => {
    const session = await open();
    const into = { above: { dims: [3], data: new Float32Array(3) }, between: { dims: [3], data: new Float32Array(3) } };
    expect(await session.run(feeds, into)).toBe(into);
    expect([...into.above.data]).toEqual([0, 0, 2]);
    feeds.x.data.set([4, -5, 6]);
    await session.run(feeds, into);
    expect([...into.above.data]).toEqual([4, 0, 6]);
    expect(into.between.data[0]).toBeCloseTo(0.982014, 6);
    feeds.x.data.set([-1, 0, 2]);
    await session.release();
  });

  it('gives the outputs of the graph and no other, where no arrays are given', async () => {
    const session = await open();
    const outputs = await session.run(feeds);
    expect(Object.keys(outputs)).toEqual(['above', 'between']);
    expect([...outputs.above.data]).toEqual([0, 0, 2]);
    await session.release();
  });

  it('rejects a run that fails, with arrays and without', async () => {
    const session = await open();
    const wrong = { x: { dims: [2], data: new Float32Array(2) } };
    const into = { above: { dims: [3], data: new Float32Array(3) } };
    await expect(session.run(wrong)).rejects.toThrow(/dimensions|shape/i);
    await expect(session.run(wrong, into)).rejects.toThrow(/dimensions|shape/i);
    await expect(session.run({}, into)).rejects.toThrow("input 'x' is missing");
    await session.release();
  });
});
