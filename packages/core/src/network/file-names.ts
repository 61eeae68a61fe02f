/** What the name of a model file says: which network of the zoo it is, what a new one is called. */
import type { NetworkSpec } from './types.ts';
import { networks } from './zoo/index.ts';

/** A file's name without folders. */
export const baseName = (file: string): string => file.replace(/^.*[\\/]/, '');
const stem = (file: string): string =>
  baseName(file)
    .replace(/\.gz$/i, '')
    .replace(/(\.weights)?\.[^.]*$/, '');

/** Of several candidates the one that the file is named after, else the first. */
export const namedAfter = <Spec extends NetworkSpec>(candidates: readonly Spec[], file: string): Spec | undefined => {
  const name = stem(file).toLowerCase();
  const named = (test: (spec: Spec) => boolean): Spec | undefined => candidates.find(test);
  return (
    named((spec) => stem(spec.file).toLowerCase() === name) ??
    named((spec) => spec.id === name) ??
    [...candidates].sort((a, b) => b.id.length - a.id.length).find((spec) => name.includes(spec.id)) ??
    candidates[0]
  );
};

/** An id out of a file's name: lower-case letters, digits and single hyphens; never one of the zoo's. */
export const idOf = (file: string): string => {
  const words = stem(file)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const id = words.slice(0, 56).replace(/-+$/, '') || 'imported';
  return networks.some((network) => network.id === id) ? `${id}-file` : id;
};
