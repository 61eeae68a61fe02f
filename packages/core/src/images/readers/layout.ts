/** What the folders of pictures say: the class, and the split. */
import type { Split } from './container.ts';
import type { SourceFile } from './source.ts';

/** Where a picture belongs. */
export interface Place {
  readonly split: Split;
  /** Name of its folder; null at the top. */
  readonly className: string | null;
}

const SPLITS: Readonly<Record<string, Split | undefined>> = {
  train: 'train',
  training: 'train',
  test: 'test',
  testing: 'test',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
};

const folders = ({ path }: SourceFile): readonly string[] => path.split('/').slice(0, -1);

/** Folders that all pictures have in common say nothing of any. */
const sharedDepth = (paths: readonly (readonly string[])[]): number => {
  let depth = 0;
  const [first] = paths;
  while (depth < first.length && paths.every((path) => path[depth] === first[depth])) depth++;
  return depth;
};

/** The place of each file: the first folder of their own is the class, `train`, `test` and their like are the split. */
export const placesOf = (files: readonly SourceFile[]): readonly Place[] => {
  const paths = files.map(folders);
  const depth = sharedDepth(paths);
  return paths.map((path) => {
    const own = path.slice(depth);
    const at = own.slice(0, 2).findIndex((folder) => SPLITS[folder.toLowerCase()] !== undefined);
    const split = at < 0 ? 'all' : (SPLITS[own[at].toLowerCase()] ?? 'all');
    const rest = at < 0 ? own : own.filter((_, i) => i !== at);
    return { split, className: rest[0] ?? null };
  });
};
