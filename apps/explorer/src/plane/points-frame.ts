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

export interface PointsLayer {
  readonly engine: 'webgl' | 'canvas';
  /** `[count, 3]`, red, green, blue of every point. */
  setColours(colours: Uint8Array): void;
  /** `[count, 2]`, code units: the same images elsewhere, as while a network learns. */
  setCodes(codes: Float32Array): void;
  draw(frame: PointsFrame): void;
  dispose(): void;
}
