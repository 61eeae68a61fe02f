/**
 * What of the plane goes into its picture: every layer that is shown says how it is painted, at any size.
 *
 * In: layers that come and go. Out: them in the order in which they lie over each other.
 */
import { getContext, setContext } from 'svelte';

/** What lies under what; layers in between take numbers in between. */
export const ORDER = {
  classes: 10,
  field: 20,
  points: 30,
  density: 40,
  names: 50,
  thumbnails: 60,
  overlay: 70,
  cursor: 80,
};

export interface PicturePart {
  readonly order: number;
  /** 0..1. */
  readonly opacity?: number;
  /** Pixels: fills a square canvas of its own. @param side - device pixels. @param ratio - of them to each CSS pixel. */
  readonly paint?: (canvas: HTMLCanvasElement, side: number, ratio: number) => void;
  /** Lines and letters: SVG in CSS pixels of the square, in the page's colours as `colours.ts` names them. */
  readonly draw?: (side: number) => string;
}

export interface PictureParts {
  /** @returns how to take it away. */
  add(part: PicturePart): () => void;
  all(): readonly PicturePart[];
}

const KEY = Symbol('picture parts');

export const providePictureParts = (): PictureParts => {
  const parts = new Set<PicturePart>();
  return setContext(KEY, {
    add: (part: PicturePart) => {
      parts.add(part);
      return () => void parts.delete(part);
    },
    all: () => [...parts].sort((a, b) => a.order - b.order),
  });
};

/** Of the plane around; undefined where there is none that is drawn. */
export const pictureParts = (): PictureParts | undefined => getContext(KEY);
