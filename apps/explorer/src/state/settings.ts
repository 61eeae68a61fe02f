/**
 * What a person set, and how it is written into the address.
 *
 * In: the part of the address after `#`, or settings. Out: the other one. Only what differs from the default is
 * written; what cannot be read falls back to the default, so that an old or mangled link still opens.
 */

import { PALETTE_NAMES, type PaletteName } from 'latent-plane';
import type { Code, View } from '../plane/view.ts';
import {
  DEFAULT_EXPLORE_SETTINGS,
  type ExploreSettings,
  exploreFields,
  parseExploreSettings,
} from './explore-settings.ts';

export const LAYERS = ['points', 'field', 'names'] as const;
export type Layer = (typeof LAYERS)[number];

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export interface Settings extends ExploreSettings {
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
  model: null,
  at: null,
  view: null,
  layers: LAYERS,
  palette: 'accessible',
  theme: 'system',
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

/** `#model=dense-1&at=0.5,0.25` to settings; never throws. */
export const parseSettings = (hash: string): Settings => {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const at = numbers(fields.get('at'), 2);
  const view = numbers(fields.get('view'), 3);
  const layers = fields.get('layers')?.split(',');
  return {
    model: fields.get('model')?.slice(0, 64) || null,
    at: at && { x: at[0], y: at[1] },
    view: view && view[2] > 1 ? { x: view[0], y: view[1], zoom: view[2] } : null,
    layers: layers ? LAYERS.filter((layer) => layers.includes(layer)) : DEFAULT_SETTINGS.layers,
    palette: oneOf(PALETTE_NAMES, fields.get('palette'), DEFAULT_SETTINGS.palette),
    theme: oneOf(THEMES, fields.get('theme'), DEFAULT_SETTINGS.theme),
    ...parseExploreSettings(fields),
  };
};

const short = (value: number): string => String(Number(value.toPrecision(7)));

/** Settings to `#...`; empty where all is as by default. */
export const formatSettings = (settings: Settings): string => {
  const { model, at, view, layers, palette, theme } = settings;
  const fields: [string, string][] = [];
  if (model !== null) fields.push(['model', model]);
  if (at !== null) fields.push(['at', `${short(at.x)},${short(at.y)}`]);
  if (view !== null) fields.push(['view', `${short(view.x)},${short(view.y)},${short(view.zoom)}`]);
  if (layers.length < LAYERS.length) fields.push(['layers', layers.join(',')]);
  if (palette !== DEFAULT_SETTINGS.palette) fields.push(['palette', palette]);
  if (theme !== DEFAULT_SETTINGS.theme) fields.push(['theme', theme]);
  for (const [key, value] of exploreFields(settings)) fields.push([key, value]);
  // Commas are readable and allowed in a fragment; only what would break it is escaped.
  const text = fields.map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll('%2C', ',')}`).join('&');
  return text === '' ? '' : `#${text}`;
};
