/**
 * This project beside its peers, in one run.
 *
 * In: networks with their batch sizes, seconds, rounds. Out: the rows of `latent bench --json`. Engines run one after
 * another, never two at once; the rounds alternate between them and each row is the median of its rounds.
 */
import { availableParallelism, cpus } from 'node:os';
import type { ImageSet, NetworkSpec, Runtime } from 'latent-plane';
import { defaultThreads, takesImages } from 'latent-plane/internal';
import { counted } from '../console.ts';
import { packageVersion } from '../places.ts';
import { madeUpImages } from './made-up-images.ts';
import { measureTraining } from './own.ts';
import { PEER_ENGINES, type PeerEngine, type PeerRow, runPeer, runsInPython } from './peers.ts';
import { measurePeak, measureProducts, median } from './products.ts';

export type BenchEngine = 'latent-plane-node' | 'latent-plane-wasm' | PeerEngine;

/** In the order of the rows. */
export const BENCH_ENGINES: readonly BenchEngine[] = [
  'latent-plane-node',
  ...PEER_ENGINES.filter(runsInPython),
  'latent-plane-wasm',
  ...PEER_ENGINES.filter((engine) => !runsInPython(engine)),
];

/** Those that train natively: ours and what a user would install. */
export const NATIVE_ENGINES: readonly BenchEngine[] = ['latent-plane-node', ...PEER_ENGINES.filter(runsInPython)];

export interface BenchRow {
  readonly engine: BenchEngine;
  readonly version: string;
  readonly model: string;
  readonly batchSize: number;
  /** Null where the engine could not run; `note` says why. */
  readonly imagesPerSecond: number | null;
  /** `latent-plane-node` over this row; null where either is missing. */
  readonly ratio: number | null;
  /** What the step's products, each in its fastest form and alone, take of its time; `latent-plane-node` only. */
  readonly productsShare?: number;
  /** The step's operations a second over those of the processor (`machine.peakGigaflops`); `latent-plane-node` only. */
  readonly peakShare?: number;
  /** Of each round, where there were several. */
  readonly rounds?: readonly number[];
  /** The slowest and the fastest of them. */
  readonly spread?: readonly [number, number];
  readonly note?: string;
}

export interface BenchReport {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly node: string;
    readonly platform: string;
    /** Billions of operations a second of the largest product that ONNX Runtime does best; null where we have no row. */
    readonly peakGigaflops: number | null;
  };
  /** Of this project, and of every engine that ran. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly BenchRow[];
}

/** A network and how many images a step of it takes. */
export interface BenchCase {
  readonly spec: NetworkSpec;
  readonly batchSize: number;
}

export interface BenchOptions {
  readonly cases: readonly BenchCase[];
  readonly engines: readonly BenchEngine[];
  /** Bound of each row, in each round. */
  readonly seconds: number;
  readonly rounds: number;
  /** Threads of our native rows; those that a training would take when absent. */
  readonly threads?: number;
  /** Made-up ones stand in for them where a network does not take them. */
  readonly images: ImageSet;
  /** Runs the peers in Python; the one of `npm run bench:setup` when absent. */
  readonly python?: string;
  readonly nodeRuntime: Runtime;
  /** Loaded only when its rows are asked for. */
  readonly wasmRuntime: () => Promise<Runtime>;
  readonly onProgress: (text: string) => void;
}

interface Shares {
  readonly productsShare: number;
  readonly peakShare: number;
}

interface Sample {
  readonly version: string;
  readonly imagesPerSecond: number | null;
  readonly shares?: Shares;
  readonly note?: string;
}

/** Of the row's seconds, how much the products get: they settle fast. */
const PRODUCTS_SHARE = 0.5;

/** The images that all engines train a network on. */
const imagesFor = ({ spec }: BenchCase, { images }: BenchOptions): ImageSet =>
  takesImages(spec.inputShape, images) ? images : madeUpImages(spec);

const sharesOf = async (
  { spec, batchSize }: BenchCase,
  { threads, imagesPerSecond, peak }: { threads: number; imagesPerSecond: number; peak: number },
  { seconds, nodeRuntime }: BenchOptions,
): Promise<Shares> => {
  const timing = { seconds: seconds * PRODUCTS_SHARE, threads };
  const { milliseconds, flops } = await measureProducts(spec, batchSize, nodeRuntime, timing);
  const stepMs = (1000 * batchSize) / imagesPerSecond;
  return { productsShare: milliseconds / stepMs, peakShare: flops / stepMs / 1e6 / peak };
};

const sampleOwn = async (
  engine: BenchEngine,
  one: BenchCase,
  images: ImageSet,
  peak: number | null,
  options: BenchOptions,
): Promise<Sample> => {
  const runtime = engine === 'latent-plane-node' ? options.nodeRuntime : await options.wasmRuntime();
  const { version } = runtime;
  const { spec, batchSize } = one;
  const { seconds, threads = defaultThreads(spec, batchSize, availableParallelism()) } = options;
  const { imagesPerSecond } = await measureTraining(spec, batchSize, images, runtime, { seconds, threads });
  if (peak === null || engine !== 'latent-plane-node') return { version, imagesPerSecond, note: runtime.name };
  const shares = await sharesOf(one, { threads, imagesPerSecond, peak }, options);
  return { version, imagesPerSecond, shares, note: counted(threads, 'thread') };
};

const samplePeer = async (
  engine: PeerEngine,
  { spec, batchSize }: BenchCase,
  images: ImageSet,
  { seconds, python }: BenchOptions,
): Promise<Sample> => {
  const row: PeerRow = await runPeer(engine, spec, batchSize, seconds, { images, python });
  if ('skipped' in row) return { version: '', imagesPerSecond: null, note: row.skipped };
  const { version, imagesPerSecond, note } = row;
  return { version, imagesPerSecond, ...(note === undefined ? {} : { note }) };
};

/** The rounds of one engine as a row. */
export const combineRounds = (
  samples: readonly Sample[],
): Omit<BenchRow, 'ratio' | 'engine' | 'model' | 'batchSize'> => {
  const rates = samples.flatMap(({ imagesPerSecond }) => imagesPerSecond ?? []);
  const shares = samples.flatMap((sample) => sample.shares ?? []);
  const [{ version, note }] = samples;
  return {
    version,
    imagesPerSecond: rates.length > 0 ? median(rates) : null,
    ...(shares.length > 0
      ? {
          productsShare: median(shares.map(({ productsShare }) => productsShare)),
          peakShare: median(shares.map(({ peakShare }) => peakShare)),
        }
      : {}),
    ...(rates.length > 1 ? { rounds: rates, spread: [Math.min(...rates), Math.max(...rates)] as const } : {}),
    ...(note === undefined ? {} : { note }),
  };
};

/** The rows of one network and batch size. */
const runCase = async (
  one: BenchCase,
  peak: number | null,
  options: BenchOptions,
  onProgress: (text: string) => void,
): Promise<BenchRow[]> => {
  const { spec, batchSize } = one;
  const images = imagesFor(one, options);
  const samples = new Map<BenchEngine, Sample[]>(options.engines.map((engine) => [engine, []]));
  for (let round = 0; round < options.rounds; round++) {
    for (const [engine, list] of samples) {
      if (list[0]?.imagesPerSecond === null) continue;
      onProgress(`${spec.id}, batch ${batchSize}, round ${round + 1}/${options.rounds}: ${engine}`);
      list.push(
        engine === 'latent-plane-node' || engine === 'latent-plane-wasm'
          ? await sampleOwn(engine, one, images, peak, options)
          : await samplePeer(engine, one, images, options),
      );
    }
  }
  const rows = [...samples].map(([engine, list]) => ({
    engine,
    model: spec.id,
    batchSize,
    ...combineRounds(list),
  }));
  const own = rows.find(({ engine }) => engine === 'latent-plane-node')?.imagesPerSecond ?? null;
  return rows.map(({ engine, ...row }) => {
    const ratio = own !== null && row.imagesPerSecond !== null ? own / row.imagesPerSecond : null;
    return { engine, ...row, ratio };
  });
};

/** Runs all rows. */
export const runBench = async (options: BenchOptions): Promise<BenchReport> => {
  const { cases, engines, onProgress } = options;
  const peak = engines.includes('latent-plane-node')
    ? await measurePeak(options.nodeRuntime, { seconds: options.seconds, threads: availableParallelism() })
    : null;
  const rows: BenchRow[] = [];
  for (const [i, one] of cases.entries())
    rows.push(...(await runCase(one, peak, options, (text) => onProgress(`${i + 1}/${cases.length} ${text}`))));
  const [cpu] = cpus();
  return {
    machine: {
      cpu: cpu?.model.trim() ?? 'unknown',
      cores: cpus().length,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      peakGigaflops: peak,
    },
    versions: {
      'latent-plane': packageVersion(),
      ...Object.fromEntries(rows.flatMap(({ engine, version }) => (version === '' ? [] : [[engine, version]]))),
    },
    rows,
  };
};
