/** How many images lie where: a picture that needs no labels, and that points upon each other do not hide. */
import * as Plot from '@observablehq/plot';
import type { PlaneBounds } from '../codes/index.ts';
import { type Figure, INK, MUTED } from './figure.ts';
import { colourBytes } from './palette.ts';
import { mapMarks, planeFrame, SIDE } from './plane-frame.ts';
import { type ColourPicture, type PlanePictureOptions, type ScatterPoints, WHOLE_FRAME } from './plane-pictures.ts';

/** Cells a side of a plane, and bars of a line. */
const CELLS = 80;

/** Images in each cell of a plane. */
export interface CodeDensity {
  /** Cells along each side. */
  readonly size: number;
  /** `[size, size]`, row 0 the largest y. */
  readonly counts: Uint32Array;
  /** What the cells cover, code units. */
  readonly bounds: PlaneBounds;
}

/**
 * Counts points in the cells of a mesh over the bounds; those beyond them are left out.
 *
 * @param points - `[count, 2]`.
 */
export const codeDensity = (points: Float32Array, bounds: PlaneBounds): CodeDensity => {
  const { min, max } = bounds;
  const counts = new Uint32Array(CELLS * CELLS);
  const cell = (value: number, d: number): number => {
    const span = max[d] - min[d];
    // The largest code belongs to the last cell; in a direction without extent all are in the middle.
    if (span === 0) return CELLS >> 1;
    return value < min[d] || value > max[d] ? -1 : Math.min(CELLS - 1, Math.floor((CELLS * (value - min[d])) / span));
  };
  for (let i = 0; i < points.length; i += 2) {
    const [column, row] = [cell(points[i], 0), cell(points[i + 1], 1)];
    if (column >= 0 && row >= 0) counts[(CELLS - 1 - row) * CELLS + column] += 1;
  }
  return { size: CELLS, counts, bounds };
};

/** Pale to dark, by the logarithm of the count: few images show beside many. */
const colours = (most: number): ((count: number) => string) => {
  const scale = Plot.scale({ color: { type: 'log', domain: [0.5, Math.max(2, most)], scheme: 'YlGnBu' } });
  const hex = (byte: string): string => Number(byte).toString(16).padStart(2, '0');
  return (count) => {
    const colour = String(scale.apply(count));
    const bytes = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
    return bytes ? `#${bytes.slice(1).map(hex).join('')}` : colour;
  };
};

const largest = (counts: Uint32Array): number => counts.reduce((most, count) => Math.max(most, count), 0);

/** The counts as pixels, one for each cell; white where there is no image. */
export const densityPixels = ({ size, counts }: CodeDensity): ColourPicture => {
  const colourOf = colours(largest(counts));
  const known = new Map<number, readonly [number, number, number]>([[0, [255, 255, 255]]]);
  const pixels = new Uint8Array(size * size * 4).fill(255);
  counts.forEach((count, i) => {
    let bytes = known.get(count);
    if (bytes === undefined) {
      bytes = colourBytes(colourOf(count));
      known.set(count, bytes);
    }
    pixels.set(bytes, 4 * i);
  });
  return { width: size, height: size, pixels };
};

const STRIPES = 60;
const LEGEND = { gap: 16, width: 14, right: 76 } as const;

/** A bar at the right of the frame, with the counts that its colours stand for. */
const legendMarks = (most: number, { min, max }: PlaneBounds): Plot.Markish[] => {
  if (most < 2) return [];
  const colourOf = colours(most);
  const countAt = (share: number): number => Math.exp(share * Math.log(most));
  const [width, height] = [max[0] - min[0] || 1, max[1] - min[1] || 1];
  const left = max[0] + (width * LEGEND.gap) / SIDE;
  const right = left + (width * LEGEND.width) / SIDE;
  const y = (share: number): number => min[1] + height * share;
  const stripes = Array.from({ length: STRIPES }, (_, i) => i / STRIPES);
  const told = [1, 10, 100, 1000, 10_000, 100_000].filter((count) => count < most / 1.7);
  return [
    Plot.rect(stripes, {
      x1: left,
      x2: right,
      y1: y,
      // Each reaches below the next one, so that no ground shows between.
      y2: (share: number) => y(Math.min(1, share + 2 / STRIPES)),
      fill: (share: number) => colourOf(countAt(share + 0.5 / STRIPES)),
    }),
    Plot.text([...told, most], {
      x: right,
      y: (count: number) => y(Math.log(count) / Math.log(most)),
      text: (count: number) => count.toLocaleString('en-US'),
      textAnchor: 'start',
      dx: 5,
      fill: MUTED,
      fontSize: 11,
    }),
  ];
};

/** What a picture of a density shows. */
export type DensityOptions = Pick<PlanePictureOptions, 'id' | 'axes'> & Pick<ScatterPoints, 'of' | 'frame'>;

/**
 * How many images lie where on a plane.
 *
 * @param image - `densityPixels` as the address of a picture (`data:image/png;base64,...`).
 */
export const densityPicture = (
  { counts, size, bounds }: CodeDensity,
  image: string,
  { id, axes, of, frame = WHOLE_FRAME }: DensityOptions,
): Figure => {
  const most = largest(counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const used = counts.filter((count) => count > 0).length / counts.length;
  const half = cellsOfHalf(counts, total) / counts.length;
  const share = (value: number): string => `${Number((100 * value).toPrecision(2))} %`;
  const plot = planeFrame(bounds, axes);
  const sides = [plot.x.domain, plot.y.domain];
  return {
    title:
      total === 0
        ? `${id}: no image lies on this part of the plane`
        : `${id}: half of the images lie on ${share(half)} of the plane`,
    subtitle: `Images per cell, ${size} x ${size} cells, of ${of}; ${share(used)} of the cells hold any. The frame spans ${frame}.`,
    options: {
      ...plot,
      width: plot.width + LEGEND.right - plot.marginRight,
      marginRight: LEGEND.right,
      marks: [
        ...mapMarks(image, bounds),
        ...legendMarks(most, { min: sides.map(([low]) => low), max: sides.map(([, high]) => high) }),
        Plot.frame({ stroke: INK, strokeWidth: 0.8 }),
      ],
    },
  };
};

/** The fewest cells that together hold half of the images. */
const cellsOfHalf = (counts: Uint32Array, total: number): number => {
  const sorted = Uint32Array.from(counts).sort();
  let [held, cells] = [0, 0];
  while (held < total / 2) held += sorted[sorted.length - ++cells];
  return cells;
};
