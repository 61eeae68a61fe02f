/**
 * IDX files of a folder that the user names: four, or two where the images have no labels.
 *
 * In: a folder. Out: the bytes of its files, as they are on disk. The library checks what is in them.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DATASET_ROLES, type DatasetFiles, type DatasetRole, type NamedBytes } from 'latent-plane';
import { IDX_MAX_FILE_BYTES, inputError, type UnlabelledFiles } from 'latent-plane/internal';

const STEMS: Readonly<Record<DatasetRole, readonly string[]>> = {
  trainImages: ['train-images'],
  trainLabels: ['train-labels'],
  testImages: ['t10k-images', 'test-images'],
  testLabels: ['t10k-labels', 'test-labels'],
};

/** The names under which a file is looked for; unpacked ones first, since they load faster. */
export function candidateNames(role: DatasetRole): string[] {
  // The number is that of the dimensions: with channels an images file has four.
  const suffixes = role.endsWith('Images') ? ['idx3-ubyte', 'idx4-ubyte'] : ['idx1-ubyte'];
  const names = suffixes.flatMap((suffix) => STEMS[role].flatMap((stem) => [`${stem}-${suffix}`, `${stem}.${suffix}`]));
  return [...names, ...names.map((name) => `${name}.gz`)];
}

async function readRole(folder: string, present: ReadonlySet<string>, role: DatasetRole): Promise<NamedBytes> {
  const name = candidateNames(role).find((candidate) => present.has(candidate));
  if (name === undefined) {
    const [first, second] = candidateNames(role);
    throw inputError('dataset-file-missing', {
      at: { file: folder },
      expected: `${first} or ${second}, raw or with .gz`,
      hint: 'got neither',
    });
  }
  const path = join(folder, name);
  // A pipe or device would be read for ever, a huge file until memory ends: both are refused unread.
  const { size, isFile } = await stat(path).then((found) => ({ size: found.size, isFile: found.isFile() }));
  if (!isFile)
    throw inputError('dataset-file-missing', { at: { file: path }, expected: 'a file', got: 'something else' });
  if (size > IDX_MAX_FILE_BYTES) {
    throw inputError('idx-oversized', {
      at: { file: path },
      expected: `at most ${IDX_MAX_FILE_BYTES} bytes`,
      got: `${size}`,
    });
  }
  return { name: path, bytes: await readFile(path) };
}

/** What a folder holds. */
export type IdxFolder = DatasetFiles | UnlabelledFiles;

const isPresent = (present: ReadonlySet<string>, role: DatasetRole): boolean =>
  candidateNames(role).some((name) => present.has(name));

/**
 * @returns the four files; the two of images where neither part has labels.
 * @throws LatentError (input) `dataset-folder` if it cannot be read, `dataset-file-missing`, `idx-oversized`.
 */
export async function readIdxFolder(folder: string): Promise<IdxFolder> {
  try {
    const present = new Set(await readdir(folder));
    const read: Partial<Record<DatasetRole, NamedBytes>> = {};
    const isUnlabelled = !isPresent(present, 'trainLabels') && !isPresent(present, 'testLabels');
    if (isUnlabelled && isPresent(present, 'trainImages'))
      return {
        trainImages: await readRole(folder, present, 'trainImages'),
        testImages: await readRole(folder, present, 'testImages'),
      };
    for (const role of DATASET_ROLES) read[role] = await readRole(folder, present, role);
    return read as DatasetFiles;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) throw error;
    throw inputError(
      'dataset-folder',
      { at: { file: folder }, problem: `cannot be read (${error.message})` },
      { cause: error },
    );
  }
}
