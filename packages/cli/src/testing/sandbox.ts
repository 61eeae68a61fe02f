/**
 * A folder in which commands are let loose: a person's files beside data, runs and models of ours, all of them tiny, with
 * a home, a cache and a place for temporary files of its own.
 */
import { chmod, cp, lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Dataset, encodeIdxImages, encodeIdxLabels, takeImages } from 'latent-plane';
import { FILE_NAMES, fill, rawFiles } from '../data/testing.ts';
import { sha256Of } from '../files/sha256.ts';
import { smallMnist, writeIdxFolder } from '../runs/testing.ts';
import { runProgram } from './run-program.ts';

/** Parts of a sandbox. Commands run in `work`, which is deep enough that `..` and `../..` are still within. */
export const places = (root: string) => ({
  root,
  home: join(root, 'home'),
  cache: join(root, 'cache'),
  temporary: join(root, 'tmp'),
  work: join(root, 'people', 'me', 'work'),
});

/** Nothing of the person's own settings reaches the commands, and they reach no network and no browser. */
export const sandboxEnvironment = (root: string): NodeJS.ProcessEnv => {
  const { home, cache, temporary } = places(root);
  return {
    PATH: process.env.PATH,
    SystemRoot: process.env.SystemRoot,
    HOME: home,
    USERPROFILE: home,
    XDG_CACHE_HOME: join(home, '.cache'),
    TMPDIR: temporary,
    TEMP: temporary,
    LATENT_PLANE_CACHE: cache,
    LATENT_PLANE_MIRROR: 'http://127.0.0.1:9/',
    BROWSER: 'true',
    npm_config_offline: 'true',
    // Where npm itself keeps what it loaded, and makes a folder for it, is its own business.
    npm_config_cache: `${root}-npm`,
    NO_COLOR: '1',
  };
};

/** Folders of the sandbox that commands of ours have made, and may change when they are named. */
export const OWN_FOLDERS: readonly string[] = [
  'runs/first',
  'runs/second',
  'runs/half',
  'sweeps/done',
  'sweeps/open',
  'models/onnx',
  'models/web',
];

/** What a person keeps there; no command may touch it. */
const PERSONAL: Readonly<Record<string, string>> = {
  'people/me/work/notes.txt': 'Do not lose this.\n',
  'people/me/work/README.md': '# A project of mine\n',
  'people/me/work/config.json': '{"mine": true}\n',
  'people/me/work/metrics.json': '{"mine": true}\n',
  'people/me/work/.git/HEAD': 'ref: refs/heads/main\n',
  'people/me/work/node_modules/theirs/package.json': '{"name": "theirs"}\n',
  'people/me/work/pictures/holiday.png': 'no picture, but mine\n',
  'people/me/work/pictures/index.html': '<!doctype html>\n',
  'people/me/work/locked/secret.txt': 'secret\n',
  'people/me/diary.txt': 'Dear diary\n',
  'people/you/letter.txt': 'Dear you\n',
  'home/.profile': '# mine\n',
};

const SEEDS_YAML = 'networks: cnn-1\ndatasets: digits\nepochs: 1\nbatchSize: 16\nseeds: [1, 2]\n';
const OTHER_YAML =
  'networks: [cnn-1, cnn-2]\ndatasets: [digits]\nepochs: 1\nbatchSize: 16\nlearningRate: {from: 1e-4, to: 1e-2, count: 2, scale: log}\n';
const FAULTY_YAML = 'networks: cnn-1\nepochs: .nan\nseeds: {from: 1, to: 5}\nnoise: [1\n';

const TRAINING = ['--dataset', 'digits', '--batch-size', '16', '--threads', '1'];

const writePersonal = async (root: string): Promise<void> => {
  const { work, temporary, cache } = places(root);
  for (const [path, text] of Object.entries(PERSONAL)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  }
  for (const folder of [temporary, cache, join(work, 'empty')]) await mkdir(folder, { recursive: true });
  await symlink('pictures', join(work, 'link'));
  await symlink('nowhere', join(work, 'dangling'));
  await chmod(join(work, 'locked'), 0o500);
  await writeFile(join(work, 'seeds.yaml'), SEEDS_YAML);
  await writeFile(join(work, 'other.yaml'), OTHER_YAML);
  await writeFile(join(work, 'faulty.yaml'), FAULTY_YAML);
};

const writePacked = async (folder: string, { train, test }: Dataset): Promise<void> => {
  await fill(folder, {
    [`${FILE_NAMES.trainImages}.gz`]: gzipSync(encodeIdxImages(train)),
    [`${FILE_NAMES.trainLabels}.gz`]: gzipSync(encodeIdxLabels(train.labels)),
    [`${FILE_NAMES.testImages}.gz`]: gzipSync(encodeIdxImages(test)),
    [`${FILE_NAMES.testLabels}.gz`]: gzipSync(encodeIdxLabels(test.labels)),
  });
};

const writeData = async (work: string): Promise<void> => {
  const digits = await smallMnist(60, 20);
  await writeIdxFolder(join(work, 'digits'), digits);
  await writePacked(join(work, 'packed'), digits);
  // Named as a data set that is known, with images that are not its.
  const others = {
    ...digits,
    train: takeImages(
      digits.train,
      Uint32Array.from({ length: 40 }, (_, i) => i),
    ),
  };
  await writeIdxFolder(join(work, 'mnist'), others);
  const raw = rawFiles(30, 10);
  await fill(join(work, 'squares'), {
    [FILE_NAMES.trainImages]: raw.trainImages,
    [FILE_NAMES.trainLabels]: raw.trainLabels,
    [FILE_NAMES.testImages]: raw.testImages,
    [FILE_NAMES.testLabels]: raw.testLabels,
  });
  await cp(join(work, 'digits'), join(work, 'broken'), { recursive: true });
  await writeFile(join(work, 'broken', FILE_NAMES.trainImages), 'not what it says');
};

/**
 * Makes a sandbox that others are copied from: some commands of ours have to run for it, once.
 *
 * @returns how long a small training takes here.
 * @throws Error with what a command said that failed.
 */
export const makeTemplate = async (root: string): Promise<{ readonly trainingMs: number }> => {
  const { work } = places(root);
  await writePersonal(root);
  await writeData(work);
  const run = async (line: string, stopAt?: RegExp): Promise<number> => {
    const options = { cwd: work, env: sandboxEnvironment(root), limitMs: 240_000, stopAt };
    const { code, stderr, durationMs } = await runProgram(line.split(' '), options);
    if (code !== (stopAt ? 130 : 0)) throw new Error(`latent ${line} ended with ${code}: ${stderr}`);
    return durationMs;
  };
  const train = `train cnn-1 ${TRAINING.join(' ')}`;
  const [trainingMs] = await Promise.all([
    run(`${train} --epochs 3 --checkpoint-every 1 --out runs/first`),
    run(`${train} --epochs 1 --seed 2 --out runs/second`),
  ]);
  await Promise.all([
    run(`${train} --epochs 100000 --out runs/half`, /epoch 1\//),
    run('sweep seeds.yaml --workers 1 --out sweeps/done'),
  ]);
  await mkdir(join(work, 'models'), { recursive: true });
  await Promise.all([
    run('export runs/first --to keras --out models/one.keras'),
    run('export runs/first --to onnx --out models/onnx'),
  ]);
  await run('export runs/first --to tfjs --out models/web');
  // A sweep of which a job is still to do.
  await cp(join(work, 'sweeps', 'done'), join(work, 'sweeps', 'open'), { recursive: true });
  const open = join(work, 'sweeps', 'open');
  const [job] = await readdir(join(open, 'jobs'));
  // A run's name ends in the beginning of its job's id.
  const itsRun = (await readdir(join(open, 'runs'))).find((name) => name.endsWith(job.slice(0, 8)));
  if (itsRun === undefined) throw new Error(`sweeps/open: expected the run of job ${job}, got none`);
  for (const path of [join('jobs', job), join('runs', itsRun)]) await rm(join(open, path), { recursive: true });
  return { trainingMs };
};

/** A sandbox of its own for a command. */
export const copyTemplate = (template: string, root: string): Promise<void> =>
  cp(template, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });

/** Relative path, with `/`, to what lies there: the sum of a file, where a link leads, `folder`. */
export type Snapshot = ReadonlyMap<string, string>;

const sumOf = async (path: string): Promise<string> => {
  const status = await lstat(path);
  if (status.isSymbolicLink()) return `link to ${await readlink(path)}`;
  if (status.isDirectory()) return `folder ${(status.mode & 0o777).toString(8)}`;
  if (!status.isFile()) return 'neither file nor folder';
  return sha256Of(await readFile(path));
};

/** Everything below a folder by its sum. */
export const snapshotOf = async (root: string): Promise<Snapshot> => {
  const names = (await readdir(root, { recursive: true })).sort();
  const entries = await Promise.all(
    names.map(async (name): Promise<[string, string] | null> => {
      try {
        return [relative(root, join(root, name)).split(sep).join('/'), await sumOf(join(root, name))];
      } catch {
        return null; // gone since it was listed
      }
    }),
  );
  return new Map(entries.filter((entry) => entry !== null));
};

export interface Change {
  readonly path: string;
  readonly kind: 'made' | 'changed' | 'removed';
}

/** What differs between two looks at a folder. */
export const changesBetween = (before: Snapshot, after: Snapshot): readonly Change[] => {
  const changes: Change[] = [];
  for (const [path, sum] of before) {
    const now = after.get(path);
    if (now === undefined) changes.push({ path, kind: 'removed' });
    else if (now !== sum) changes.push({ path, kind: 'changed' });
  }
  for (const path of after.keys()) if (!before.has(path)) changes.push({ path, kind: 'made' });
  return changes;
};
