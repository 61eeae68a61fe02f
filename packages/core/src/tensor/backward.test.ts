import { describe, expect, test } from 'vitest';
import { gradients } from './backward.ts';
import { evaluator } from './evaluate.ts';
import { add, multiply, scale, square } from './ops/arithmetic.ts';
import { sumAll } from './ops/reduce.ts';
import { input, type Tensor, topologicalOrder } from './tensor.ts';
import { arrayOf } from './testing/gradient-check.ts';

const x = input('x', [2]);
const values = { x: arrayOf([2], [3, -2]), unused: arrayOf([2, 2], [1, 2, 3, 4]) };
const numbers = (tensor: Tensor): number[] => [...evaluator([tensor])(values)[0].data];

describe('gradients', () => {
  test('add up over all the ways in which a loss depends on a tensor', () => {
    // d/dx (x^2 + 5 x x + x) = 12 x + 1
    const loss = sumAll(add(add(square(x), scale(multiply(x, x), 5)), x));
    expect(numbers(gradients(loss, [x])[0])).toEqual([37, -23]);
  });

  test('are zeros of the same shape for a tensor that the loss does not depend on', () => {
    const unused = input('unused', [2, 2]);
    const [, grad] = gradients(sumAll(square(x)), [x, unused]);
    expect(grad.dims).toEqual([2, 2]);
    expect(numbers(grad)).toEqual([0, 0, 0, 0]);
  });

  test('of the loss by itself is 1', () => {
    const loss = sumAll(x);
    expect(numbers(gradients(loss, [loss])[0])).toEqual([1]);
  });

  test('by a tensor halfway are those of what follows it', () => {
    const middle = square(x);
    expect(numbers(gradients(sumAll(square(middle)), [middle])[0])).toEqual([18, 8]);
  });

  test('of a chain of 20,000 tensors need no deep stack', () => {
    let y: Tensor = x;
    for (let i = 0; i < 20_000; i++) y = add(y, x);
    expect(numbers(gradients(sumAll(y), [x])[0])).toEqual([20_001, 20_001]);
  });
});

test('topologicalOrder lists every tensor once, after its inputs', () => {
  const y = square(x);
  const order = topologicalOrder([add(y, x), multiply(y, y)]);
  expect(new Set(order).size).toBe(order.length);
  for (const [i, tensor] of order.entries()) {
    if (tensor.producer.kind !== 'op') continue;
    for (const before of tensor.producer.inputs) expect(order.indexOf(before)).toBeLessThan(i);
  }
});
