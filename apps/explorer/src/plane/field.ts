/**
 * The decoded field: what the decoder draws in every cell of a grid over the plane.
 *
 * In: a window of the plane. Out: one picture of all cells and the rectangle it covers. The decoding itself runs in a
 * worker (`worker/field-worker.ts`), so that the cursor is never kept waiting.
 */
import type { AutoencoderSpec, CodePlane, PlaneBounds, Weights } from 'latent-plane';
import type { PlaneWindow } from './view.ts';

/** A grid of cells over a rectangle of the plane. */
export interface FieldGrid {
  readonly window: PlaneWindow;
  readonly columns: number;
  readonly rows: number;
}

/** The picture of a grid: white, its opacity the decoded brightness; opaque where it is in colour. */
export interface Field extends FieldGrid {
  readonly isColour: boolean;
  readonly picture: ImageBitmap;
}

export type FieldRequest =
  | { readonly type: 'model'; readonly spec: AutoencoderSpec; readonly weights: Weights; readonly label: number }
  | { readonly type: 'grid'; readonly grid: FieldGrid; readonly plane: CodePlane };

/** A cell's side, CSS pixels: a small picture is told at this size, and many have room. */
const CELL = 31;

/** The part of the window that lies within the bounds, in cells as square and as large as `CELL` as they come. */
export const fieldGrid = (bounds: PlaneBounds, { minX, minY, width, height }: PlaneWindow, side: number): FieldGrid => {
  const [left, right] = [Math.max(minX, bounds.min[0]), Math.min(minX + width, bounds.max[0])];
  const [bottom, top] = [Math.max(minY, bounds.min[1]), Math.min(minY + height, bounds.max[1])];
  const window = { minX: left, minY: bottom, width: Math.max(0, right - left), height: Math.max(0, top - bottom) };
  const cells = (share: number): number => Math.max(1, Math.round((share * side) / CELL));
  return { window, columns: cells(window.width / width), rows: cells(window.height / height) };
};

/** Points at the middle of every cell, row by row from the top: `[rows * columns, 2]`. */
export const gridCodes = ({ window, columns, rows }: FieldGrid): Float32Array => {
  const codes = new Float32Array(2 * rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = 2 * (row * columns + column);
      codes[at] = window.minX + ((column + 0.5) / columns) * window.width;
      codes[at + 1] = window.minY + (1 - (row + 0.5) / rows) * window.height;
    }
  }
  return codes;
};

export interface FieldSource {
  /** Before the first grid, and where the same network has got others. @param label - the class that is drawn. */
  setWeights(weights: Weights, label: number): void;
  /** Asks for a grid's picture on a plane; a newer question takes an older one's place. */
  request(grid: FieldGrid, plane: CodePlane): void;
  dispose(): void;
}

/** Starts the worker for one network. */
export const createFieldSource = (spec: AutoencoderSpec, onField: (field: Field) => void): FieldSource => {
  const worker = new Worker(new URL('../worker/field-worker.ts', import.meta.url), { type: 'module' });
  const send = (request: FieldRequest): void => worker.postMessage(request);
  worker.onmessage = ({ data }: MessageEvent<Field>) => onField(data);
  return {
    setWeights: (weights, label) => send({ type: 'model', spec, weights, label }),
    request: (grid, plane) => send({ type: 'grid', grid, plane }),
    dispose: () => worker.terminate(),
  };
};
