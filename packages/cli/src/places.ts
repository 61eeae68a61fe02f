/**
 * Where this program and its trained models lie on the disk.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

const ancestors = (folder: string): string[] => {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
};

const packageName = (folder: string): unknown => {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'name' in parsed ? parsed.name : undefined;
};

/** The folder of this package. */
export const packageFolder: string =
  ancestors(here).find((folder) => packageName(folder) === 'latent-plane-cli') ?? here;

/** The root of a clone; undefined where the package is installed from a registry. */
export const cloneFolder: string | undefined = ancestors(packageFolder).find(
  (folder) => packageName(folder) === 'latent-plane-workspace',
);

/** The Python that `npm run bench:setup` makes in the folder `bench/` of a clone, whether it is there or not. */
export const benchPython = (benchFolder: string): string =>
  join(benchFolder, 'python', ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));

/** Folder of the trained zoo, at the paths that its users know. */
export const zooFolder: string = join(cloneFolder ?? packageFolder, 'models');

/**
 * Folder with the runs of the trained zoo: `<id>` is the one that a MODEL argument means, `<id>-documented` the one
 * that shows the record.
 */
export const modelsFolder: string = join(zooFolder, 'runs');

/** Folder of the built explorer's page. */
export const explorerFolder: string = cloneFolder
  ? join(cloneFolder, 'apps', 'explorer', 'dist')
  : join(packageFolder, 'explorer');

/** Version of this package. */
export const packageVersion = (): string => {
  const parsed: unknown = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : '';
};
