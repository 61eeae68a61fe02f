/**
 * Which layer of a file is which of a network: by name, else by order and shape.
 */
import { isMeanName, isScaleName } from '../output-names.ts';
import { type ArrayGroup, type NamedArray, partIn } from './named-arrays.ts';
import type { WantedArray, WantedGroup } from './wanted-groups.ts';

/** How the layers were told apart. */
export type MatchedBy = 'name' | 'order' | 'shape';

/** The file's group for each that is wanted. */
export interface Match {
  readonly by: MatchedBy;
  readonly groups: readonly ArrayGroup[];
}

const sameDims = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, axis) => dim === b[axis]);

/** Names of arrays that are their place: `vars/0`, `vars/1`. */
const isNumbered = ({ arrays }: ArrayGroup): boolean => [...arrays.keys()].every((name) => /^\d+$/.test(name));

/** The file's array for each that is wanted; null where the group is another. */
export const arraysFor = (group: ArrayGroup, { arrays: wanted }: WantedGroup): readonly NamedArray[] | null => {
  if (group.arrays.size !== wanted.length) return null;
  const inOrder = [...group.arrays.values()];
  const found = isNumbered(group)
    ? inOrder
    : wanted.flatMap(({ name }) => {
        const array = group.arrays.get(name);
        return array === undefined ? [] : [array];
      });
  return found.length === wanted.length && found.every(({ dims }, i) => sameDims(dims, wanted[i].dims)) ? found : null;
};

const fits = (group: ArrayGroup, wanted: WantedGroup): boolean => arraysFor(group, wanted) !== null;

const plain = (path: string): string => path.toLowerCase().replaceAll('/', '.');

/** What all paths begin with: wrappers such as `module.` and `model.` name nothing of the network. */
const commonPrefix = (paths: readonly string[]): string => {
  let prefix = '';
  for (;;) {
    const [next] = /^[^.]+\./.exec(paths[0]?.slice(prefix.length) ?? '') ?? [''];
    if (next === '' || !paths.every((path) => path.startsWith(prefix + next))) return prefix;
    prefix += next;
  }
};

const byName = (groups: readonly ArrayGroup[], wanted: readonly WantedGroup[]): Match | null => {
  const paths = groups.map(({ path }) => plain(path));
  const prefix = commonPrefix(paths);
  const found = wanted.map((one) => {
    const { part, layer, head } = one;
    const own = head === '' ? [layer] : [`${layer}.${head}`, head];
    const names = own.flatMap((name) => [`${part}.${name}`, name]).map(plain);
    for (const name of names) {
      const at = paths.findIndex((path) => path === name || path.slice(prefix.length) === name);
      if (at >= 0 && fits(groups[at], one)) return groups[at];
    }
    return null;
  });
  const all = found.flatMap((group) => (group === null ? [] : [group]));
  return all.length === wanted.length && new Set(all).size === all.length ? { by: 'name', groups: all } : null;
};

/** Two heads of one shape whose names say that the scale comes first. */
const inHeadOrder = (groups: readonly ArrayGroup[], wanted: readonly WantedGroup[]): readonly ArrayGroup[] => {
  const at = wanted.findIndex(({ head }, i) => head === 'z_mean' && (wanted[i + 1]?.head.startsWith('z_log') ?? false));
  if (at < 0) return groups;
  const [first, second] = [groups[at], groups[at + 1]];
  const last = ({ path }: ArrayGroup): string => path.slice(path.search(/[^./]*$/));
  const isSwapped = isScaleName(last(first)) && isMeanName(last(second));
  return isSwapped ? groups.map((group, i) => (i === at ? second : i === at + 1 ? first : group)) : groups;
};

const byOrder = (groups: readonly ArrayGroup[], wanted: readonly WantedGroup[]): Match | null =>
  groups.every((group, i) => fits(group, wanted[i]) && [null, wanted[i].part].includes(partIn(group.path)))
    ? { by: 'order', groups: inHeadOrder(groups, wanted) }
    : null;

/** Each takes the first of its shape that is left, of its own part where the file names parts. */
const byShape = (groups: readonly ArrayGroup[], wanted: readonly WantedGroup[]): Match | null => {
  const left = new Set(groups);
  const found = new Map<WantedGroup, ArrayGroup>();
  const take = (parts: (group: ArrayGroup, one: WantedGroup) => boolean): void => {
    for (const one of wanted) {
      if (found.has(one)) continue;
      const group = [...left].find((candidate) => parts(candidate, one) && fits(candidate, one));
      if (group === undefined) continue;
      left.delete(group);
      found.set(one, group);
    }
  };
  take(({ path }, { part }) => partIn(path) === part);
  take(({ path }) => partIn(path) === null);
  take(() => true);
  const all = wanted.flatMap((one) => found.get(one) ?? []);
  return all.length === wanted.length ? { by: 'shape', groups: inHeadOrder(all, wanted) } : null;
};

/** Null where the file holds another network. */
export const matchGroups = (groups: readonly ArrayGroup[], wanted: readonly WantedGroup[]): Match | null => {
  if (groups.length !== wanted.length || groups.length === 0) return null;
  return byName(groups, wanted) ?? byOrder(groups, wanted) ?? byShape(groups, wanted);
};

const described = (path: string, arrays: readonly Pick<WantedArray, 'name' | 'dims'>[]): string =>
  `${path} (${arrays.map(({ name, dims }) => `${name} [${dims.join(', ')}]`).join(', ')})`;

const describedGroup = ({ path, arrays }: ArrayGroup): string =>
  described(
    path === '' ? 'the file itself' : path,
    [...arrays].map(([name, { dims }]) => ({ name, dims })),
  );

/** Longest list of a message. */
const MAX_LISTED = 8;

const listed = (texts: readonly string[]): string =>
  `${texts.slice(0, MAX_LISTED).join('; ')}${texts.length > MAX_LISTED ? `; and ${texts.length - MAX_LISTED} more` : ''}`;

/** What a file has, for a message. */
export const listGroups = (groups: readonly ArrayGroup[]): string => listed(groups.map(describedGroup));

/** The first layer in which file and network differ, and then all of both. */
export const firstDifference = (
  groups: readonly ArrayGroup[],
  wanted: readonly WantedGroup[],
): { readonly expected: string; readonly got: string; readonly lists: string } => {
  const count = Math.max(groups.length, wanted.length);
  const at = Array.from({ length: count }, (_, i) => i).find(
    (i) => groups[i] === undefined || wanted[i] === undefined || !fits(groups[i], wanted[i]),
  );
  const index = at ?? 0;
  const want = wanted[index];
  const has = groups[index];
  const wants = (one: WantedGroup): string => described(one.path, one.arrays);
  return {
    expected: want === undefined ? 'nothing more' : wants(want),
    got: has === undefined ? 'nothing more' : describedGroup(has),
    lists: `The file has ${listGroups(groups)}. The network wants ${listed(wanted.map(wants))}.`,
  };
};
