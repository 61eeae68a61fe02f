/**
 * What the explorer tells of a network beside its plane: how it was trained, what came of it, how all compare.
 *
 * In: figures of a run, as far as they are known. Out: the types of two JSON documents and their checks. The documents
 * are fetched only by the views that show them; `explorer-bundle.ts` puts them beside the rest.
 */
import * as v from 'valibot';
import { type Finding, findingMarkSchema, findingSchema } from '../diagnosis/index.ts';
import { type Baselines, baselinesSchema } from '../evaluation/index.ts';
import { type AutoencoderSpec, parseRecipe, type Recipe } from '../network/index.ts';
import { checkAgainst, integerSchema, listSchema, numberSchema, textSchema } from '../registry/validation.ts';
import type { EpochRecord } from '../training/index.ts';

/** `data/<id>/about.json`: one training and its outcome. What is not known is null. */
export interface ExplorerAbout {
  /** As carried out. */
  readonly recipe: Recipe | null;
  /** Makes the same run again; for a shell. */
  readonly command: string | null;
  /** Programs and versions that the run was made with. */
  readonly versions: string | null;
  /** The model card, Markdown. */
  readonly card: string | null;
  readonly history: readonly EpochRecord[];
  /** The epoch whose weights are kept; null where there is no history. */
  readonly bestEpoch: number | null;
  readonly stopped: string | null;
  readonly findings: readonly Finding[] | null;
  /** Strings that travel in the files that the page writes. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A network among the others; errors per pixel, pixels 0..1, shares 0..1; what is not known is null. */
export interface ExplorerScores {
  readonly parameters: number;
  readonly published: number | null;
  /** Over all images, of the documented recipe's run. */
  readonly documented: number | null;
  readonly recipe: Recipe['name'] | null;
  readonly train: number | null;
  readonly test: number | null;
  readonly all: number | null;
  readonly knnAccuracy: number | null;
  readonly trustworthiness: number | null;
  readonly continuity: number | null;
  readonly recognisable: number | null;
  readonly epochs: number | null;
  readonly seconds: number | null;
  /** Null where it was not diagnosed. */
  readonly findings: readonly Pick<Finding, 'code' | 'severity'>[] | null;
}

/** `data/comparison.json`: all networks of the page. */
export interface ExplorerComparison {
  /** Over all images; null where they were not computed. */
  readonly baselines: Baselines | null;
  /** In the order in which they are to be compared. */
  readonly networks: readonly ({ readonly id: AutoencoderSpec['id'] } & ExplorerScores)[];
}

const finite = numberSchema(-Number.MAX_VALUE, Number.MAX_VALUE);
const count = integerSchema(0, Number.MAX_SAFE_INTEGER);
const known = <Output>(schema: v.GenericSchema<unknown, Output>) => v.nullable(schema);

const aboutSchema = v.object({
  recipe: v.unknown(),
  command: known(textSchema(20_000)),
  versions: known(textSchema(1000)),
  card: known(textSchema(200_000)),
  history: listSchema(
    v.object({
      epoch: count,
      loss: finite,
      valLoss: v.exactOptional(finite),
      trainLoss: v.exactOptional(finite),
      learningRate: finite,
    }),
    0,
    1_000_000,
  ),
  bestEpoch: known(count),
  stopped: known(textSchema(64)),
  findings: known(listSchema(findingSchema, 0, 100)),
  metadata: v.record(v.string(), textSchema(20_000)),
});

const comparisonSchema = v.pipe(
  v.object({
    baselines: v.optional(known(baselinesSchema)),
    /** The same, of pages of before. */
    floors: v.optional(known(baselinesSchema)),
    networks: listSchema(
      v.object({
        id: textSchema(64),
        parameters: count,
        published: known(finite),
        documented: known(finite),
        recipe: known(v.picklist(['documented', 'best', 'custom'] as const)),
        train: known(finite),
        test: known(finite),
        all: known(finite),
        knnAccuracy: known(finite),
        trustworthiness: known(finite),
        continuity: known(finite),
        recognisable: known(finite),
        epochs: known(count),
        seconds: known(finite),
        findings: known(listSchema(findingMarkSchema, 0, 100)),
      }),
      0,
      1000,
    ),
  }),
  v.transform(({ baselines, floors, networks }) => ({ baselines: baselines ?? floors ?? null, networks })),
);

/** Reads an `about.json`. @throws LatentError (input) `explorer-data` with the path of the first fault. */
export const parseExplorerAbout = (value: unknown): ExplorerAbout => {
  const about = checkAgainst(aboutSchema, value, { code: 'explorer-data', at: { file: 'about.json' } });
  return { ...about, recipe: about.recipe === null ? null : parseRecipe(about.recipe) };
};

/** Reads `data/comparison.json`. @throws LatentError (input) `explorer-data` with the path of the first fault. */
export const parseExplorerComparison = (value: unknown): ExplorerComparison =>
  checkAgainst(comparisonSchema, value, { code: 'explorer-data', at: { file: 'data/comparison.json' } });
