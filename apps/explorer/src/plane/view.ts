/**
 * Which part of the plane is seen, and where its codes lie on the screen.
 *
 * In: the codes' bounds, a view, the side of the square in CSS pixels. Out: conversions and new views; nothing is drawn.
 * The bounds fill the square in both directions: the axes, not the eye, carry the units.
 */
import type { PlaneBounds } from 'latent-plane';

/** Code units. */
export interface Code {
  readonly x: number;
  readonly y: number;
}

/** CSS pixels from the square's top left corner. */
export interface Pixel {
  readonly left: number;
  readonly top: number;
}

/** The middle of what is seen, and how much closer than the whole. */
export interface View extends Code {
  /** 1 (everything) to `MAX_ZOOM`. */
  readonly zoom: number;
}

/** The rectangle of the plane that is seen, code units. */
export interface PlaneWindow {
  readonly minX: number;
  readonly minY: number;
  readonly width: number;
  readonly height: number;
}

export const MAX_ZOOM = 100;
/** Free margin around the bounds at zoom 1, as a share of their extent: the outermost points are whole. */
const MARGIN = 0.04;

/** Extent in one direction; a plane whose codes are all equal there still needs one. */
const spanOf = (min: number, max: number): number => (max > min ? max - min : Math.max(1, Math.abs(min)));

/** The window at zoom 1: the bounds and a margin. */
export const wholeWindow = ({ min, max }: PlaneBounds): PlaneWindow => {
  const [width, height] = [spanOf(min[0], max[0]) * (1 + 2 * MARGIN), spanOf(min[1], max[1]) * (1 + 2 * MARGIN)];
  return { minX: (min[0] + max[0] - width) / 2, minY: (min[1] + max[1] - height) / 2, width, height };
};

export const wholeView = (bounds: PlaneBounds): View => {
  const { minX, minY, width, height } = wholeWindow(bounds);
  return { x: minX + width / 2, y: minY + height / 2, zoom: 1 };
};

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** The nearest allowed view: within zoom limits, and never past the whole. */
export const clampView = (bounds: PlaneBounds, { x, y, zoom }: View): View => {
  const whole = wholeWindow(bounds);
  const allowed = clamp(zoom, 1, MAX_ZOOM);
  const [halfWidth, halfHeight] = [whole.width / allowed / 2, whole.height / allowed / 2];
  return {
    x: clamp(x, whole.minX + halfWidth, whole.minX + whole.width - halfWidth),
    y: clamp(y, whole.minY + halfHeight, whole.minY + whole.height - halfHeight),
    zoom: allowed,
  };
};

export const windowOf = (bounds: PlaneBounds, { x, y, zoom }: View): PlaneWindow => {
  const whole = wholeWindow(bounds);
  const [width, height] = [whole.width / zoom, whole.height / zoom];
  return { minX: x - width / 2, minY: y - height / 2, width, height };
};

/** y grows upwards on the plane and downwards on the screen. */
export const toPixel = ({ minX, minY, width, height }: PlaneWindow, side: number, { x, y }: Code): Pixel => ({
  left: ((x - minX) / width) * side,
  top: (1 - (y - minY) / height) * side,
});

export const toCode = ({ minX, minY, width, height }: PlaneWindow, side: number, { left, top }: Pixel): Code => ({
  x: minX + (left / side) * width,
  y: minY + (1 - top / side) * height,
});

/** Zooms by `factor`; the code under `fixed` stays where it is unless the whole's edge is in the way. */
export const zoomAt = (bounds: PlaneBounds, view: View, factor: number, fixed: Code): View => {
  const zoom = clamp(view.zoom * factor, 1, MAX_ZOOM);
  const share = view.zoom / zoom;
  return clampView(bounds, { x: fixed.x + (view.x - fixed.x) * share, y: fixed.y + (view.y - fixed.y) * share, zoom });
};

/** Moves the plane by screen pixels, as a hand would. */
export const panBy = (bounds: PlaneBounds, view: View, side: number, left: number, top: number): View => {
  const { width, height } = windowOf(bounds, view);
  return clampView(bounds, { ...view, x: view.x - (left / side) * width, y: view.y + (top / side) * height });
};

/** The nearest code that can be seen at zoom 1: the cursor does not leave the map. */
export const clampCode = (bounds: PlaneBounds, { x, y }: Code): Code => {
  const { minX, minY, width, height } = wholeWindow(bounds);
  return { x: clamp(x, minX, minX + width), y: clamp(y, minY, minY + height) };
};

/** The code as it is kept, shown and put into links: seven digits, as single precision holds. */
export const roundCode = ({ x, y }: Code): Code => ({ x: Number(x.toPrecision(7)), y: Number(y.toPrecision(7)) });

/** Decimals that tell neighbouring screen pixels apart, for numbers that span this much; 4 where they span nothing. */
export const decimalsFor = (span: number): number => (span > 0 ? clamp(4 - Math.ceil(Math.log10(span)), 0, 9) : 4);
