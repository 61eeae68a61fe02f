/**
 * A map of labels at a cost that grows with the length of its borders, not with its area.
 *
 * In: a square mesh's size and a function that labels points. Out: a label and a confidence for each point. The coarse
 * mesh is labelled first; then only cells whose known points disagree are cut in four, until cells are single points.
 *
 * What this can miss, and nothing else: a patch of another label that touches none of the points that were looked at,
 * so one that lies inside a single cell whose border is of one label.
 */
import { inputError, internalError } from '../errors.ts';
import { type Labels, narrowLabels } from '../images/index.ts';

/** What was found at some points. */
export interface LabelledPoints {
  /** `[count]`, class numbers below 65,535. */
  readonly labels: Labels;
  /** `[count]`, 0..1. */
  readonly confidence: Float32Array;
}

/**
 * Labels points of the mesh, all at once.
 *
 * @param points - `[count]`, `row * size + column`, row 0 on top.
 */
export type LabelPoints = (points: Uint32Array) => Promise<LabelledPoints>;

/** What was found over a square mesh, row by row from the top. */
export interface RefinedMap extends LabelledPoints {
  /** Points along each side. */
  readonly size: number;
  /** Points that were labelled; the others were filled in. */
  readonly evaluated: number;
}

/** Where a mesh is looked at more closely. */
export interface RefineOptions {
  /** Points between neighbours of the coarse mesh, a power of two; default: so many that it has about 50 a side. */
  readonly stride?: number;
  /** Cells whose corners' confidence differs by more are cut too; 1 for never. Default 0.1. */
  readonly confidenceStep?: number;
  /** Told how many points are labelled. */
  readonly onProgress?: (evaluated: number) => void;
}

const UNKNOWN = 65_535;
const COARSE = 50;

/** A square of the mesh: its top left point and the length of its sides in points. */
interface Cell {
  readonly row: number;
  readonly column: number;
  readonly height: number;
  readonly width: number;
}

/** The stride of a coarse mesh with about fifty points a side: 1 for small meshes. */
export const coarseStride = (size: number): number => 2 ** Math.max(0, Math.floor(Math.log2(size / COARSE)));

/**
 * Labels a `size x size` mesh by refinement.
 *
 * @returns labels and confidence `[size * size]`, row by row from the top. Points that were not looked at carry the
 *   label of the cell around them, and its corners' confidence, bilinear.
 * @throws LatentError `mesh-size` (input).
 */
export const refineMap = async (
  size: number,
  label: LabelPoints,
  { stride = coarseStride(size), confidenceStep = 0.1, onProgress }: RefineOptions = {},
): Promise<RefinedMap> => {
  if (!Number.isInteger(size) || size < 2)
    throw inputError('mesh-size', { expected: '2 points a side or more', got: `${size}` });
  const labels = new Uint16Array(size * size).fill(UNKNOWN);
  const confidence = new Float32Array(size * size);
  let evaluated = 0;
  const look = async (wanted: Iterable<number>): Promise<void> => {
    const points = Uint32Array.from(new Set(wanted)).filter((point) => labels[point] === UNKNOWN);
    if (points.length === 0) return;
    const found = await label(points);
    if (found.labels.length !== points.length) throw internalError('a labeller left out points');
    points.forEach((point, i) => {
      labels[point] = found.labels[i];
      confidence[point] = found.confidence[i];
    });
    evaluated += points.length;
    onProgress?.(evaluated);
  };
  const edges = [...Array(Math.ceil((size - 1) / stride)).keys()].map((i) => i * stride).concat(size - 1);
  await look(edges.flatMap((row) => edges.map((column) => row * size + column)));
  let cells: Cell[] = edges.slice(1).flatMap((bottom, i) =>
    edges.slice(1).map((right, j) => ({
      row: edges[i],
      column: edges[j],
      height: bottom - edges[i],
      width: right - edges[j],
    })),
  );
  const disagrees = (cell: Cell): boolean => cellDisagrees(cell, labels, confidence, size, confidenceStep);
  for (;;) {
    const cut = cells.filter((cell) => (cell.height > 1 || cell.width > 1) && disagrees(cell));
    if (cut.length === 0) break;
    const quarters = cut.map(quartersOf);
    await look(quarters.flatMap((four) => four.flatMap((cell) => cornersOf(cell, size))));
    const gone = new Set(cut);
    cells = cells.filter((cell) => !gone.has(cell)).concat(quarters.flat());
  }
  for (const cell of cells) fill(cell, labels, confidence, size);
  return { size, labels: narrowLabels(labels), confidence, evaluated };
};

const cornersOf = ({ row, column, height, width }: Cell, size: number): number[] => [
  row * size + column,
  row * size + column + width,
  (row + height) * size + column,
  (row + height) * size + column + width,
];

/** Sides of one point are not cut. */
const quartersOf = ({ row, column, height, width }: Cell): Cell[] => {
  const halves = (from: number, length: number): (readonly [number, number])[] => {
    const half = length >> 1;
    return half === 0
      ? [[from, length]]
      : [
          [from, half],
          [from + half, length - half],
        ];
  };
  return halves(row, height).flatMap(([top, high]) =>
    halves(column, width).map(([left, wide]) => ({ row: top, column: left, height: high, width: wide })),
  );
};

/** Whether the known points on a cell's border have two labels, or its corners differ much in confidence. */
const cellDisagrees = (
  cell: Cell,
  labels: Uint16Array,
  confidence: Float32Array,
  size: number,
  step: number,
): boolean => {
  const { row, column, height, width } = cell;
  const corners = cornersOf(cell, size);
  const own = labels[corners[0]];
  const other = (point: number): boolean => labels[point] !== UNKNOWN && labels[point] !== own;
  for (let x = column; x <= column + width; x++) {
    if (other(row * size + x) || other((row + height) * size + x)) return true;
  }
  for (let y = row; y <= row + height; y++) {
    if (other(y * size + column) || other(y * size + column + width)) return true;
  }
  const values = corners.map((corner) => confidence[corner]);
  return Math.max(...values) - Math.min(...values) > step;
};

/** Gives the points of a cell that were not looked at its label, and a confidence between those of its corners. */
const fill = (cell: Cell, labels: Uint16Array, confidence: Float32Array, size: number): void => {
  const { row, column, height, width } = cell;
  const [a, b, c, d] = cornersOf(cell, size);
  for (let y = 0; y <= height; y++) {
    for (let x = 0; x <= width; x++) {
      const point = (row + y) * size + column + x;
      if (labels[point] !== UNKNOWN) continue;
      labels[point] = labels[a];
      const [down, right] = [y / height, x / width];
      confidence[point] =
        (1 - down) * ((1 - right) * confidence[a] + right * confidence[b]) +
        down * ((1 - right) * confidence[c] + right * confidence[d]);
    }
  }
};
