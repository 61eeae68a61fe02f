/**
 * What belongs to this program and may be missing all the same: the built page, and the trained zoo with its weights.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { networks } from 'latent-plane';
import { parseWeightsPointer } from 'latent-plane/internal';
import { diskFiles } from '../files/file-system.ts';
import { trainedModels } from '../models/index.ts';
import { cloneFolder, explorerFolder, modelsFolder } from '../places.ts';
import { runPaths } from '../runs/folder.ts';
import { WEIGHTS_FILE } from '../runs/shipped.ts';

/** Where the parts lie; others in tests. */
export interface InstallationPlaces {
  readonly page: string;
  /** A run folder for each network. */
  readonly models: string;
  /** Root of a clone; undefined where the package was installed. */
  readonly clone: string | undefined;
}

export const OWN_PLACES: InstallationPlaces = { page: explorerFolder, models: modelsFolder, clone: cloneFolder };

export interface Installation {
  readonly page: { readonly folder: string; readonly built: boolean };
  /** Ids of the networks that are trained here, weights included. */
  readonly models: readonly string[];
  /** Ids of those that are not, or whose weights are gone. */
  readonly modelsMissing: readonly string[];
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/** Whether a run has its weights, its own or those of the file that it names. */
const hasWeights = async (folder: string): Promise<boolean> => {
  if (await isFile(runPaths(folder).weights)) return true;
  const pointing = join(folder, WEIGHTS_FILE);
  const bytes = await diskFiles.read(pointing).catch(() => null);
  if (!bytes) return false;
  try {
    return await isFile(join(folder, parseWeightsPointer(bytes, pointing).file));
  } catch {
    return false;
  }
};

export const installation = async ({ page, models }: InstallationPlaces): Promise<Installation> => {
  const trained: string[] = [];
  for (const id of await trainedModels(models)) if (await hasWeights(join(models, id))) trained.push(id);
  return {
    page: { folder: page, built: await isFile(join(page, 'index.html')) },
    models: trained,
    modelsMissing: networks.map(({ id }) => id).filter((id) => !trained.includes(id)),
  };
};

/** What is missing, each with what to do. */
export const installationProblems = (
  { page, models, modelsMissing }: Installation,
  { clone, models: folder }: InstallationPlaces,
): string[] => {
  const problems: string[] = [];
  if (!page.built) {
    const remedy = clone === undefined ? 'install latent-plane-cli again' : 'run `npm run build`';
    problems.push(`the explorer's page is not in ${page.folder}, so \`latent explore\` cannot serve it: ${remedy}`);
  }
  if (modelsMissing.length > 0) {
    const which =
      models.length === 0 ? 'none of the zoo is trained' : `of the zoo are not trained: ${modelsMissing.join(', ')}`;
    const restore = clone === undefined ? 'take them from a clone of the project' : 'run `git restore models`';
    const [first] = modelsMissing;
    problems.push(
      `${which} (in ${folder}): ${restore}, or train them, as with \`npx latent train ${first} --out ${join(folder, first)}\``,
    );
  }
  return problems;
};
