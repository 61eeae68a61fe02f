/**
 * `latent bench`: training throughput of this project beside its peers, on this machine, in one run.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Command } from 'commander';
import type { NetworkSpec, Runtime } from 'latent-plane';
import { inputError } from 'latent-plane/internal';
import { nodeRuntime } from 'latent-plane/node';
import { createWebRuntime } from 'latent-plane/web';
import { BENCH_ENGINES, type BenchEngine, type BenchReport, type BenchRow, runBench } from '../bench/bench.ts';
import { note, print, printJson } from '../console.ts';
import { loadDataset } from '../data/index.ts';
import { findNetworkArgument } from '../networks/find.ts';
import { numberAbove, wholeNumber } from '../options.ts';
import { broken, tableLines, terminalColumns } from '../tables.ts';

interface BenchFlags {
  readonly model: readonly string[];
  readonly batchSize: readonly number[];
  readonly engine: readonly string[];
  readonly seconds?: number;
  readonly rounds?: number;
  readonly threads?: number;
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

const rate = (value: number | null): string => (value === null ? '-' : Math.round(value).toLocaleString('en-US'));

const cellsOf = ({ engine, model, batchSize, imagesPerSecond, ratio, rooflineShare }: BenchRow): string[] => [
  engine,
  model,
  String(batchSize),
  rate(imagesPerSecond),
  ratio === null ? '-' : `${ratio.toFixed(2)}x`,
  rooflineShare === undefined ? '' : rooflineShare.toFixed(2),
];

const ALIGNS = ['left', 'left', 'right', 'right', 'right', 'right'] as const;

const line = (row: BenchRow): string => {
  const [engine, model, batchSize, imagesPerSecond, ratio, roofline] = cellsOf(row);
  return [
    model.padEnd(12),
    batchSize.padStart(5),
    `  ${engine.padEnd(18)}`,
    imagesPerSecond.padStart(11),
    ratio.padStart(9),
    roofline.padStart(10),
  ].join(' ');
};

const report = ({ machine, rows }: BenchReport): string => {
  const skipped = new Map(
    rows.flatMap(({ engine, note: why, imagesPerSecond }) =>
      imagesPerSecond === null && why ? [[engine, why] as const] : [],
    ),
  );
  const wide = `${'model'.padEnd(12)} ${'batch'.padStart(5)}   ${'engine'.padEnd(18)} ${'images/s'.padStart(10)} ${'we are'.padStart(9)} ${'roofline'.padStart(10)}`;
  const table =
    wide.length <= terminalColumns()
      ? [wide, ...rows.map(line)]
      : tableLines([['engine', 'model', 'batch', 'images/s', 'we are', 'roofline'], ...rows.map(cellsOf)], ALIGNS);
  return [
    ...broken(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.platform}`),
    '',
    ...table,
    ...[...skipped].flatMap(([engine, why]) => broken(`${engine}: ${why}`)),
  ].join('\n');
};

export const benchCommand = (): Command =>
  new Command('bench')
    .description('measure training beside TensorFlow.js, jax-js and PyTorch, in one run')
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
    .option('--full', 'three networks, batches 32, 256 and 2048, five rounds (about an hour)')
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      '\nExample:\n  npx latent bench --model dense-1 --batch-size 256 --seconds 5\n  npx latent bench --model examples/keras-vae.yaml --batch-size 128 --engine latent-plane-node',
    )
    .action(async (flags: BenchFlags) => {
      const { full = false } = flags;
      const usual = full ? ['dense-1', 'convdense-2', 'convdense-3'] : ['dense-1', 'convdense-2'];
      const models: NetworkSpec[] = [];
      for (const argument of flags.model.length > 0 ? flags.model : usual)
        models.push((await findNetworkArgument(argument)).spec);
      const dataset = await loadDataset('mnist');
      const result = await runBench({
        models,
        batchSizes: flags.batchSize.length > 0 ? flags.batchSize : full ? [32, 256, 2048] : [32, 256],
        engines:
          flags.engine.length > 0 ? BENCH_ENGINES.filter((engine) => flags.engine.includes(engine)) : BENCH_ENGINES,
        seconds: flags.seconds ?? (full ? 10 : 3),
        rounds: flags.rounds ?? (full ? 5 : 1),
        threads: flags.threads,
        images: dataset.train,
        nodeRuntime,
        wasmRuntime: wasmInNode,
        onProgress: note,
      });
      if (flags.json) printJson(result);
      else print(report(result));
    });
