/**
 * `data/training/index.json`: the images that the page trains on, and how they lie beside it.
 *
 * In: the document, read back. Out: the same, checked. The images come in pieces, so that a few thousand can be had
 * without the rest, and each piece is known by its sum; the first load of the page fetches none of it.
 *
 *     data/training/index.json            ExplorerTraining
 *     data/training/train-000.gz          pixels of the first images, [count, height, width, channels], gzipped
 */
import * as v from 'valibot';
import { type Channels, type DatasetSums, MAX_CLASSES } from '../images/index.ts';
import { checkAgainst, integerSchema, listSchema, textSchema } from '../registry/validation.ts';

/** Images in a piece: some hundred kilobytes where they have a thousand pixels. */
export const PIECE_IMAGES = 5000;

/** A gzipped file of some of the images to train on. */
export interface ExplorerPiece {
  /** From this document. */
  readonly path: string;
  /** Images in it. */
  readonly count: number;
  /** Of the packed file. */
  readonly bytes: number;
  readonly sha256: string;
}

/** The images that the page trains on, in pieces: the document that lists them. */
export interface ExplorerTraining {
  readonly version: 1;
  /** What `--dataset` of the command line takes for the same images; null of a folder on somebody's disk. */
  readonly argument: string | null;
  readonly name: string;
  readonly licence: string;
  readonly source: string;
  readonly classNames: readonly string[];
  readonly height: number;
  readonly width: number;
  /** Numbers in a pixel; 1 when absent. */
  readonly channels?: Channels;
  /** Leads to the labels of all, training images first. */
  readonly labels: string;
  readonly train: readonly ExplorerPiece[];
  readonly test: readonly ExplorerPiece[];
  /** Of the unpacked pixels and labels, as `config.json` of a run has them. */
  readonly sha256: DatasetSums;
}

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal'));
export const channelsSchema = v.picklist([1, 3], '1 or 3');
export const datasetSumsSchema = v.strictObject({
  trainImages: sha256,
  trainLabels: sha256,
  testImages: sha256,
  testLabels: sha256,
});
const pieces = listSchema(
  v.strictObject({
    path: textSchema(300),
    count: integerSchema(1, 1_000_000),
    bytes: integerSchema(1, 2 ** 31),
    sha256,
  }),
  0,
  10_000,
);

const schema = v.object({
  version: v.literal(1, 'version 1'),
  argument: v.nullable(textSchema(200)),
  name: textSchema(200),
  licence: textSchema(4096),
  source: textSchema(4096),
  classNames: listSchema(textSchema(100), 1, MAX_CLASSES),
  height: integerSchema(1, 4096),
  width: integerSchema(1, 4096),
  channels: v.exactOptional(channelsSchema),
  labels: textSchema(300),
  train: pieces,
  test: pieces,
  sha256: datasetSumsSchema,
});

/** Reads `data/training/index.json`. @throws LatentError (input) `explorer-data` with the path of the first fault. */
export const parseExplorerTraining = (value: unknown): ExplorerTraining =>
  checkAgainst(schema, value, { code: 'explorer-data', at: { file: 'data/training/index.json' } });
