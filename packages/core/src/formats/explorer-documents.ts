/**
 * The two JSON documents that the page reads first: which networks there are (`data/index.json`), and one of them on its
 * plane (`model.json`). `explorer-bundle.ts` writes them.
 */
import * as v from 'valibot';
import type { ClassPlace, CodePlane, PlaneBounds } from '../codes/index.ts';
import { inputError } from '../errors.ts';
import { type DataIdentity, MAX_CLASSES } from '../images/index.ts';
import { type AutoencoderSpec, parseNetworkSpec } from '../network/index.ts';
import { checkAgainst, integerSchema, listSchema, numberSchema, textSchema } from '../registry/validation.ts';
import { channelsSchema, datasetSumsSchema } from './explorer-training.ts';

/** Of a plane in a document: more numbers than any code that is trained here. */
const MAX_CODE_SIZE = 1_000_000;

/** The networks that a page can show. */
export interface ExplorerIndex {
  readonly version: 1;
  /** Id of the network that is shown first. */
  readonly default: string;
  /** `path` leads from the index to the network's `model.json`. */
  readonly networks: readonly { readonly id: string; readonly title: string; readonly path: string }[];
  /** Images to place a model on its plane that the page opens itself; paths from the index. */
  readonly images?: {
    readonly path: string;
    readonly labels: string;
    /** Which of the labels is the first image's. */
    readonly from: number;
  };
  /** Leads from the index to the comparison of all networks. */
  readonly comparison?: string;
  /** Names what is decoded; paths from the index. */
  readonly classifier?: {
    readonly spec: string;
    readonly weights: string;
    /** Of the images that it takes. */
    readonly inputShape?: readonly number[];
    /** Which images it learned from: it says nothing of others. */
    readonly identity?: DataIdentity;
  };
  /** Leads to the images that the page can train on (`ExplorerTraining`). */
  readonly training?: string;
}

/** What is known of a network's quality; the fields of `latent evaluate --json`, as far as they were computed. */
export interface ExplorerMetrics {
  /** Of encoder and decoder together. */
  readonly parameters?: number;
  /** Per pixel, pixels 0..1. */
  readonly mse?: { readonly train?: number; readonly test?: number; readonly all?: number };
}

/** The one part that there is of a model. */
export type ExplorerHalf = 'encoder' | 'decoder';

/** One network on the plane of one data set. */
export interface ExplorerModel {
  readonly spec: AutoencoderSpec;
  /**
   * Where it is an encoder alone, which places images and draws none, or a decoder alone, whose plane has no images; in
   * `spec` a stand-in is where the other part would be.
   */
  readonly half?: ExplorerHalf;
  readonly dataset: {
    readonly name: string;
    readonly classNames: readonly string[];
    /** Number of images; the training images come first. */
    readonly train: number;
    readonly test: number;
    /** Tells which images these are; absent where nobody knows. */
    readonly identity?: DataIdentity;
  };
  readonly metrics: ExplorerMetrics;
  /** Through the code space, which bounds, places and class map lie on; absent where its points are the codes themselves. */
  readonly plane?: CodePlane;
  /** Smallest and largest coordinate of the codes on the plane, code units. */
  readonly bounds: PlaneBounds;
  /** Where to write the classes' names, most telling first. */
  readonly places: readonly ClassPlace[];
  /** Relative to `model.json`. */
  readonly files: {
    /** Absent of an encoder alone. */
    readonly decoder?: string;
    readonly codes: string;
    readonly labels: string;
    readonly encoder?: string;
    readonly about?: string;
    readonly evolution?: string;
    readonly field?: string;
    /** Not loaded before somebody asks for it; a server may compute it then. */
    readonly errors?: string;
  };
  /** Which images have codes here, where not all of them have: codes of many numbers would fill a page's memory. */
  readonly placed?: { readonly from: number; readonly count: number };
}

const path = textSchema(300);
const finite = numberSchema(-Number.MAX_VALUE, Number.MAX_VALUE);
const point = listSchema(finite, 2, 2);
const codeSchema = listSchema(finite, 1, MAX_CODE_SIZE);
const axis = integerSchema(0, MAX_CODE_SIZE - 1);
const planeSchema = v.pipe(
  v.object({
    origin: codeSchema,
    directions: v.tuple([codeSchema, codeSchema]),
    names: v.tuple([textSchema(40), textSchema(40)]),
    axes: v.nullable(v.tuple([axis, axis])),
  }),
  v.check(
    ({ origin, directions }) => directions.every(({ length }) => length === origin.length),
    'directions of as many numbers as the origin',
  ),
);
const imageCount = integerSchema(0, 10_000_000);
const side = integerSchema(1, 4096);
const identitySchema = v.object({
  height: side,
  width: side,
  channels: v.exactOptional(channelsSchema),
  sha256: datasetSumsSchema,
});

const indexSchema = v.strictObject({
  version: v.literal(1, 'version 1'),
  default: textSchema(64),
  networks: listSchema(v.strictObject({ id: textSchema(64), title: textSchema(200), path }), 1, 1000),
  images: v.exactOptional(v.strictObject({ path, labels: path, from: imageCount })),
  comparison: v.exactOptional(path),
  classifier: v.exactOptional(
    v.strictObject({
      spec: path,
      weights: path,
      inputShape: v.exactOptional(listSchema(side, 1, 3)),
      identity: v.exactOptional(identitySchema),
    }),
  ),
  training: v.exactOptional(path),
});

// Objects are open where a later version may know more: the page reads what it understands.
const modelSchema = v.object({
  spec: v.unknown(),
  half: v.exactOptional(v.picklist(['encoder', 'decoder'] as const)),
  dataset: v.object({
    name: textSchema(200),
    classNames: listSchema(textSchema(100), 0, MAX_CLASSES),
    train: imageCount,
    test: imageCount,
    identity: v.exactOptional(identitySchema),
  }),
  metrics: v.object({
    parameters: v.optional(integerSchema(0, Number.MAX_SAFE_INTEGER)),
    mse: v.optional(v.object({ train: v.optional(finite), test: v.optional(finite), all: v.optional(finite) })),
  }),
  plane: v.exactOptional(planeSchema),
  bounds: v.object({ min: point, max: point }),
  places: listSchema(
    v.object({ label: integerSchema(0, MAX_CLASSES - 1), x: finite, y: finite, purity: numberSchema(0, 1) }),
    0,
    MAX_CLASSES,
  ),
  files: v.object({
    decoder: v.exactOptional(path),
    codes: path,
    labels: path,
    encoder: v.exactOptional(path),
    about: v.exactOptional(path),
    evolution: v.exactOptional(path),
    field: v.exactOptional(path),
    errors: v.exactOptional(path),
  }),
  placed: v.exactOptional(v.object({ from: imageCount, count: imageCount })),
});

/** Reads `data/index.json`. @throws LatentError (input) `explorer-data` with the path of the first fault. */
export const parseExplorerIndex = (value: unknown): ExplorerIndex =>
  checkAgainst(indexSchema, value, { code: 'explorer-data', at: { file: 'data/index.json' } });

/**
 * Reads a `model.json`.
 *
 * @throws LatentError (input) `explorer-data` with the path of the first fault; as `parseNetworkSpec` for the network.
 */
export const parseExplorerModel = (value: unknown): ExplorerModel => {
  const model = checkAgainst(modelSchema, value, { code: 'explorer-data', at: { file: 'model.json' } });
  const spec = parseNetworkSpec(model.spec);
  if (spec.kind !== 'autoencoder')
    throw inputError('explorer-data', {
      at: { file: 'model.json' },
      expected: 'an autoencoder',
      got: `"${spec.id}", a ${spec.kind}`,
    });
  return { ...model, spec };
};
