/**
 * Rows of a tall matrix put side by side, for ONNX nodes that act column by column.
 *
 * ONNX Runtime spreads a row of 32 numbers over a matrix 32 numbers at a time, on which it spends more than on the numbers
 * themselves. A matrix of a quarter of the rows and four times the columns holds the same numbers in the same order.
 */
import type { Dims, EmitContext } from './tensor.ts';

/** As wide as makes it faster. */
const MOST_COLUMNS = 2048;
/** Smaller matrices gain less than the nodes around them cost. */
const FEWEST_ELEMENTS = 65_536;

/** How many rows are put side by side, a power of two that divides their number; 1 where nothing is gained. */
const rowsSideBySide = ([rows, columns]: Dims): number => {
  let count = 1;
  if (rows * columns < FEWEST_ELEMENTS) return count;
  while (2 * count * columns <= MOST_COLUMNS && rows % (2 * count) === 0) count *= 2;
  return count;
};

/** Names of nodes for the wide form of a matrix. */
export interface WideRows {
  /** Of a matrix of these dimensions. */
  readonly matrix: (name: string) => string;
  /** Of a number for each column. */
  readonly columns: (name: string) => string;
  /** Of a wide matrix in its own dimensions again. */
  readonly narrow: (name: string) => string;
}

/** @param dims - `[rows, columns]`; rows may be unknown, and are then left as they are. */
export const wideRows = (e: EmitContext, dims: Dims): WideRows => {
  const count = rowsSideBySide(dims);
  const same = (name: string): string => name;
  if (count === 1) return { matrix: same, columns: same, narrow: same };
  const [rows, columns] = dims;
  const wide = e.ints([rows / count, count * columns]);
  return {
    matrix: (name) => e.node('Reshape', [name, wide]),
    columns: (name) => e.node('Tile', [name, e.ints([count])]),
    narrow: (name) => e.node('Reshape', [name, e.ints(dims)]),
  };
};
