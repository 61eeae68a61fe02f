/**
 * What a person set with the tools of the Explore view, and how it is written into the address.
 *
 * In: the address's fields, or settings. Out: the other one. What cannot be read falls back to the default.
 */
import { type Drawing, formatDrawing, parseDrawing } from '../draw/strokes.ts';
import type { Code } from '../plane/view.ts';

export const TOOLS = ['draw', 'nearest', 'path', 'lasso', 'epochs'] as const;
export type Tool = (typeof TOOLS)[number];

export const COLOURINGS = ['class', 'density', 'error'] as const;
export type Colouring = (typeof COLOURINGS)[number];

export interface ExploreSettings {
  /** The tool that is open; null for none. */
  readonly tool: Tool | null;
  readonly drawing: Drawing;
  /** Which epoch is shown while the tool is open; null for the last. */
  readonly epoch: number | null;
  /** The path's anchors, code units, in the order in which it passes them. */
  readonly anchors: readonly Code[];
  /** How far along the path, 0..1. */
  readonly along: number;
  /** Corners of the region that is selected, code units; empty for none. */
  readonly lasso: readonly Code[];
  /** Id of the network on whose plane the region lies; null for the one on show. */
  readonly lassoOn: string | null;
  readonly colouring: Colouring;
}

export const DEFAULT_EXPLORE_SETTINGS: ExploreSettings = {
  tool: null,
  drawing: [],
  epoch: null,
  anchors: [],
  along: 0,
  lasso: [],
  lassoOn: null,
  colouring: 'class',
};

/** What belongs to one network's plane alone, put back where another network is chosen. */
export const NEW_PLANE = {
  at: null,
  view: null,
  epoch: null,
  anchors: [],
  along: 0,
  lasso: [],
  lassoOn: null,
} as const;

export const MAX_ANCHORS = 12;
/** Of a lasso: more corners than a hand draws on purpose. */
export const MAX_CORNERS = 120;

const short = (value: number): string => String(Number(value.toPrecision(5)));

/** A code as the address keeps those of paths and lassos: five digits. */
export const roundCorner = ({ x, y }: Code): Code => ({ x: Number(x.toPrecision(5)), y: Number(y.toPrecision(5)) });

/** `1,2,3,4` to two codes; none where it is anything else, or fewer or more than allowed. */
const codesOf = (text: string | null, least: number, most: number): readonly Code[] => {
  const values = (text ?? '').split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (
    values.length % 2 !== 0 ||
    values.length < 2 * least ||
    values.length > 2 * most ||
    !values.every(Number.isFinite)
  )
    return [];
  return Array.from({ length: values.length / 2 }, (_, i) => ({ x: values[2 * i], y: values[2 * i + 1] }));
};

const textOf = (codes: readonly Code[]): string => codes.map(({ x, y }) => `${short(x)},${short(y)}`).join(',');

export const parseExploreSettings = (fields: URLSearchParams): ExploreSettings => {
  const epoch = Number(fields.get('epoch') || Number.NaN);
  const along = Number(fields.get('along') ?? 0);
  return {
    tool: TOOLS.find((tool) => tool === fields.get('tool')) ?? null,
    drawing: parseDrawing(fields.get('drawing')) ?? [],
    epoch: Number.isSafeInteger(epoch) && epoch >= 0 ? epoch : null,
    anchors: codesOf(fields.get('path'), 1, MAX_ANCHORS),
    along: along >= 0 && along <= 1 ? along : 0,
    lasso: codesOf(fields.get('lasso'), 3, MAX_CORNERS),
    lassoOn: fields.get('lasso-on')?.slice(0, 64) || null,
    colouring: COLOURINGS.find((name) => name === fields.get('colour')) ?? DEFAULT_EXPLORE_SETTINGS.colouring,
  };
};

/** The fields that differ from the default. */
export const exploreFields = (settings: ExploreSettings): readonly (readonly [string, string])[] => {
  const { tool, drawing, epoch, anchors, along, lasso, lassoOn, colouring } = settings;
  const fields: [string, string][] = [];
  if (tool !== null) fields.push(['tool', tool]);
  if (drawing.length > 0) fields.push(['drawing', formatDrawing(drawing)]);
  if (epoch !== null) fields.push(['epoch', String(epoch)]);
  if (anchors.length > 0) fields.push(['path', textOf(anchors)]);
  if (along > 0) fields.push(['along', short(along)]);
  if (lasso.length > 0) fields.push(['lasso', textOf(lasso)]);
  if (lasso.length > 0 && lassoOn !== null) fields.push(['lasso-on', lassoOn]);
  if (colouring !== DEFAULT_EXPLORE_SETTINGS.colouring) fields.push(['colour', colouring]);
  return fields;
};
