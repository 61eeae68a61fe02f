/**
 * The weights of a run folder: its own, or those of the model file that it names.
 *
 * A run folder may come from anybody, so it names files of its own alone. Only the runs of the zoo, which share the files
 * that other programs read, name files elsewhere below the zoo's folder.
 */
import { dirname, join } from 'node:path';
import { decodeWeights, encodeWeights, LatentError, type ResolvedNetwork, type Weights } from 'latent-plane';
import { inputError, parseWeightsPointer, pathWithin } from 'latent-plane/internal';
import { defaultCacheFolder } from '../data/cache.ts';
import { diskFiles, makeFolder, writeAtomic } from '../files/file-system.ts';
import { sha256Of } from '../files/sha256.ts';
import { liesWithin, realPlace } from '../files/within.ts';
import { resumeCommand, runPaths } from '../runs/folder.ts';
import { WEIGHTS_FILE } from '../runs/shipped.ts';
import { readModelFile } from './read-file.ts';

export interface RunWeights {
  readonly weights: Weights;
  readonly epoch: number;
  readonly sha256: string;
}

const leadsOut = (folder: string, file: string): LatentError =>
  inputError('outside-folder', {
    at: { subject: join(folder, WEIGHTS_FILE) },
    expected: "a file of the run's own folder",
    got: `"${file}", which lies outside`,
    hint: 'copy the model file into the folder and name it there, or open the model file itself',
  });

/** The file that a run of the zoo, or any other, may read its weights from. */
const pointedFile = async (
  folder: string,
  pointed: string,
  models: string,
): Promise<{ readonly file: string; readonly isOfZoo: boolean }> => {
  const real = (await realPlace(folder)) ?? folder;
  const isOfZoo = dirname(real) === (await realPlace(models));
  const file = join(real, pointed);
  if (!isOfZoo && pathWithin(pointed) === null) throw leadsOut(folder, pointed);
  if ((await realPlace(file)) === null)
    throw inputError('no-weights', {
      at: { file: folder },
      expected: `its weights in ${file}`,
      got: 'no such file',
      hint: 'restore it',
    });
  if (!(await liesWithin(isOfZoo ? dirname(dirname(real)) : real, file))) throw leadsOut(folder, pointed);
  return { file, isOfZoo };
};

/**
 * Weights of a file of the zoo, by the sums of that file and of what it holds: reading other programs' files takes a thread and
 * half a second. What is damaged there is not taken.
 */
const keptPath = async (file: string, sha256: string): Promise<string | null> => {
  const bytes = await diskFiles.read(file);
  return bytes && join(defaultCacheFolder(), 'weights', `${sha256Of(sha256, bytes)}.safetensors`);
};

const readKept = async (path: string, sha256: string): Promise<Uint8Array | null> => {
  const bytes = await diskFiles.read(path).catch(() => null);
  return bytes && sha256Of(bytes) === sha256 ? bytes : null;
};

const keep = async (path: string, stored: Uint8Array): Promise<void> => {
  try {
    await makeFolder(diskFiles, dirname(path));
    await writeAtomic(diskFiles, path, stored);
  } catch (error) {
    // A cache that cannot be written is no reason to fail: the next command reads the file again.
    if (!(error instanceof LatentError)) throw error;
  }
};

/**
 * @param models - folder of the zoo's runs.
 * @throws LatentError (input) `no-weights`, `weights-mismatch`, `outside-folder`; as `parseWeightsPointer`, `readModelFile`.
 */
export const runWeights = async (
  folder: string,
  network: ResolvedNetwork,
  { imported, models }: { readonly imported: boolean; readonly models: string },
): Promise<RunWeights> => {
  const { weights: path } = runPaths(folder);
  const bytes = await diskFiles.read(path);
  if (bytes) return { ...decodeWeights(bytes, path, network, network.parameters), sha256: sha256Of(bytes) };
  const pointing = await diskFiles.read(join(folder, WEIGHTS_FILE));
  if (!pointing) {
    throw inputError('no-weights', {
      problem: imported
        ? `${folder}: expected weights.safetensors, got none; import the file again`
        : `${folder}: this run has not come to an end, so it holds no weights; resume with: ${resumeCommand(folder)}`,
    });
  }
  const { file: pointed, sha256, epoch } = parseWeightsPointer(pointing, join(folder, WEIGHTS_FILE));
  const { file, isOfZoo } = await pointedFile(folder, pointed, models);
  const keptAt = isOfZoo ? await keptPath(file, sha256) : null;
  const kept = keptAt && (await readKept(keptAt, sha256));
  if (kept) return { ...decodeWeights(kept, file, network, network.parameters), epoch, sha256 };
  const { weights } = await readModelFile(file, { network: network.spec });
  const stored = encodeWeights(network.parameters, weights, { id: network.spec.id, epoch });
  if (sha256Of(stored) !== sha256) {
    throw inputError('weights-mismatch', {
      at: { file },
      expected: `the weights that ${folder} was measured with`,
      got: 'others',
      hint: 'restore the file',
    });
  }
  if (keptAt) await keep(keptAt, stored);
  return { weights, epoch, sha256 };
};
