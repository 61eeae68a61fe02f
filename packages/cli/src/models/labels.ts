/**
 * How models are called where several stand side by side: each by its network, and where one network stands there more
 * than once by what tells its runs apart.
 */
import { basename, resolve, sep } from 'node:path';
import { modelsFolder } from '../places.ts';
import type { Model } from './open-model.ts';

/** What a label may be made of. */
export interface Labelled {
  /** Of the network; of a model from elsewhere the name of its file or folder. */
  readonly name: string;
  /** Null where it was not trained here. */
  readonly recipe: string | null;
  readonly seed: number | null;
  /** Absolute. */
  readonly path: string;
}

/** A model without a config of its own is known by its file: two files may hold networks of one name. */
export const labelledOf = ({ spec, config, path }: Pick<Model, 'spec' | 'config' | 'path'>): Labelled => ({
  name: config === null ? basename(path) : spec.id,
  recipe: config?.recipe.name ?? null,
  seed: config?.recipe.seed ?? null,
  path: resolve(path),
});

const allDiffer = (texts: readonly string[]): boolean => new Set(texts).size === texts.length;

/** The ends of paths, as short as they differ. */
const distinctTails = (paths: readonly string[]): readonly string[] => {
  const steps = paths.map((path) => path.split(sep).filter((step) => step !== ''));
  const tails = (length: number): string[] => steps.map((all) => all.slice(-length).join('/'));
  const longest = Math.max(...steps.map(({ length }) => length));
  for (let length = 1; length < longest; length++) if (allDiffer(tails(length))) return tails(length);
  return tails(longest);
};

/** Words that may tell runs of one network apart, the most telling first; null where they say nothing of one of them. */
const candidates = (group: readonly Labelled[]): readonly (readonly (string | null)[])[] => {
  const recipes = group.map(({ recipe }) => recipe);
  const seeds = group.map(({ seed }) => (seed === null ? null : `seed ${seed}`));
  return [
    recipes,
    seeds,
    group.map((_, i) => (recipes[i] === null || seeds[i] === null ? null : `${recipes[i]}, ${seeds[i]}`)),
    distinctTails(group.map(({ path }) => path)),
  ];
};

/** The same texts, the second of two equal ones as `text (2)`. */
const numbered = (texts: readonly string[]): string[] => {
  const taken = new Set<string>();
  return texts.map((text) => {
    let unique = text;
    for (let number = 2; taken.has(unique); number++) unique = `${text} (${number})`;
    taken.add(unique);
    return unique;
  });
};

/** What tells the runs of a group apart; a run that stands there twice is numbered. */
const differences = (group: readonly Labelled[], told: readonly string[]): readonly string[] => {
  const words = candidates(group);
  const found = words.find(
    (texts) => texts.every((text) => text !== null) && allDiffer(texts.map((text, i) => `${text}\0${told[i]}`)),
  );
  if (found) return found.map(String);
  return numbered(words[words.length - 1].map(String));
};

/**
 * Labels of models, all different: `dense-1`; `dense-1, seed 2`; `dense-1, runs/a`.
 *
 * @param told - what stands beside each label anyway, and need not be in it.
 */
export const labelsOf = (models: readonly Labelled[], told: readonly string[] = models.map(() => '')): string[] => {
  const labels = models.map(({ name }) => name);
  for (const name of new Set(labels)) {
    const members = models.flatMap((model, i) => (model.name === name ? [{ model, i }] : []));
    const group = members.map(({ model }) => model);
    const beside = members.map(({ i }) => told[i]);
    if (allDiffer(beside)) continue;
    const words = differences(group, beside);
    members.forEach(({ model, i }, k) => {
      // The folder of the zoo's own run is the network's name.
      const isZooOwn = model.path === resolve(modelsFolder, name) && words[k] === name;
      labels[i] = isZooOwn ? name : `${name}, ${words[k]}`;
    });
  }
  const keys = numbered(labels.map((label, i) => `${told[i]}\0${label}`));
  return keys.map((key, i) => key.slice(told[i].length + 1));
};
