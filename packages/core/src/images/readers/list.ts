/** Every container, in the order of docs and, where two recognise as much of a folder, of trial. A new one is a file and a line. */
import { cifar } from './cifar.ts';
import type { Container } from './container.ts';
import { csv } from './csv.ts';
import { idx } from './idx-files.ts';
import { mat } from './mat.ts';
import { npy } from './npy.ts';
import { parquet } from './parquet.ts';
import { pictures } from './pictures.ts';

/** In the order of the docs. */
export const CONTAINERS: readonly Container[] = [idx, pictures, npy, csv, mat, cifar, parquet];
