/**
 * What the tests of destinations share: a home with somebody's files, paths that nothing may be written to, and the sums
 * of what lies below a folder. Not part of the program.
 */
import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sha256Of } from './sha256.ts';

/** Path to what is there: the sum of a file, where a link leads, `folder`. */
export type Snapshot = ReadonlyMap<string, string>;

/** Sums by path and what the system says of the file; no write leaves the time of change as it was. */
const sums = new Map<string, { readonly status: string; readonly sum: string }>();

const sumOfFile = (path: string, { ino, size, ctimeNs }: BigIntStats): string => {
  const status = `${ino} ${size} ${ctimeNs}`;
  const known = sums.get(path);
  if (known?.status === status) return known.sum;
  const sum = sha256Of(readFileSync(path));
  sums.set(path, { status, sum });
  return sum;
};

export const snapshotOf = (folder: string): Snapshot => {
  const entries: (readonly [string, string])[] = [];
  const visit = (within: string): void => {
    for (const name of readdirSync(join(folder, within)).sort()) {
      const path = join(folder, within, name);
      const status = lstatSync(path, { bigint: true });
      const what = status.isSymbolicLink()
        ? `link to ${readlinkSync(path)}`
        : status.isDirectory()
          ? 'folder'
          : sumOfFile(path, status);
      entries.push([join(within, name), what]);
      if (status.isDirectory()) visit(join(within, name));
    }
  };
  visit('');
  return new Map(entries);
};

/** Paths that are there no more or otherwise, and paths that came. */
export const differences = (before: Snapshot, after: Snapshot) => ({
  lost: [...before].filter(([path, what]) => after.get(path) !== what).map(([path]) => path),
  added: [...after.keys()].filter((path) => !before.has(path)),
});

/** Contents that are none of ours, though their names are. */
const SOMEBODYS: Readonly<Record<string, string>> = {
  'README.md': '# Mine\n',
  'config.json': '{"name": "mine"}\n',
  'metrics.json': '{}\n',
  'history.jsonl': 'mine\n',
  'weights.safetensors': 'mine',
  'sweep.json': '{"sweep": "mine"}\n',
  'workers.log': 'mine\n',
  'index.html': '<title>Mine</title>\n',
  'model.json': '{}\n',
  'encoder.onnx': 'mine',
  'mesh.png': 'mine',
  'plane.gif': 'mine',
  '.latent-plane-site': 'mine',
  CNAME: 'mine.example\n',
  'photo.jpg': 'mine',
  '.git/HEAD': 'ref: refs/heads/main\n',
  '.git/config': '[core]\n',
  'checkpoints/last.safetensors': 'mine',
  'charts/training-curves.svg': '<svg/>\n',
  'runs/notes.txt': 'mine',
};

const write = async (folder: string, files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
};

export interface Neighbourhood {
  /** Holds all the others. */
  readonly sandbox: string;
  readonly home: string;
  /** Two folders below the home. */
  readonly project: string;
}

/** Endings of the files that commands write. */
export const ENDINGS = ['.csv', '.npy', '.png', '.svg', '.gif', '.keras', '.onnx', '.safetensors', '.yaml', '.yml'];

/** A home in whose `work/project` somebody's files lie, links among them, and a folder `locked`. */
export const openNeighbourhood = async (): Promise<Neighbourhood> => {
  const sandbox = await mkdtemp(join(tmpdir(), 'latent-plane-paths-'));
  const home = join(sandbox, 'home');
  const project = join(home, 'work', 'project');
  await write(home, { '.profile': 'mine\n', 'work/other/notes.txt': 'mine\n' });
  await write(project, SOMEBODYS);
  await write(join(project, 'mine'), SOMEBODYS);
  await write(project, { 'notes.txt': 'mine\n', 'node_modules/pkg/index.js': 'mine\n', 'locked/notes.txt': 'mine\n' });
  for (const ending of ENDINGS) {
    await write(project, { [`mine${ending}`]: `mine, ${ending}\n` });
    await symlink(`mine${ending}`, join(project, `link-mine${ending}`));
  }
  for (const [name, to] of [
    ['link-here', '.'],
    ['link-above', '..'],
    ['link-home', home],
    ['link-git', '.git'],
    ['link-mine', 'mine'],
    ['link-nowhere', 'nowhere'],
    ['link-circle', 'link-circle'],
  ])
    await symlink(to, join(project, name));
  await chmod(join(project, 'locked'), 0o555);
  return { sandbox, home, project };
};

export interface HostilePath {
  readonly path: string;
  /** Every command must refuse it, whatever else it is given. */
  readonly refused: boolean;
}

/** By what nothing may be written, whether a file or a folder was asked for. */
const nowhere = ({ home, project }: Neighbourhood, ending: string): readonly string[] => [
  ...['', ' ', '\t', '.', './', 'mine/..', project, `${project}/`, `${project}/.`, 'link-here', 'link-here/'],
  ...['..', '../', dirname(project), '../..', home, 'link-above', 'link-home', '/', '//', '/..'],
  ...[
    '/proc',
    `/proc/foo${ending}`,
    '/proc/self/cwd',
    `/sys/foo${ending}`,
    '/dev/null',
    '/dev/shm',
    `/dev/foo${ending}`,
  ],
  ...['node_modules', `node_modules/new${ending}`, `node_modules/pkg/new${ending}`, `Node_Modules/new${ending}`],
  ...['.git', `.git/new${ending}`, `link-git/new${ending}`, `mine/../.git/new${ending}`],
  ...['link-nowhere', 'link-circle', `link-circle/new${ending}`, `locked/new${ending}`],
  ...[
    `${'x'.repeat(300)}${ending}`,
    `${'\u00e9'.repeat(140)}${ending}`,
    `${'deep/'.repeat(900)}x${ending}`,
    `a\0b${ending}`,
  ],
  ...['notes.txt', 'notes.txt/', `notes.txt/new${ending}`],
];

/** @param ending - with the dot, of a file; null for a folder. */
export const hostilePaths = (place: Neighbourhood, ending: string | null): readonly HostilePath[] => {
  const refused =
    ending === null
      ? nowhere(place, '')
      : [
          ...nowhere(place, ending),
          'mine',
          'mine/',
          `mine${ending}`,
          `link-mine${ending}`,
          `mine${ending}/`,
          `no/such/x${ending}`,
        ];
  const open = ending === null ? ['mine', 'mine/', 'link-mine', 'mine/new', 'new/folder'] : [`mine/new${ending}`];
  return [...refused.map((path) => ({ path, refused: true })), ...open.map((path) => ({ path, refused: false }))];
};
