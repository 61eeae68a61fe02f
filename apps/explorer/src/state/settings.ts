/**
 * What a person set, and how it is written into the address.
 *
 * In: the part of the address after `#`, or settings. Out: the other one. Only what differs from the default is
 * written; what cannot be read falls back to the default, so that an old or mangled link still opens.
 */

import { PALETTE_NAMES, type PaletteName } from 'latent-plane/internal';
import type { Code, View } from '../plane/view.ts';
import {
  DEFAULT_EXPLORE_SETTINGS,
  type ExploreSettings,
  exploreFields,
  parseExploreSettings,
} from './explore-settings.ts';
import { DEFAULT_TRAIN, parseTrainSettings, type TrainSettings, trainFields } from './train-settings.ts';

/** `classes` is the class map, `field` the decoded pictures themselves. */
export const LAYERS = ['points', 'classes', 'field', 'names', 'density'] as const;
export type Layer = (typeof LAYERS)[number];
/** Those that a network can show. @param has - whether it draws images, and whether their classes can be told. */
export const layersFor = (has: { readonly draws: boolean; readonly hasClasses: boolean }): readonly Layer[] =>
  LAYERS.filter((layer) => (layer !== 'field' || has.draws) && (layer !== 'classes' || (has.draws && has.hasClasses)));

/** Those that are asked for, of those that there are: where no classes can be shown, decoded pictures stand in for them. */
export const shownLayers = (asked: readonly Layer[], available: readonly Layer[]): readonly Layer[] =>
  available.filter(
    (layer) =>
      asked.includes(layer) || (layer === 'field' && asked.includes('classes') && !available.includes('classes')),
  );

const DEFAULT_LAYERS: readonly Layer[] = ['points', 'classes', 'names'];

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** The views that a page can show. */
export const PAGES = ['explore', 'compare', 'model', 'train'] as const;
export type PageName = (typeof PAGES)[number];

/** Models side by side. */
export const MAX_COMPARED = 4;

/** What the Compare view shows. */
interface CompareSettings {
  /** Ids of the models side by side; null for the page's choice. */
  readonly compared: readonly string[] | null;
  /** Column that the table is sorted by, `-` before it for the largest first; null for the given order. */
  readonly sort: string | null;
  /** The image that is marked, counted among all, training images first; null for the page's choice. */
  readonly image: number | null;
}

export interface Settings extends CompareSettings, ExploreSettings, TrainSettings {
  readonly page: PageName;
  /** Id of the network; null for the bundle's default. */
  readonly model: string | null;
  /** Where the cursor was put; null for where the page puts it. */
  readonly at: Code | null;
  /** Null for the whole plane. */
  readonly view: View | null;
  readonly layers: readonly Layer[];
  readonly palette: PaletteName;
  readonly theme: Theme;
}

export const DEFAULT_SETTINGS: Settings = {
  page: 'explore',
  compared: null,
  sort: null,
  image: null,
  model: null,
  at: null,
  view: null,
  layers: DEFAULT_LAYERS,
  palette: 'accessible',
  theme: 'system',
  train: DEFAULT_TRAIN,
  ...DEFAULT_EXPLORE_SETTINGS,
};

const oneOf = <T extends string>(choices: readonly T[], text: string | null, otherwise: T): T =>
  choices.find((choice) => choice === text) ?? otherwise;

/** Finite numbers, exactly as many as asked for; else null. */
const numbers = (text: string | null, count: number): readonly number[] | null => {
  const parts = (text ?? '').split(',');
  const values = parts.map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  return values.length === count && values.every(Number.isFinite) ? values : null;
};

const parseCompare = (fields: URLSearchParams): CompareSettings => {
  const ids = fields.get('compare')?.split(',') ?? [];
  const compared = [...new Set(ids.map((id) => id.slice(0, 64)).filter((id) => id !== ''))].slice(0, MAX_COMPARED);
  const image = numbers(fields.get('image'), 1)?.[0] ?? null;
  return {
    compared: compared.length > 0 ? compared : null,
    sort: fields.get('sort')?.slice(0, 32) || null,
    image: image !== null && Number.isInteger(image) && image >= 0 ? image : null,
  };
};

const formatCompare = ({ compared, sort, image }: CompareSettings): [string, string][] => [
  ...(compared === null ? [] : [['compare', compared.join(',')] as [string, string]]),
  ...(sort === null ? [] : [['sort', sort] as [string, string]]),
  ...(image === null ? [] : [['image', String(image)] as [string, string]]),
];

/** `#model=dense-1&at=0.5,0.25` to settings; never throws. */
export const parseSettings = (hash: string): Settings => {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const at = numbers(fields.get('at'), 2);
  const view = numbers(fields.get('view'), 3);
  const layers = fields.get('layers')?.split(',');
  return {
    page: oneOf(PAGES, fields.get('page'), DEFAULT_SETTINGS.page),
    ...parseCompare(fields),
    model: fields.get('model')?.slice(0, 64) || null,
    at: at && { x: at[0], y: at[1] },
    view: view && view[2] > 1 ? { x: view[0], y: view[1], zoom: view[2] } : null,
    layers: layers ? LAYERS.filter((layer) => layers.includes(layer)) : DEFAULT_SETTINGS.layers,
    palette: oneOf(PALETTE_NAMES, fields.get('palette'), DEFAULT_SETTINGS.palette),
    theme: oneOf(THEMES, fields.get('theme'), DEFAULT_SETTINGS.theme),
    ...parseTrainSettings(fields),
    ...parseExploreSettings(fields),
  };
};

const short = (value: number): string => String(Number(value.toPrecision(7)));

/** Settings to `#...`; empty where all is as by default. */
export const formatSettings = (settings: Settings): string => {
  const { page, model, at, view, layers, palette, theme } = settings;
  const fields: [string, string][] = page === DEFAULT_SETTINGS.page ? [] : [['page', page]];
  fields.push(...formatCompare(settings), ...trainFields(settings));
  if (model !== null) fields.push(['model', model]);
  if (at !== null) fields.push(['at', `${short(at.x)},${short(at.y)}`]);
  if (view !== null) fields.push(['view', `${short(view.x)},${short(view.y)},${short(view.zoom)}`]);
  if (layers.join() !== DEFAULT_LAYERS.join()) fields.push(['layers', layers.join(',')]);
  if (palette !== DEFAULT_SETTINGS.palette) fields.push(['palette', palette]);
  if (theme !== DEFAULT_SETTINGS.theme) fields.push(['theme', theme]);
  for (const [key, value] of exploreFields(settings)) fields.push([key, value]);
  // Commas are readable and allowed in a fragment; only what would break it is escaped.
  const text = fields.map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll('%2C', ',')}`).join('&');
  return text === '' ? '' : `#${text}`;
};
