/**
 * `latent clusters`: codes in clusters, each with what is decoded at its centre and the images nearest to it.
 */
import { Command } from 'commander';
import {
  type ClusterAgreement,
  type CodeClusters,
  type Codes,
  clusterAgreement,
  clusterCodes,
  decodedImages,
  encodeSets,
  imageMosaic,
  nearestCodes,
  type RunnableModel,
  sliceSet,
} from 'latent-plane';
import { isLabelled } from 'latent-plane/internal';
import { counted, print, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import { csvText } from '../csv.ts';
import { type Destination, outputFolder } from '../files/destination.ts';
import { addForce, type Overwriting } from '../files/output.ts';
import { requireFolder, writeFolder } from '../files/output-folder.ts';
import { oneOf, wholeNumber } from '../options.ts';
import { sheetPng, tileHeightOf } from '../pictures/sheet.ts';
import { grouped, percent, tableLines } from '../tables.ts';
import {
  beside,
  classOf,
  countOf,
  type ImagePart,
  imageAt,
  nameOf,
  PART_CHOICES,
  type PartChoice,
  partsOf,
  pixelsOf,
} from './image-parts.ts';
import {
  addModel,
  DATASET_FLAG,
  DATASET_HELP,
  drawingLabel,
  LABEL_FLAG,
  LABEL_HELP,
  type ModelFlags,
  openAutoencoder,
  parseLabel,
  readDataset,
  withModel,
} from './model-arguments.ts';

interface ClusterFlags extends ModelFlags, Overwriting {
  readonly count?: number;
  readonly seed: number;
  readonly split: PartChoice;
  readonly dataset?: string;
  readonly label?: number;
  readonly out: Destination;
  readonly json?: boolean;
}

const BY = 'clusters';
const MOST = 1000;
/** Of images without classes. */
const COUNT = 10;
/** Of each cluster, shown beside its centre. */
const NEAREST = 8;
const TILE = 430;
/** Above as many clusters two stand side by side. */
const ONE_COLUMN = 6;

interface Clustering extends CodeClusters {
  readonly parts: readonly ImagePart[];
  /** By cluster, places of the images nearest to its centre. */
  readonly nearest: readonly (readonly number[])[];
  /** Null of images without labels. */
  readonly agreement: ClusterAgreement | null;
  readonly classNames: readonly string[];
}

const codeAt = ({ values, size }: Codes, i: number): Float32Array => values.subarray(i * size, (i + 1) * size);

/** Only images of the cluster itself: another may have its border near. */
const nearestIn = (codes: Codes, { clusters, centres }: CodeClusters): readonly (readonly number[])[] =>
  Array.from({ length: centres.count }, (_, cluster) => {
    const own = Array.from(clusters.keys()).filter((place) => clusters[place] === cluster);
    const values = new Float32Array(own.length * codes.size);
    own.forEach((place, i) => {
      values.set(codeAt(codes, place), i * codes.size);
    });
    const some = { values, count: own.length, size: codes.size };
    return own.length === 0 ? [] : nearestCodes(some, NEAREST)(codeAt(centres, cluster)).map((i) => own[i]);
  });

/** `7: 93 %`, the most frequent class of a cluster. */
const majorityWords = ({ agreement, classNames }: Clustering, cluster: number): string => {
  const most = agreement?.clusters[cluster];
  return most ? `${classNames[most.label]}: ${Math.round(100 * most.share)} %` : '-';
};

const pictureOf = async (id: string, drawing: RunnableModel, clustering: Clustering): Promise<Uint8Array> => {
  const { pictureAddress } = await import('../pictures/render.ts');
  const { parts, nearest, sizes, centres, agreement } = clustering;
  const decoded = await decodedImages(drawing, centres.values);
  const columns = sizes.length > ONE_COLUMN ? 2 : 1;
  const tiles = sizes.map((size, cluster) => {
    const images = nearest[cluster].map((place) => pixelsOf(imageAt(parts, place)));
    const row = beside([sliceSet(decoded, cluster, cluster + 1), ...images]);
    const words = [
      `${cluster + 1}. ${grouped(size)} images`,
      ...(agreement ? [majorityWords(clustering, cluster)] : []),
    ];
    return {
      image: pictureAddress(imageMosaic(row, { columns: NEAREST + 1, spacing: 1 })),
      caption: words.join(' · '),
    };
  });
  return sheetPng({
    title: `${id}: ${counted(sizes.length, 'cluster')} of codes${agreement ? `, ${percent(agreement.purity)} pure` : ''}`,
    subtitle: 'First what is decoded at the centre, then the images nearest to it.',
    columns,
    tileWidth: TILE,
    tileHeight: tileHeightOf(TILE, decoded, NEAREST + 1),
    tiles,
  });
};

const csvOf = ({ parts, clusters }: Clustering): string => {
  const isNamed = parts.some(({ names }) => names !== undefined);
  const columns = ['part', 'index', ...(isNamed ? ['name'] : []), 'label', 'class', 'cluster'];
  const rows = Array.from(clusters, (cluster, place) => {
    const { part, index } = imageAt(parts, place);
    const own = classOf({ part, index });
    return [part.part, index, ...(isNamed ? [part.names?.[index]] : []), own?.label, own?.name, cluster + 1];
  });
  return csvText(columns.join(','), rows);
};

const labelsOf = (parts: readonly ImagePart[]): Uint16Array => {
  const labels = new Uint16Array(countOf(parts));
  let at = 0;
  for (const { set } of parts) {
    labels.set(set.labels, at);
    at += set.count;
  }
  return labels;
};

const run = async (argument: string, flags: ClusterFlags): Promise<void> => {
  const { seed, split, out, json = false, force } = flags;
  const begin = performance.now();
  await requireFolder(out, { by: BY, names: ['clusters.csv', 'clusters.png'], force });
  const { model, running } = await openAutoencoder(argument, flags);
  const drawing = drawingLabel(argument, running, flags.label);
  const dataset = await readDataset(model, flags.dataset);
  const parts = partsOf(dataset, split);
  const { classNames } = dataset;
  const count = flags.count ?? (isLabelled(dataset) ? Math.max(2, new Set(labelsOf(parts)).size) : COUNT);
  const codes = await withCounting('encoding', 'images', (onProgress) =>
    encodeSets(
      running,
      parts.map(({ set }) => set),
      { onProgress },
    ),
  );
  const found = clusterCodes(codes, count, { seed });
  const agreement = isLabelled(dataset) ? clusterAgreement(found.clusters, labelsOf(parts), count) : null;
  const clustering: Clustering = { ...found, parts, nearest: nearestIn(codes, found), agreement, classNames };
  const files = new Map<string, Uint8Array | string>([
    ['clusters.csv', csvOf(clustering)],
    ['clusters.png', await pictureOf(model.id, drawing, clustering)],
  ]);
  await writeFolder(out, { by: BY, files, force });
  if (json) {
    printJson({
      model: argument,
      dataset: dataset.name,
      images: codes.count,
      seed,
      inertia: found.inertia,
      purity: agreement?.purity ?? null,
      normalisedMutualInformation: agreement?.normalisedMutualInformation ?? null,
      adjustedRandIndex: agreement?.adjustedRandIndex ?? null,
      clusters: found.sizes.map((size, cluster) => ({
        cluster: cluster + 1,
        size,
        label: agreement?.clusters[cluster]?.label ?? null,
        share: agreement?.clusters[cluster]?.share ?? null,
        nearest: clustering.nearest[cluster].map((place) => nameOf(imageAt(parts, place))),
      })),
      out,
      seconds: Math.round(performance.now() - begin) / 1000,
    });
    return;
  }
  const rows = found.sizes.map((size, cluster) => [
    String(cluster + 1),
    grouped(size),
    majorityWords(clustering, cluster),
  ]);
  print(tableLines([['CLUSTER', 'IMAGES', 'MOST OF'], ...rows], ['right', 'right', 'left']).join('\n'));
  if (agreement)
    print(
      `\npurity ${percent(agreement.purity)}, normalised mutual information ${agreement.normalisedMutualInformation.toFixed(4)}, adjusted Rand index ${agreement.adjustedRandIndex.toFixed(4)}`,
    );
  print(`${agreement ? '' : '\n'}${out}: clusters.csv, clusters.png`);
};

/** The command `clusters`. */
export const clustersCommand = (): Command =>
  addForce(addModel(new Command(BY)))
    .description('group images by their codes, with what lies in the middle')
    .requiredOption('--out <folder>', 'gets clusters.csv and clusters.png', outputFolder('--out'))
    .option(
      '--count <n>',
      'clusters (default: as many as the images have classes, else 10)',
      wholeNumber('--count', { min: 1, max: MOST }),
    )
    .option('--seed <n>', 'of the centres to begin with', wholeNumber('--seed', { min: 0 }), 1)
    .option('--split <split>', 'images: train, test or all', oneOf('--split', PART_CHOICES), 'all')
    .option(DATASET_FLAG, DATASET_HELP)
    .option(LABEL_FLAG, LABEL_HELP, parseLabel)
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent clusters dense-1 --out clusters
  npx latent clusters runs/mine --count 25 --dataset photos --out groups

k-means over the codes, the best of five beginnings by k-means++. Where images
have labels the clusters are compared with them (docs/using-codes.md).`,
    )
    .action(withModel(run));
