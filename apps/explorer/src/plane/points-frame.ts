/**
 * What a layer of points is asked to draw, and what it can do; both engines keep to it.
 */
import type { PlaneWindow } from './view.ts';

export interface PointsFrame {
  readonly window: PlaneWindow;
  /** Side of the square canvas, device pixels. */
  readonly side: number;
  /** Diameter of a point, device pixels. */
  readonly diameter: number;
  /** 0..1. */
  readonly opacity: number;
}

/** What is left of the opacity of points that were not chosen: seen, but behind. */
export const FADED = 0.18;

export interface PointsLayer {
  readonly engine: 'webgl' | 'canvas';
  /** `[count, 3]`, red, green, blue of every point. */
  setColours(colours: Uint8Array): void;
  /** `[count]`, 1 for points that are drawn last and in full, 0 for those that fade; null where all are alike. */
  setChosen(chosen: Uint8Array | null): void;
  /** `[count]`, opacity of each point, 0..255; null where all are whole. */
  setFades(fades: Uint8Array | null): void;
  /** `[count, 2]`, code units: the same images elsewhere, as while a network learns. */
  setCodes(codes: Float32Array): void;
  draw(frame: PointsFrame): void;
  dispose(): void;
}
