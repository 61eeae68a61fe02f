import { describe, expect, it } from 'vitest';
import { nodeRuntime } from '../runtime/node.ts';
import { compileIntegerProduct, hasExactSignedProducts } from './integer-products.ts';

describe('the product of bytes', () => {
  const [rows, width, columns] = [5, 70, 9];
  const a = Uint8Array.from({ length: rows * width }, (_, i) => (i % 3 === 0 ? 255 : (i * 37) % 256));
  const b = Uint8Array.from({ length: width * columns }, (_, i) => (i % 4 === 0 ? 255 : (i * 91) % 256));
  const expected = Array.from({ length: rows * columns }, (_, at) => {
    const [r, c] = [Math.floor(at / columns), at % columns];
    return Array.from({ length: width }, (__, p) => (a[r * width + p] - 128) * (b[p * columns + c] - 128)).reduce(
      (sum, value) => sum + value,
    );
  });

  it.each([
    ['unsigned', false],
    ['signed, where the machine does not cut sums of pairs', true],
  ])('is exact: %s', async (_, signed) => {
    if (signed && !(await hasExactSignedProducts(nodeRuntime))) return;
    const session = await nodeRuntime.createSession(compileIntegerProduct(rows, width, columns, signed));
    const { y } = await session.run({
      a: { dims: [rows, width], data: a },
      b: { dims: [width, columns], data: signed ? Int8Array.from(b, (byte) => byte - 128) : b },
    });
    expect(Array.from(y.data, Number)).toEqual(expected);
    await session.release();
  });
});
