/**
 * This project beside its peers, in one run.
 *
 * In: networks, batch sizes, seconds, rounds. Out: the rows of `latent bench --json`. Engines run one after another,
 * never two at once; in `--full` the rounds alternate between them and each row is the median of its rounds.
 */
import { availableParallelism, cpus } from 'node:os';
import type { ImageSet, NetworkSpec, Runtime } from 'latent-plane';
import { defaultThreads, takesImages } from 'latent-plane/internal';
import { counted } from '../console.ts';
import { madeUpImages } from './made-up-images.ts';
import { measureProducts, measureTraining, median } from './own.ts';
import { type PeerEngine, type PeerRow, runPeer } from './peers.ts';

export type BenchEngine = 'latent-plane-node' | 'latent-plane-wasm' | PeerEngine;

export const BENCH_ENGINES: readonly BenchEngine[] = [
  'latent-plane-node',
  'pytorch',
  'latent-plane-wasm',
  'jax-js-wasm',
  'tfjs-wasm',
  'tfjs-cpu',
];

export interface BenchRow {
  readonly engine: BenchEngine;
  readonly version: string;
  readonly model: string;
  readonly batchSize: number;
  /** Null where the engine could not run; `note` says why. */
  readonly imagesPerSecond: number | null;
  /** `latent-plane-node` over this row; null where either is missing. */
  readonly ratio: number | null;
  /** Share of the step that its matrix products alone would take; `latent-plane-node` only. */
  readonly rooflineShare?: number;
  /** Of each round, where there were several. */
  readonly rounds?: readonly number[];
  readonly note?: string;
}

export interface BenchReport {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly platform: string };
  readonly rows: readonly BenchRow[];
}

export interface BenchOptions {
  readonly models: readonly NetworkSpec[];
  readonly batchSizes: readonly number[];
  readonly engines: readonly BenchEngine[];
  /** Bound of each row, in each round. */
  readonly seconds: number;
  readonly rounds: number;
  /** Threads of our native rows; those that a training would take when absent. */
  readonly threads?: number;
  /** Made-up ones stand in for them where a network does not take them. */
  readonly images: ImageSet;
  readonly nodeRuntime: Runtime;
  /** Loaded only when its rows are asked for. */
  readonly wasmRuntime: () => Promise<Runtime>;
  readonly onProgress: (text: string) => void;
}

interface Sample {
  readonly version: string;
  readonly imagesPerSecond: number | null;
  readonly rooflineShare?: number;
  readonly note?: string;
}

/** Of the row's seconds, how much the products get: they settle fast. */
const PRODUCTS_SHARE = 0.5;

const sampleOwn = async (
  engine: BenchEngine,
  spec: NetworkSpec,
  batchSize: number,
  options: BenchOptions,
): Promise<Sample> => {
  const native = engine === 'latent-plane-node';
  const runtime = native ? options.nodeRuntime : await options.wasmRuntime();
  const { seconds, threads = defaultThreads(spec, batchSize, availableParallelism()) } = options;
  const images = takesImages(spec.inputShape, options.images) ? options.images : madeUpImages(spec);
  const { imagesPerSecond } = await measureTraining(spec, batchSize, images, runtime, { seconds, threads });
  if (!native) return { version: runtime.version, imagesPerSecond, note: runtime.name };
  const products = await measureProducts(spec, batchSize, runtime, { seconds: seconds * PRODUCTS_SHARE, threads });
  return {
    version: runtime.version,
    imagesPerSecond,
    rooflineShare: products.milliseconds / ((1000 * batchSize) / imagesPerSecond),
    note: counted(threads, 'thread'),
  };
};

const samplePeer = async (
  engine: PeerEngine,
  spec: NetworkSpec,
  batchSize: number,
  { seconds, images }: BenchOptions,
): Promise<Sample> => {
  const row: PeerRow = await runPeer(engine, spec, batchSize, seconds, { images });
  if ('skipped' in row) return { version: '', imagesPerSecond: null, note: row.skipped };
  const { version, imagesPerSecond, note } = row;
  return { version, imagesPerSecond, ...(note === undefined ? {} : { note }) };
};

const combine = (
  engine: BenchEngine,
  model: string,
  batchSize: number,
  samples: readonly Sample[],
): Omit<BenchRow, 'ratio'> => {
  const rates = samples.flatMap(({ imagesPerSecond }) => imagesPerSecond ?? []);
  const shares = samples.flatMap(({ rooflineShare }) => rooflineShare ?? []);
  const [{ version, note }] = samples;
  return {
    engine,
    version,
    model,
    batchSize,
    imagesPerSecond: rates.length > 0 ? median(rates) : null,
    ...(shares.length > 0 ? { rooflineShare: median(shares) } : {}),
    ...(rates.length > 1 ? { rounds: rates } : {}),
    ...(note === undefined ? {} : { note }),
  };
};

/** Runs all rows. */
export const runBench = async (options: BenchOptions): Promise<BenchReport> => {
  const rows: BenchRow[] = [];
  const cases = options.models.flatMap((model) => options.batchSizes.map((batchSize) => ({ spec: model, batchSize })));
  let done = 0;
  for (const { spec, batchSize } of cases) {
    const samples = new Map<BenchEngine, Sample[]>(options.engines.map((engine) => [engine, []]));
    for (let round = 0; round < options.rounds; round++) {
      for (const [engine, list] of samples) {
        if (list[0]?.imagesPerSecond === null) continue;
        options.onProgress(
          `${done + 1}/${cases.length} ${spec.id}, batch ${batchSize}, round ${round + 1}/${options.rounds}: ${engine}`,
        );
        const own = engine === 'latent-plane-node' || engine === 'latent-plane-wasm';
        list.push(
          own ? await sampleOwn(engine, spec, batchSize, options) : await samplePeer(engine, spec, batchSize, options),
        );
      }
    }
    done += 1;
    const combined = [...samples].map(([engine, list]) => combine(engine, spec.id, batchSize, list));
    const own = combined.find(({ engine }) => engine === 'latent-plane-node')?.imagesPerSecond ?? null;
    rows.push(
      ...combined.map((row) => ({
        ...row,
        ratio: own !== null && row.imagesPerSecond !== null ? own / row.imagesPerSecond : null,
      })),
    );
  }
  const [cpu] = cpus();
  return {
    machine: {
      cpu: cpu?.model.trim() ?? 'unknown',
      cores: cpus().length,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
    },
    rows,
  };
};
