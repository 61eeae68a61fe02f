/**
 * The panels of the tools.
 *
 * In: the network on show. Out: which tools serve it, and the panel of each, whose code comes when it is opened.
 */
import { type ExplorerIndex, PLANE_DIMENSIONS } from 'latent-plane/internal';
import type { Component } from 'svelte';
import { codeSizeOn } from '../data/code-plane.ts';
import { imagesFrom } from '../data/images.ts';
import { decodes, type LoadedModel } from '../data/loaded.ts';
import { TOOLS, type Tool } from '../state/explore-settings.ts';
import type { ToolProps } from './tools.ts';

type Panel = { readonly default: Component<ToolProps> };

const PANELS: Readonly<Record<Tool, () => Promise<Panel>>> = {
  draw: () => import('../draw/DrawPanel.svelte'),
  nearest: () => import('../nearest/NearestPanel.svelte'),
  path: () => import('../path/PathPanel.svelte'),
  traverse: () => import('../traverse/TraversePanel.svelte'),
  lasso: () => import('../lasso/LassoPanel.svelte'),
  anomalies: () => import('../anomalies/AnomaliesPanel.svelte'),
  epochs: () => import('../epochs/EpochsPanel.svelte'),
};

/** Strokes are grey. Weights of an encoder are in the bundle, or came with the file that was opened. */
const canDraw = ({ decoder, files, weights, half }: LoadedModel): boolean =>
  half === undefined &&
  decoder.channels === 1 &&
  (files.encoder !== undefined || [...weights.keys()].some((name) => name.startsWith('encoder/')));

const hasPoints = ({ dataset, placed }: LoadedModel): boolean => (placed?.count ?? dataset.train + dataset.test) > 0;

const SERVES: Readonly<Record<Tool, (model: LoadedModel, index: ExplorerIndex | null) => boolean>> = {
  draw: canDraw,
  nearest: (model, index) => imagesFrom(model, index) !== null,
  path: decodes,
  traverse: (model) => decodes(model) && codeSizeOn(model) > PLANE_DIMENSIONS,
  lasso: hasPoints,
  anomalies: hasPoints,
  epochs: ({ files }) => files.evolution !== undefined,
};

export const toolsFor = (model: LoadedModel, index: ExplorerIndex | null): readonly Tool[] =>
  TOOLS.filter((tool) => SERVES[tool](model, index));

export const loadPanel = (tool: Tool): Promise<Panel> => PANELS[tool]();
