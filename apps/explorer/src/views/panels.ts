/**
 * The panels of the tools.
 *
 * In: the network on show. Out: which tools serve it, and the panel of each, whose code comes when it is opened.
 */
import type { Component } from 'svelte';
import type { LoadedModel } from '../data/load.ts';
import { TOOLS, type Tool } from '../state/explore-settings.ts';
import type { ToolProps } from './tools.ts';

type Panel = { readonly default: Component<ToolProps> };

const PANELS: Readonly<Record<Tool, () => Promise<Panel>>> = {
  draw: () => import('../draw/DrawPanel.svelte'),
};

/** MNIST's: what is drawn is made like it. */
const DRAWN_SIDE = 28;

/** Weights of an encoder are in the bundle, or came with the file that was opened. */
const canDraw = ({ decoder, files, weights }: LoadedModel): boolean =>
  decoder.width === DRAWN_SIDE &&
  decoder.height === DRAWN_SIDE &&
  (files.encoder !== undefined || [...weights.keys()].some((name) => name.startsWith('encoder/')));

const SERVES: Readonly<Record<Tool, (model: LoadedModel) => boolean>> = {
  draw: canDraw,
};

export const toolsFor = (model: LoadedModel): readonly Tool[] => TOOLS.filter((tool) => SERVES[tool](model));

export const loadPanel = (tool: Tool): Promise<Panel> => PANELS[tool]();
