/**
 * `latent bench`: training throughput of this project beside its peers, on this machine, in one run.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Runtime } from 'latent-plane';
import { inputError } from 'latent-plane/internal';
import { nodeRuntime } from 'latent-plane/node';
import { createWebRuntime } from 'latent-plane/web';
import {
  BENCH_ENGINES,
  type BenchCase,
  type BenchEngine,
  type BenchReport,
  type BenchRow,
  NATIVE_ENGINES,
  runBench,
} from '../bench/bench.ts';
import { canRun } from '../bench/peers.ts';
import { note, print, printJson } from '../console.ts';
import { loadDataset } from '../data/index.ts';
import { shownPath } from '../files/read-error.ts';
import { findNetworkArgument } from '../networks/find.ts';
import { numberAbove, wholeNumber } from '../options.ts';
import { cloneFolder } from '../places.ts';
import { broken, tableLines, terminalColumns } from '../tables.ts';

interface BenchFlags {
  readonly model: readonly string[];
  readonly batchSize: readonly number[];
  readonly engine: readonly string[];
  readonly seconds?: number;
  readonly rounds?: number;
  readonly threads?: number;
  readonly python?: string;
  readonly full?: boolean;
  readonly json?: boolean;
}

const collect =
  <T>(parse: (text: string) => T) =>
  (text: string, list: readonly T[]): readonly T[] => [...list, parse(text)];

const engineNamed = (text: string): BenchEngine => {
  const found = BENCH_ENGINES.find((engine) => engine === text);
  if (!found)
    throw inputError('invalid-option', {
      at: { option: '--engine' },
      expected: `one of ${BENCH_ENGINES.join(', ')}`,
      got: `"${text}"`,
    });
  return found;
};

/** The WebAssembly engine in Node: its file comes from the package, not from a server. */
const wasmInNode = async (): Promise<Runtime> => {
  const path = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  return createWebRuntime({ backend: 'wasm', threads: 1, files: new Uint8Array(await readFile(path)) });
};

/** Networks with their batch sizes; a file is one of a clone of this project. */
type Rows = readonly (readonly [network: string, batchSizes: readonly number[]])[];

const USUAL: Rows = [
  ['dense-1', [32, 256]],
  ['convdense-2', [32, 256]],
];

const FULL: Rows = [
  ['dense-1', [32, 256, 2048]],
  ['convdense-2', [32, 256]],
  ['convdense-3', [256]],
  ['examples/keras-vae.yaml', [128]],
  ['examples/vanilla-vae.yaml', [64]],
  ['examples/residual-vae.yaml', [128]],
  ['bench/networks/code-32.yaml', [128]],
];

/** Batch sizes of networks that were named without any. */
const BATCH_SIZES: readonly number[] = [32, 256];

/** What is measured: what was asked for, else the usual rows or all. */
const casesOf = async ({ model, batchSize, full = false }: BenchFlags): Promise<readonly BenchCase[]> => {
  const asked: Rows = model.map((network) => [network, BATCH_SIZES]);
  const own = (full ? FULL : USUAL).flatMap(([network, sizes]) => {
    if (!network.includes('/')) return [[network, sizes] as const];
    return cloneFolder === undefined ? [] : [[join(cloneFolder, network), sizes] as const];
  });
  const cases: BenchCase[] = [];
  for (const [network, sizes] of asked.length > 0 ? asked : own) {
    const { spec } = await findNetworkArgument(network);
    cases.push(...(batchSize.length > 0 ? batchSize : sizes).map((size) => ({ spec, batchSize: size })));
  }
  return cases;
};

const enginesOf = ({ engine, full = false }: BenchFlags): readonly BenchEngine[] => {
  if (engine.length > 0) return BENCH_ENGINES.filter((known) => engine.includes(known));
  return full ? NATIVE_ENGINES : BENCH_ENGINES;
};

const rate = (value: number | null): string => (value === null ? '-' : Math.round(value).toLocaleString('en-US'));

const share = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(2));

const HEADERS = ['engine', 'model', 'batch', 'images/s', 'we are', 'products', 'peak'] as const;
const ALIGNS = ['left', 'left', 'right', 'right', 'right', 'right', 'right'] as const;
const WIDTHS = [21, 12, 5, 9, 7, 8, 4] as const;

const cellsOf = ({
  engine,
  model,
  batchSize,
  imagesPerSecond,
  ratio,
  productsShare,
  peakShare,
}: BenchRow): string[] => [
  engine,
  model,
  String(batchSize),
  rate(imagesPerSecond),
  ratio === null ? '-' : `${ratio.toFixed(2)}x`,
  share(productsShare),
  share(peakShare),
];

const line = (cells: readonly string[]): string =>
  cells
    .map((cell, i) => (ALIGNS[i] === 'left' ? cell.padEnd(WIDTHS[i]) : cell.padStart(WIDTHS[i])))
    .join('  ')
    .trimEnd();

const report = ({ machine, rows }: BenchReport): string => {
  const skipped = new Map(
    rows.flatMap(({ engine, model, note: why, imagesPerSecond }) =>
      imagesPerSecond === null && why ? [[`${engine}: ${why}`, `${engine}, ${model}: ${why}`] as const] : [],
    ),
  );
  const head = line(HEADERS);
  const table =
    head.length <= terminalColumns()
      ? [head, ...rows.map((row) => line(cellsOf(row)))]
      : tableLines([HEADERS, ...rows.map(cellsOf)], ALIGNS);
  const peak = machine.peakGigaflops === null ? '' : `, ${Math.round(machine.peakGigaflops)} GFLOP/s`;
  return [
    ...broken(`${machine.cpu}, ${machine.cores} cores${peak}, Node ${machine.node}, ${machine.platform}`),
    '',
    ...table,
    ...[...skipped.values()].flatMap((why) => broken(why)),
  ].join('\n');
};

/** @throws LatentError (input) `no-python` before anything is measured. */
const requirePython = async (program: string): Promise<void> => {
  if (await canRun(program)) return;
  throw inputError('no-python', {
    at: { subject: '--python' },
    expected: 'a Python that has the peers',
    got: `"${shownPath(program)}", which does not run`,
    hint: 'leave it out, and set the peers up with: npm run bench:setup',
  });
};

export const benchCommand = (): Command =>
  new Command('bench')
    .description('measure training beside PyTorch, JAX, Keras, TensorFlow.js and jax-js, in one run')
    .option(
      '--model <network>',
      'network of the zoo or of a file; may be repeated',
      collect((argument) => argument),
      [],
    )
    .option('--batch-size <n>', 'may be repeated', collect(wholeNumber('--batch-size', { min: 1, max: 60_000 })), [])
    .option('--engine <name>', `one of ${BENCH_ENGINES.join(', ')}; may be repeated`, collect(engineNamed), [])
    .option('--seconds <s>', 'bound of each row', numberAbove('--seconds', 0, 600))
    .option(
      '--rounds <n>',
      'alternating rounds; each row is their median',
      wholeNumber('--rounds', { min: 1, max: 99 }),
    )
    .option(
      '--threads <n>',
      'threads of our native engine (default: as many as train takes)',
      wholeNumber('--threads', { min: 1, max: 256 }),
    )
    .option('--python <program>', 'runs the peers in Python (default: the one of `npm run bench:setup`)')
    .option('--full', 'seven networks, ours and the peers in Python, five rounds (some hours)')
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      '\nExample:\n  npx latent bench --model dense-1 --batch-size 256 --seconds 5\n  npx latent bench --model examples/keras-vae.yaml --batch-size 128 --engine latent-plane-node',
    )
    .action(async (flags: BenchFlags) => {
      const { full = false, python } = flags;
      if (python !== undefined) await requirePython(python);
      const cases = await casesOf(flags);
      const dataset = await loadDataset('mnist');
      const result = await runBench({
        cases,
        engines: enginesOf(flags),
        seconds: flags.seconds ?? (full ? 5 : 3),
        rounds: flags.rounds ?? (full ? 5 : 1),
        threads: flags.threads,
        python,
        images: dataset.train,
        nodeRuntime,
        wasmRuntime: wasmInNode,
        onProgress: note,
      });
      if (flags.json) printJson(result);
      else print(report(result));
    });
