/** The figures that lie in the project's folder, checked: what runs and sweeps wrote there. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { findingMarkSchema } from '../packages/core/src/diagnosis/index.ts';
import { baselinesSchema } from '../packages/core/src/evaluation/index.ts';
import { recipeWithCurrentNames } from '../packages/core/src/network/index.ts';
import { root } from './setup.mjs';

/** A path below the project's folder. */
export const at = (...parts: readonly string[]): string => join(root, ...parts);

export const write = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
};
export const writeJson = (path: string, value: unknown): void => write(path, `${JSON.stringify(value, null, 2)}\n`);

/** @throws ValiError where the file is another than it should be. */
export const readAs = <T>(schema: v.GenericSchema<unknown, T>, path: string): T =>
  v.parse(schema, JSON.parse(readFileSync(at(path), 'utf8')));

/** Null where the file is not there. */
export const readIfThere = <T>(schema: v.GenericSchema<unknown, T>, path: string): T | null =>
  existsSync(at(path)) ? readAs(schema, path) : null;

const number = v.number();
const known = v.nullable(number);
const byPart = v.object({ train: number, test: number, all: number });

const evaluation = v.object({
  parameters: number,
  mse: v.optional(byPart),
  accuracy: v.optional(byPart),
  floors: v.optional(baselinesSchema),
  knnAccuracy: v.optional(v.nullable(v.object({ value: number }))),
  trustworthiness: v.optional(known),
  continuity: v.optional(known),
  recognisable: v.optional(known),
  code: v.optional(v.object({ std: v.array(number), occupied: known, participationRatio: known })),
  plane: v.optional(v.nullable(v.object({ meanConfidence: number }))),
  refinement: v.optional(v.object({ refined: number })),
});
const findings = v.array(findingMarkSchema);

/** `metrics.json` of a run. */
const metricsSchema = v.object({
  epochs: number,
  bestEpoch: number,
  seconds: number,
  imagesPerSecond: number,
  stopped: v.nullable(v.string()),
  scores: v.object({ evaluate: v.optional(evaluation), diagnose: v.optional(v.object({ findings })) }),
});
export type RunFigures = v.InferOutput<typeof metricsSchema>;

/** Null where the run is not there. */
export const figuresOf = (run: string): RunFigures | null => readIfThere(metricsSchema, join(run, 'metrics.json'));

/** `config.json` of a run, as far as pages and scripts need it. */
export const configSchema = v.object({
  network: v.object({ id: v.string(), file: v.string(), kind: v.string() }),
  recipe: v.pipe(
    v.unknown(),
    v.transform(recipeWithCurrentNames),
    v.object({
      name: v.string(),
      seed: number,
      initializationIndex: v.optional(number),
      batchSize: number,
      schedule: v.object({ learningRate: number }),
      source: v.string(),
    }),
  ),
  dataset: v.object({ name: v.string(), sha256: v.record(v.string(), v.string()) }),
  threads: number,
  versions: v.record(v.string(), v.string()),
});

/** `models/seeds/seeds.json`. */
export const SEEDS = 'models/seeds/seeds.json';
export const seedsSchema = v.array(
  v.object({
    network: v.string(),
    recipe: v.string(),
    seed: number,
    epochs: number,
    seconds: number,
    mse: byPart,
    knnAccuracy: number,
    codeStd: v.array(number),
    failed: v.boolean(),
    findings,
  }),
);

/** `models/records/<network>-<data set>-seed<n>.json`. */
export const RECORDS = 'models/records';
export const recordSchema = v.object({
  network: v.string(),
  dataset: v.string(),
  seed: number,
  mse: v.object({ train: number, test: number }),
  knnAccuracy: number,
  trustworthiness: number,
  refined: number,
  training: v.object({ seconds: number }),
});

/** `models/records/ablations.json`: the lines of each row, the last of all its epochs. */
export const ABLATIONS = `${RECORDS}/ablations.json`;
export const ablationsSchema = v.object({
  heldOut: v.string(),
  rows: v.array(
    v.object({
      name: v.string(),
      epochs: number,
      loss: number,
      valLoss: number,
      accuracy: v.exactOptional(number),
      seconds: v.exactOptional(number),
    }),
  ),
});

const rowsSchema = v.object({ runs: v.array(v.object({ name: v.string(), what: v.optional(v.string()) })) });

/** The rows that are told of, in the order of the sweep's file, with their words; stages of others have none. */
export const ablationWords = (): ReadonlyMap<string, string> => {
  const { runs } = v.parse(rowsSchema, parse(readFileSync(at('models/sweeps/ablations.yaml'), 'utf8')));
  return new Map(runs.flatMap(({ name, what }) => (what === undefined ? [] : [[name, what] as const])));
};
