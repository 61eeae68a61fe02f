/**
 * Every command, every argument of it that takes a path, every path that nothing may be written to: over a home with
 * somebody's files, which are the same afterwards, to the sum. Commands and arguments are those of the program itself.
 */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argument, Command, Option } from 'commander';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgram, main } from '../main.ts';
import { describeDataset } from '../runs/data.ts';
import { beginRun } from '../runs/lifecycle.ts';
import { contextOn, smallMnist, tinyConfig, writeIdxFolder } from '../runs/testing.ts';
import { writePlan } from '../sweep/layout.ts';
import { planOf } from '../sweep/plan.ts';
import { declarationOf } from './destination.ts';
import {
  differences,
  type HostilePath,
  hostilePaths,
  type Neighbourhood,
  openNeighbourhood,
  type Snapshot,
  snapshotOf,
} from './testing.ts';

// Whoever may write everywhere may not write there: the tests may run as such a user.
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const accessSync: typeof real.accessSync = (path, mode) => {
    if (/\/project\/locked(\/|$)/.test(String(path)))
      throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', syscall: 'access' });
    real.accessSync(path, mode);
  };
  return { ...real, default: real, accessSync };
});

let place: Neighbourhood;
let before: Snapshot;
let complained = '';
/** Folders of the system that are named to the commands. */
const SYSTEM = ['/', '/dev', '/dev/shm'].filter((folder) => existsSync(folder));
const named = (): string[] => SYSTEM.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
let namedBefore: readonly string[] = [];
const own = (...names: string[]): string => join(place.sandbox, 'own', ...names);

const [home, argument, cwd] = [process.env.HOME, process.argv[1], process.cwd()];

beforeAll(async () => {
  place = await openNeighbourhood();
  await mkdir(own());
  process.env.LATENT_PLANE_CACHE = own('cache');
  const dataset = await smallMnist(200, 20);
  await writeIdxFolder(own('data'), dataset);
  const config = { ...tinyConfig(dataset, { checkpointEvery: 1 }), dataset: describeDataset(own('data'), dataset) };
  await beginRun(own('run'), config, dataset, contextOn(dataset));
  await writePlan(own('sweep'), planOf([]));
  await writeFile(own('sweep.yaml'), `networks: dense-1\ndatasets: ${own('data')}\nepochs: 1\n`);
  // Workers that end at once, should a sweep ever begin.
  await writeFile(own('worker.js'), '');
  process.argv[1] = own('worker.js');
  process.env.HOME = place.home;
  process.chdir(place.project);
  process.stdout.setMaxListeners(0);
  expect(await run(['export', own('run'), '--to', 'keras', '--out', own('model.keras')]), complained).toBe(0);
  before = snapshotOf(place.home);
  namedBefore = named();
});

afterAll(async () => {
  // What other programs put there has other names.
  const ours = /latent|foo|mesh|scatter|encoder|checkpoints|index\.html|(config|sweep)\.json$|\/(runs|data|jobs)$/;
  expect(named().filter((path) => !namedBefore.includes(path) && ours.test(path))).toEqual([]);
  process.chdir(cwd);
  process.env.HOME = home;
  process.argv[1] = argument;
  delete process.env.LATENT_PLANE_CACHE;
  await rm(place.sandbox, { recursive: true, force: true });
});

const silence = (): void => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complained += String(text);
    return true;
  });
};

beforeEach(silence);
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const run = async (words: readonly string[]): Promise<number> => {
  if (!vi.isMockFunction(process.stdout.write)) silence();
  complained = '';
  process.exitCode = undefined;
  return main(words);
};

/** The words of a command that does its work, by argument and option. */
interface Line {
  readonly arguments?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
  /** What else to give, or null to leave away, where this argument or option is tried. */
  readonly instead?: Readonly<Record<string, Line>>;
}

/** A command that is not here fails the test, so that a new one is thought of. */
const lines = (): Readonly<Record<string, Line>> => {
  const run = [own('run')];
  const training = { '--dataset': own('data'), '--epochs': '1', '--threads': '1', '--batch-size': '50' };
  const tuning = { ...training, '--decoder': 'dense-1' };
  const attach = { '--attach': '', '--out': own('sweep') };
  return {
    explore: { arguments: run, options: { '--export': own('out') } },
    zoo: {},
    summary: { arguments: run },
    new: { arguments: [own('net.yaml')], options: { '--from': 'dense-1' } },
    train: {
      arguments: ['dense-1'],
      options: { ...training, '--out': own('out') },
      instead: { '--resume': { options: training } },
    },
    'tune-decoder': {
      arguments: run,
      options: { ...tuning, '--out': own('out') },
      instead: { '--resume': { options: tuning } },
    },
    sweep: {
      arguments: [own('sweep.yaml')],
      options: { '--out': own('out'), '--workers': '1' },
      instead: {
        '--collect': { arguments: [], options: { '--out': own('sweep') } },
        '--csv': { arguments: [], options: attach },
        '--grid': { arguments: [], options: { '--out': own('out') } },
      },
    },
    worker: { options: {}, instead: { '--scratch': { options: { '--nats': 'nats://127.0.0.1:1' } } } },
    evaluate: { arguments: run },
    diagnose: { arguments: run },
    compare: { arguments: run },
    plane: { arguments: run, options: { '--size': '2', '--out': own('out') } },
    evolve: { arguments: run, options: { '--out': own('out') } },
    encode: { arguments: run, options: { '--out': own('out.csv') } },
    decode: { arguments: run, options: { '--at': '0,0', '--out': own('out.png') } },
    traverse: { arguments: run, options: { '--steps': '2', '--out': own('out.npy') } },
    interpolate: { arguments: run, options: { '--from': '0,0', '--to': '1,1', '--out': own('out.npy') } },
    reconstruct: {
      arguments: [own('run'), own('data')],
      options: { '--out': own('out') },
      instead: { '--dataset': { arguments: run, options: { '--out': own('out.png') } } },
    },
    attribute: { arguments: run, options: { '--image': '0', '--plus': 'class:1', '--out': own('out.png') } },
    clusters: { arguments: run, options: { '--out': own('out') } },
    nearest: { arguments: run, options: { '--image': '0', '--out': own('out.png') } },
    anomalies: { arguments: run, options: { '--out': own('out') } },
    sample: { arguments: run, options: { '--out': own('out.png') } },
    import: { arguments: [own('model.keras')], options: { '--out': own('out') } },
    export: { arguments: run, options: { '--to': 'onnx', '--out': own('out') } },
    data: { arguments: [own('data')] },
    'data pack': { arguments: [own('data')], options: { '--out': own('out') } },
    doctor: {},
    bench: {},
  };
};

/** Name a server and what it takes: nothing is done before it has answered. */
const OF_SERVERS = ['--host', '--nats', '--nats-creds', '--nats-ca', '--sweep'];
/** Continue to hours of work, or to a server, where nothing keeps them. */
const NOT_CARRIED_OUT = ['sweep --out', 'worker --scratch'];

interface Slot {
  readonly command: Command;
  /** `--out`, or the name of an argument. */
  readonly name: string;
  /** What it was declared to write; undefined for one that only reads. */
  readonly writes?: string;
  /** Endings of the files that it takes; null for a folder. */
  readonly endings: readonly (string | null)[];
}

const accepts = (parse: unknown, text: string): boolean => {
  if (typeof parse !== 'function') return true;
  try {
    parse(text, undefined);
    return true;
  } catch {
    return false;
  }
};

/** An argument or option that a path can be given to; null of any other. */
const slotOf = (command: Command, name: string, item: Option | Argument): Slot | null => {
  const { parseArg } = item;
  const declared = declarationOf(parseArg);
  if (declared === undefined) return accepts(parseArg, own('free')) ? { command, name, endings: [null] } : null;
  const { writes, endings } = declared;
  return { command, name, writes, endings: writes === 'file' ? endings : [null, ...endings] };
};

const slotsOf = (command: Command): readonly Slot[] => {
  const options = command.options.filter(
    ({ required, optional, long }) => (required || optional) && !OF_SERVERS.includes(long ?? ''),
  );
  return [
    ...command.registeredArguments.map((item) => slotOf(command, item.name(), item)),
    ...options.map((item) => slotOf(command, item.long ?? item.flags, item)),
  ].filter((slot) => slot !== null);
};

/** Formats of a single file, each named after its ending; any other path is a folder's. */
const FORMATS_OF_FILES = ['keras', 'safetensors', 'onnx'];

const wordsOf = ({ command, name, endings }: Slot, value: string): string[] => {
  const line = lines()[nameOf(command)] ?? {};
  const { arguments: given = line.arguments ?? [], options = line.options ?? {} } = line.instead?.[name] ?? line;
  const isOption = name.startsWith('--');
  const all: Record<string, string> = isOption ? { ...options, [name]: value } : { ...options };
  const out = all['--out'];
  // A format goes with the ending of its file.
  if (command.name() === 'export' && name === '--out')
    all['--to'] =
      FORMATS_OF_FILES.find((format) => endings.includes(`.${format}`) && out?.endsWith(`.${format}`)) ??
      'pytorch-code';
  const words = Object.entries(all).flatMap(([option, text]) =>
    text === '' && option !== name ? [option] : [option, text],
  );
  return [...nameOf(command).split(' '), ...(isOption ? given : [value]), ...words];
};

const shown = (words: readonly string[]): string =>
  JSON.stringify(words.map((word) => (word.length > 90 ? `${word.slice(0, 40)}...` : word)));

interface Attempt {
  readonly refused: boolean;
  /** Nothing may come to be where it points to, whether it is refused or not. */
  readonly reads?: boolean;
}

/** Runs a line, checks that nothing was lost, and takes away what it made. @returns its exit code. */
const tried = async (words: readonly string[], { refused, reads = false }: Attempt): Promise<number> => {
  const code = await run(words);
  const after = snapshotOf(place.home);
  const { lost, added } = differences(before, after);
  expect(lost, shown(words)).toEqual([]);
  expect([0, 1, 2], `${shown(words)}: ${complained}`).toContain(code);
  if (code !== 0 || reads) expect(added, `${shown(words)}: ${complained}`).toEqual([]);
  if (refused) expect(code, `${shown(words)}: ${complained}`).toBe(2);
  if (code === 2) {
    expect(complained, shown(words)).toMatch(/^(.*\n)*error: (?!internal|system)[a-z0-9-]+: .+/);
    expect(complained, shown(words)).not.toMatch(/^ {4}at /m);
  }
  for (const path of [...added].reverse()) await rm(join(place.home, path), { recursive: true, force: true });
  for (const name of await readdir(own())) if (name.startsWith('out')) await rm(own(name), { recursive: true });
  return code;
};

/** Those below another one too. */
const commands: readonly Command[] = (await createProgram()).commands.flatMap((command) => [
  command,
  ...command.commands,
]);

const nameOf = (command: Command): string =>
  command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name();

describe('a path that nothing may be written to', () => {
  it('is tried with every command there is', () => {
    expect(commands.map(nameOf).sort()).toEqual(Object.keys(lines()).sort());
  });

  it('of a command that writes is refused, and nothing is lost or left', async () => {
    let [lineCount, carriedOut] = [0, 0];
    const slots = commands.flatMap(slotsOf).filter(({ writes }) => writes !== undefined);
    const worked = new Set<string>();
    for (const slot of slots) {
      const label = `${nameOf(slot.command)} ${slot.name}`;
      const paths = new Map<string, HostilePath>();
      // A name without the ending of a file is a folder's, where either is taken.
      for (const ending of [...slot.endings].reverse())
        for (const each of hostilePaths(place, ending)) paths.set(each.path, each);
      for (const { path, refused } of paths.values()) {
        if (!refused && NOT_CARRIED_OUT.includes(label)) continue;
        const code = await tried(wordsOf(slot, path), { refused });
        if (code === 2 && path.trim() === '') expect(complained).toContain(slot.name);
        lineCount += 1;
        if (code === 0) {
          carriedOut += 1;
          worked.add(label);
        }
      }
    }
    const verbs = new Set(slots.map(({ command }) => command.name())).size;
    console.info(
      `${verbs} commands that write, ${slots.length} arguments: ${lineCount} command lines, ${lineCount - carriedOut} refused, ${carriedOut} run beside somebody's files, 0 files changed`,
    );
    expect(slots.length).toBeGreaterThan(15);
    // The test would see nothing if every line failed for another reason.
    for (const label of [
      'train --out',
      'plane --out',
      'encode --out',
      'decode --out',
      'import --out',
      'export --out',
      'sweep --collect',
      'compare --csv',
    ])
      expect(worked).toContain(label);
  }, 600_000);

  it('of a command that reads changes nothing, and is wrong input at most', async () => {
    const slots = commands.flatMap(slotsOf).filter(({ writes }) => writes === undefined);
    let lineCount = 0;
    for (const slot of slots)
      for (const { path } of hostilePaths(place, null)) {
        expect(
          await tried(wordsOf(slot, path), { refused: false, reads: true }),
          `${shown(wordsOf(slot, path))}: ${complained}`,
        ).not.toBe(1);
        lineCount += 1;
      }
    const verbs = new Set(slots.map(({ command }) => command.name())).size;
    console.info(`${verbs} commands that read, ${slots.length} arguments: ${lineCount} command lines, 0 files changed`);
    expect(lineCount).toBeGreaterThan(500);
  }, 600_000);

  it('of the cache is refused, and one of its own is not', async () => {
    let lineCount = 0;
    for (const { path, refused } of hostilePaths(place, null)) {
      // No process can be given a NUL in its environment; what is no variable is not set; a file is found as it is used.
      if (path.includes('\0') || path === '' || /^(notes|locked|\/dev\/shm|link-circle\/)/.test(path)) continue;
      process.env.LATENT_PLANE_CACHE = path;
      await tried(['data', '--json'], { refused });
      lineCount += 1;
    }
    process.env.LATENT_PLANE_CACHE = own('cache');
    console.info(`LATENT_PLANE_CACHE: ${lineCount} paths, 0 files changed`);
  });
});
