/** Every container, in the order of docs and, where two recognise as much of a folder, of trial. A new one is a file and a line. */
import { cifar } from './cifar.ts';
import type { Container } from './container.ts';
import { csv } from './csv.ts';
import { idx } from './idx-files.ts';
import { mat } from './mat.ts';
import { npy } from './npy.ts';
import { type OptionId, READ_OPTIONS } from './options.ts';
import { pack } from './pack.ts';
import { parquet } from './parquet.ts';
import { pictures } from './pictures.ts';

/** In the order of the docs. */
export const CONTAINERS: readonly Container[] = [idx, pictures, npy, csv, mat, cifar, parquet, pack];

/** What the option `container` takes. */
export const containerIds = (): readonly string[] => CONTAINERS.map(({ id }) => id);

const isOwn = (id: OptionId, { options }: Container): boolean => options.includes(id);

/** The options that a container heeds: its own, and those that are of all; every option where the container is not known. */
export const optionsOf = (containerId: string | null): readonly OptionId[] => {
  const container = CONTAINERS.find(({ id }) => id === containerId);
  const ids = Object.keys(READ_OPTIONS) as readonly OptionId[];
  return container === undefined
    ? ids
    : ids.filter((id) => isOwn(id, container) || !CONTAINERS.some((other) => isOwn(id, other)));
};
