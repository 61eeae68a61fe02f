/**
 * What a person set with the tools of the Explore view, and how it is written into the address.
 *
 * In: the address's fields, or settings. Out: the other one. What cannot be read falls back to the default.
 */
import { PATH_KINDS, type PathKind } from 'latent-plane';
import type { CodeScore } from 'latent-plane/internal';
import { type Drawing, formatDrawing, parseDrawing } from '../draw/strokes.ts';
import type { Code } from '../plane/view.ts';
import { DEFAULT_PLANE, type PlaneSettings, parsePlaneSettings, planeFields } from './plane-choice.ts';

export const TOOLS = ['draw', 'nearest', 'path', 'traverse', 'lasso', 'anomalies', 'epochs'] as const;
export type Tool = (typeof TOOLS)[number];

export const COLOURINGS = ['class', 'density', 'error'] as const;
export type Colouring = (typeof COLOURINGS)[number];

/** What images are ranked by, the odd ones first. */
export const ANOMALY_SCORES = ['error', 'distance', 'density'] as const satisfies readonly ('error' | CodeScore)[];
export type AnomalyScore = (typeof ANOMALY_SCORES)[number];

/** What the dimensions of a code are ordered by, largest first. */
export const DIMENSION_ORDERS = ['kl', 'variance'] as const;
export type DimensionOrder = (typeof DIMENSION_ORDERS)[number];

/** A place that a path passes: a point of the plane, or the code of an image, wherever that lies. */
export interface Anchor extends Code {
  /** Counted among all; the point is where the image is shown. */
  readonly image?: number;
}

export interface ExploreSettings extends PlaneSettings {
  /** The tool that is open; null for none. */
  readonly tool: Tool | null;
  readonly drawing: Drawing;
  /** Which epoch is shown while the tool is open; null for the last. */
  readonly epoch: number | null;
  /** The path's anchors, in the order in which it passes them. */
  readonly anchors: readonly Anchor[];
  /** Of codes of more than two numbers: how it goes from one to the next. */
  readonly pathKind: PathKind;
  /** How far along the path, 0..1. */
  readonly along: number;
  /** Corners of the region that is selected, code units; empty for none. */
  readonly lasso: readonly Code[];
  /** Id of the network on whose plane the region lies; null for the one on show. */
  readonly lassoOn: string | null;
  readonly colouring: Colouring;
  readonly score: AnomalyScore;
  /** Share of the training images' scores below the threshold, 0..1. */
  readonly quantile: number;
  /** Whether ordinary images fade while the anomalies are shown. */
  readonly fadesOrdinary: boolean;
  /** Of the dimensions that are traversed, where the code is a Gaussian; others are ordered by their variance. */
  readonly dimensionOrder: DimensionOrder;
}

export const DEFAULT_EXPLORE_SETTINGS: ExploreSettings = {
  tool: null,
  drawing: [],
  epoch: null,
  anchors: [],
  pathKind: 'straight',
  along: 0,
  lasso: [],
  lassoOn: null,
  colouring: 'class',
  score: 'error',
  quantile: 0.95,
  fadesOrdinary: true,
  dimensionOrder: 'kl',
  ...DEFAULT_PLANE,
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
  ...DEFAULT_PLANE,
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

/** 0..1; otherwise where it is anything else. */
const shareOf = (text: string | null, otherwise: number): number => {
  const value = Number(text || Number.NaN);
  return value >= 0 && value <= 1 ? value : otherwise;
};

const IMAGE = /^i(\d{1,9})$/;
/** `1,2,i17`: a point and an image; as `codesOf` where anything else is among them. */
const anchorsOf = (text: string | null): readonly Anchor[] => {
  const parts = (text ?? '').split(',');
  if (!parts.some((part) => IMAGE.test(part))) return codesOf(text, 1, MAX_ANCHORS);
  const anchors: Anchor[] = [];
  for (let at = 0; at < parts.length; at++) {
    const image = IMAGE.exec(parts[at]);
    // Where an image lies is known once the images are there.
    if (image) anchors.push({ x: 0, y: 0, image: Number(image[1]) });
    else {
      const point = codesOf(`${parts[at]},${parts[at + 1] ?? ''}`, 1, 1);
      if (point.length === 0) return [];
      anchors.push(...point);
      at += 1;
    }
  }
  return anchors.length > MAX_ANCHORS ? [] : anchors;
};
const anchorsText = (anchors: readonly Anchor[]): string =>
  anchors.map((anchor) => (anchor.image === undefined ? textOf([anchor]) : `i${anchor.image}`)).join();

const textOf = (codes: readonly Code[]): string => codes.map(({ x, y }) => `${short(x)},${short(y)}`).join(',');

export const parseExploreSettings = (fields: URLSearchParams): ExploreSettings => {
  const epoch = Number(fields.get('epoch') || Number.NaN);
  return {
    tool: TOOLS.find((tool) => tool === fields.get('tool')) ?? null,
    drawing: parseDrawing(fields.get('drawing')) ?? [],
    epoch: Number.isSafeInteger(epoch) && epoch >= 0 ? epoch : null,
    anchors: anchorsOf(fields.get('path')),
    pathKind: PATH_KINDS.find((kind) => kind === fields.get('way')) ?? DEFAULT_EXPLORE_SETTINGS.pathKind,
    along: shareOf(fields.get('along'), 0),
    lasso: codesOf(fields.get('lasso'), 3, MAX_CORNERS),
    lassoOn: fields.get('lasso-on')?.slice(0, 64) || null,
    colouring: COLOURINGS.find((name) => name === fields.get('colour')) ?? DEFAULT_EXPLORE_SETTINGS.colouring,
    score: ANOMALY_SCORES.find((name) => name === fields.get('score')) ?? DEFAULT_EXPLORE_SETTINGS.score,
    quantile: shareOf(fields.get('quantile'), DEFAULT_EXPLORE_SETTINGS.quantile),
    fadesOrdinary: fields.get('fade') !== 'none',
    dimensionOrder:
      DIMENSION_ORDERS.find((name) => name === fields.get('order')) ?? DEFAULT_EXPLORE_SETTINGS.dimensionOrder,
    ...parsePlaneSettings(fields),
  };
};

/** The fields that differ from the default. */
export const exploreFields = (settings: ExploreSettings): readonly (readonly [string, string])[] => {
  const { tool, drawing, epoch, anchors, pathKind, along, lasso, lassoOn, colouring } = settings;
  const { score, quantile, fadesOrdinary, dimensionOrder } = settings;
  const fields: [string, string][] = [...planeFields(settings)];
  if (tool !== null) fields.push(['tool', tool]);
  if (drawing.length > 0) fields.push(['drawing', formatDrawing(drawing)]);
  if (epoch !== null) fields.push(['epoch', String(epoch)]);
  if (anchors.length > 0) fields.push(['path', anchorsText(anchors)]);
  if (pathKind !== DEFAULT_EXPLORE_SETTINGS.pathKind) fields.push(['way', pathKind]);
  if (along > 0) fields.push(['along', short(along)]);
  if (lasso.length > 0) fields.push(['lasso', textOf(lasso)]);
  if (lasso.length > 0 && lassoOn !== null) fields.push(['lasso-on', lassoOn]);
  if (colouring !== DEFAULT_EXPLORE_SETTINGS.colouring) fields.push(['colour', colouring]);
  if (score !== DEFAULT_EXPLORE_SETTINGS.score) fields.push(['score', score]);
  if (quantile !== DEFAULT_EXPLORE_SETTINGS.quantile) fields.push(['quantile', short(quantile)]);
  if (!fadesOrdinary) fields.push(['fade', 'none']);
  if (dimensionOrder !== DEFAULT_EXPLORE_SETTINGS.dimensionOrder) fields.push(['order', dimensionOrder]);
  return fields;
};
