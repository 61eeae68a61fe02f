// Builds what the commands run from: packages/core/dist, packages/cli/dist, and the explorer's page where there is one.
// A part whose sources have not changed is left as it is, so a second call costs milliseconds.
//   node scripts/build.mjs [--types] [--force] [core] [cli] [explorer]
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, run } from './setup.mjs';

const MARKER = '.sources-sha256';

/** Files below a folder that decide what is built, sorted. */
const sources = (folder) => {
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!/^(node_modules|dist.*|test|testing|fixtures|coverage|\..*)$/.test(entry.name)) found.push(...sources(path));
    } else if (!/\.test\.ts$|^\.|\.md$/.test(entry.name)) found.push(path);
  }
  return found.sort();
};

/** Of the names and contents of a part's sources, and of the parts it is made from. */
const hashOf = (folders, flags) => {
  const hash = createHash('sha256').update(flags);
  for (const folder of folders) {
    for (const path of sources(folder))
      hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
};

/** A bundle goes to a folder beside `dist` first: who runs the old one meanwhile never sees half of the new one. */
const bundle = async (folder, { types }) => {
  const { build } = await import('tsdown');
  const building = join(folder, `dist-${process.pid}`);
  try {
    await build({
      config: join(folder, 'tsdown.config.ts'),
      cwd: folder,
      outDir: building,
      clean: false,
      logLevel: 'warn',
      ...(types ? { dts: true } : {}),
    });
    return building;
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    throw error;
  }
};

/** Puts the new build in the old one's place; another process may be doing the same at this moment. */
const swap = (building, dist, hash) => {
  const old = `${building}-old`;
  for (let attempt = 1; ; attempt++) {
    try {
      if (existsSync(dist)) renameSync(dist, old);
      renameSync(building, dist);
      break;
    } catch (error) {
      rmSync(old, { recursive: true, force: true });
      if (isFresh(dist, hash)) break;
      if (attempt === 5) throw error;
    }
  }
  for (const left of [old, building]) rmSync(left, { recursive: true, force: true });
};

const isFresh = (dist, hash) => {
  try {
    return readFileSync(join(dist, MARKER), 'utf8') === hash;
  } catch {
    return false;
  }
};

const folderOf = (name) => join(root, name === 'explorer' ? 'apps/explorer' : `packages/${name}`);

const parts = {
  core: { from: ['core'], make: bundle },
  cli: { from: ['core', 'cli'], make: bundle },
  explorer: {
    from: ['core', 'explorer'],
    make: async (folder) => {
      const building = join(folder, `dist-${process.pid}`);
      const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
      const code = run(
        process.execPath,
        [vite, 'build', folder, '--outDir', building, '--logLevel', 'warn', '--emptyOutDir'],
        { cwd: folder },
      );
      if (code === 0) return building;
      rmSync(building, { recursive: true, force: true });
      throw new Error(`the explorer's build ended with ${code}`);
    },
    // A part that is still to come is no failure.
    exists: () => existsSync(join(root, 'apps/explorer/index.html')),
  },
};

/**
 * Builds the parts that are missing or stale.
 *
 * @returns the names of those that were built.
 */
export const buildAll = async ({ names = Object.keys(parts), types = false, force = false } = {}) => {
  const built = [];
  for (const name of names) {
    const { from, make, exists = () => true } = parts[name];
    if (!exists()) continue;
    const folder = folderOf(name);
    const dist = join(folder, 'dist');
    const hash = hashOf(from.map(folderOf), types && name === 'core' ? 'types' : '');
    if (!force && isFresh(dist, hash)) continue;
    const building = await make(folder, { types: types && name === 'core' });
    mkdirSync(building, { recursive: true });
    writeFileSync(join(building, MARKER), hash);
    swap(building, dist, hash);
    built.push(name);
  }
  return built;
};

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const words = process.argv.slice(2);
  const names = words.filter((word) => !word.startsWith('--'));
  const unknown = words.find((word) =>
    word.startsWith('--') ? !['--types', '--force'].includes(word) : !(word in parts),
  );
  if (unknown !== undefined) {
    console.error(`arguments: expected --types, --force or one of ${Object.keys(parts).join(', ')}, got "${unknown}"`);
    process.exit(2);
  }
  const start = performance.now();
  try {
    const built = await buildAll({
      names: names.length > 0 ? names : undefined,
      types: words.includes('--types'),
      force: words.includes('--force'),
    });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    if (built.length > 0) console.error(`built ${built.join(', ')} in ${seconds} s`);
  } catch (error) {
    console.error(`build: ${error.message}`);
    process.exitCode = 1;
  }
}
