/**
 * The config of a run in the page, the same document that the command line writes.
 *
 * In: what was asked for and what runs it. Out: a `RunConfig`.
 */
import {
  type NetworkSpec,
  type Recipe,
  RUN_FORMAT,
  type RunConfig,
  type RunDataset,
  type RunOverrides,
  type RunVersions,
} from 'latent-plane';
import { settingsBetween } from 'latent-plane/internal';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Engine } from './engine.ts';

/** `Chrome 156.0.7701.0`; what the browser calls itself where it has no better word. */
const browserName = (userAgent: string): string => {
  const [, name, version] =
    /(Firefox|Edg|OPR|Chrome)\/([\d.]+)/.exec(userAgent) ?? /(Version)\/([\d.]+).*Safari/.exec(userAgent) ?? [];
  if (name === undefined) return userAgent.slice(0, 100);
  return `${name === 'Version' ? 'Safari' : name} ${version}`;
};

/** What differs from the recipe of this name, in the words of the command line. */
export const overridesBetween = (network: NetworkSpec, recipe: Recipe): RunOverrides => {
  const base = recipe.name === 'custom' ? undefined : network.recipes[recipe.name];
  if (base === undefined) return {};
  const { seed: _, ...settings } = settingsBetween(recipe, base);
  return settings;
};

export const versionsOf = ({ runtime, report }: Engine): RunVersions => ({
  latentPlane: packageJson.version,
  onnxruntime: `${runtime.version} web ${report.backend}`,
  node: 'none',
  platform: navigator.platform || 'unknown',
  browser: browserName(navigator.userAgent),
});

export const configOf = (network: NetworkSpec, recipe: Recipe, dataset: RunDataset, engine: Engine): RunConfig => ({
  format: RUN_FORMAT,
  command: 'train',
  network,
  recipe,
  overrides: overridesBetween(network, recipe),
  dataset,
  threads: engine.report.threads,
  checkpointEvery: null,
  init: null,
  encoder: null,
  decoder: null,
  versions: versionsOf(engine),
});
