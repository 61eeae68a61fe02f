/**
 * `latent anomalies`: images ranked by how badly they are reconstructed, or how far their codes lie from those of the training
 * images; and how well that tells odd ones where it is known which are.
 */
import { Command } from 'commander';
import {
  byScore,
  type Dataset,
  type Found,
  foundAbove,
  LatentError,
  quantile,
  type Ranking,
  rankingOf,
  reconstruct,
} from 'latent-plane';
import { CODE_SCORES, classNumber, codeScore, inputError } from 'latent-plane/internal';
import { note, print, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import { type Destination, outputFolder } from '../files/destination.ts';
import { addForce, type Overwriting } from '../files/output.ts';
import { requireFolder, writeFolder } from '../files/output-folder.ts';
import { oneOf, share, wholeNumber } from '../options.ts';
import { grouped, percent, tableLines } from '../tables.ts';
import { type AnomalyReport, anomalyFiles } from './anomaly-files.ts';
import {
  alone,
  classOf,
  type ImagePart,
  imageAt,
  nameOf,
  PART_CHOICES,
  type PartChoice,
  partsOf,
} from './image-parts.ts';
import {
  addModel,
  DATASET_FLAG,
  DATASET_HELP,
  type ModelFlags,
  type OpenedModel,
  openAutoencoder,
  readDataset,
  withModel,
} from './model-arguments.ts';

const SCORES = ['error', ...CODE_SCORES] as const;
type Score = (typeof SCORES)[number];

/** What images are ranked by, for a sentence. */
const SCORE_WORDS: Readonly<Record<Score, string>> = {
  error: 'the error of their reconstruction',
  distance: 'the distance of their code',
  density: 'how seldom codes like theirs are',
};

interface AnomalyFlags extends ModelFlags, Overwriting {
  readonly out: Destination;
  readonly dataset?: string;
  readonly split: PartChoice;
  readonly reference?: string;
  readonly quantile: number;
  readonly score: Score;
  readonly components: number;
  readonly odd?: readonly string[];
  readonly normal?: readonly string[];
  readonly against?: string;
  readonly worst: number;
  readonly json?: boolean;
}

const BY = 'anomalies';
/** Rows of the table that a person still reads. */
const ROWS = 10;
const MOST_WORST = 400;

/** Which images are odd, and in words. */
interface Oddity {
  readonly of: string;
  readonly isOdd: (place: number) => boolean;
}

/** @throws LatentError (input) `arguments` where several say which images are odd. */
const requireOneOddity = ({ odd, normal, against }: AnomalyFlags): void => {
  const said = Object.entries({ '--odd': odd, '--normal': normal, '--against': against }).filter(([, value]) => value);
  if (said.length > 1)
    throw inputError('arguments', {
      at: { option: said[1][0] },
      expected: 'one way to say which images are odd',
      got: said.map(([option]) => option).join(' and '),
      hint: 'leave the others out',
    });
};

const oddityOf = (flags: AnomalyFlags, parts: readonly ImagePart[], dataset: Dataset): Oddity | null => {
  const { odd, normal, against } = flags;
  if (against !== undefined)
    return {
      of: `the images of ${parts[parts.length - 1].dataset.name}`,
      isOdd: (place) => imageAt(parts, place).part.part === 'against',
    };
  const words = odd ?? normal;
  if (words === undefined) return null;
  const { classNames } = dataset;
  const numbers = new Set(words.map((word) => classNumber(word, classNames, odd ? '--odd' : '--normal')));
  const names = [...numbers].map((number) => classNames[number]).join(', ');
  return {
    of: odd ? `class ${names}` : `all classes but ${names}`,
    isOdd: (place) => numbers.has(classOf(imageAt(parts, place))?.label ?? -1) === (odd !== undefined),
  };
};

/** The images whose scores say what is usual: where nobody says it, those that the model was trained on. */
const referenceOf = async ({ model }: OpenedModel, flags: AnomalyFlags, dataset: Dataset): Promise<Dataset> => {
  if (flags.reference !== undefined) return readDataset(model, flags.reference);
  if (flags.dataset === undefined || model.config === null) return dataset;
  try {
    return await readDataset(model, undefined);
  } catch (error) {
    if (!(error instanceof LatentError) || error.code !== 'no-data') throw error;
    note(
      `note: the images that ${model.path} was trained on are not there any more, so the threshold is of others (--reference)`,
    );
    return dataset;
  }
};

interface Scores {
  readonly errors: Float64Array;
  /** What images are ranked by. */
  readonly scores: Float64Array;
}

interface Measured {
  readonly reference: Float64Array;
  readonly ranked: Scores;
}

const joined = (arrays: readonly Float64Array[]): Float64Array => {
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
};

/** Scores of the reference and of all parts. */
const measured = async (
  { running }: OpenedModel,
  reference: ImagePart,
  parts: readonly ImagePart[],
  flags: Pick<AnomalyFlags, 'score' | 'components'>,
): Promise<Measured> => {
  const [usual, ...others] = await withCounting('reconstructing', 'images', async (onProgress) => {
    const sets = [reference, ...parts.filter(({ set }) => set !== reference.set)];
    const all = sets.reduce((sum, { set }) => sum + set.count, 0);
    const results = [];
    let done = 0;
    for (const part of sets) {
      results.push(await reconstruct(running, alone(part), { onProgress: (some) => onProgress(done + some, all) }));
      done += part.set.count;
    }
    return results;
  });
  const found = parts
    .map(({ set }) => (set === reference.set ? usual : others.shift()))
    .filter((each) => each !== undefined);
  const errors = joined(found.map((each) => each.errors));
  if (flags.score === 'error') return { reference: usual.errors, ranked: { errors, scores: errors } };
  const scoreOf = await codeScore(usual.codes, flags.score, flags);
  const scores = joined(found.map(({ codes }) => scoreOf(codes)));
  return { reference: scoreOf(usual.codes), ranked: { errors, scores } };
};

const partsFor = async (opened: OpenedModel, flags: AnomalyFlags, dataset: Dataset): Promise<readonly ImagePart[]> => {
  const own = partsOf(dataset, flags.split);
  if (flags.against === undefined) return own;
  const other = await readDataset(opened.model, flags.against);
  const images = partsOf(other, flags.split === 'all' ? 'test' : flags.split);
  return [...own, ...images.map((part): ImagePart => ({ ...part, part: 'against' }))];
};

const partWords = (parts: readonly ImagePart[]): string =>
  parts
    .map(
      ({ part, set, dataset }) =>
        `${grouped(set.count)} ${part === 'train' ? 'training' : 'test'} images of ${dataset.name}`,
    )
    .join(' and ');

const findings = (ranking: Ranking, { found, right, precision, recall }: Found, of: string): readonly string[] => [
  `odd: ${of}, ${grouped(ranking.odd)} of ${grouped(ranking.odd + ranking.others)}`,
  `ROC AUC ${ranking.rocAuc.toFixed(4)}, average precision ${ranking.averagePrecision.toFixed(4)}`,
  `above the threshold: precision ${percent(precision)} (${grouped(right)} of ${grouped(found)}), recall ${percent(recall)}`,
];

const run = async (argument: string, flags: AnomalyFlags): Promise<void> => {
  const { out, score, json = false, force } = flags;
  const begin = performance.now();
  requireOneOddity(flags);
  await requireFolder(out, { by: BY, names: [], force });
  const opened = await openAutoencoder(argument, flags);
  const dataset = await readDataset(opened.model, flags.dataset);
  const parts = await partsFor(opened, flags, dataset);
  const oddity = oddityOf(flags, parts, dataset);
  const usual = await referenceOf(opened, flags, dataset);
  const [reference] = partsOf(usual, 'train');
  const { reference: usualScores, ranked } = await measured(opened, reference, parts, flags);
  const threshold = quantile(usualScores, flags.quantile);
  const order = byScore(ranked.scores);
  const above = ranked.scores.reduce((sum, each) => sum + (each > threshold ? 1 : 0), 0);
  const ranking = oddity && rankingOf(ranked.scores, oddity.isOdd);
  const found = oddity && foundAbove(ranked.scores, oddity.isOdd, threshold);
  const heads = [
    `${partWords(parts)}, ranked by ${SCORE_WORDS[score]}`,
    `threshold ${threshold.toPrecision(5)}: ${Number((100 * flags.quantile).toFixed(4))} % of the ${grouped(reference.set.count)} training images of ${usual.name} are not above it`,
    `${grouped(above)} of ${grouped(order.length)} lie above it`,
    ...(ranking && found ? findings(ranking, found, oddity.of) : []),
  ];
  const report: AnomalyReport = {
    ...{ id: opened.model.id, parts, order, threshold, score, heads, oddity, ranking, found },
    ...{ ...ranked, worst: Math.min(flags.worst, order.length) },
  };
  await writeFolder(out, { by: BY, files: await anomalyFiles(opened.running, report), force });
  if (json) {
    const { curve: _curve, ...figures } = ranking ?? { curve: [] };
    printJson({
      model: argument,
      dataset: dataset.name,
      reference: usual.name,
      score,
      quantile: flags.quantile,
      threshold,
      images: order.length,
      above,
      odd: ranking && { of: oddity?.of, ...figures, atThreshold: found },
      worst: order.slice(0, report.worst).map((place) => {
        const image = imageAt(parts, place);
        return {
          image: nameOf(image),
          part: image.part.part,
          index: image.index,
          label: classOf(image)?.label ?? null,
          error: ranked.errors[place],
          score: ranked.scores[place],
        };
      }),
      out,
      seconds: Math.round(performance.now() - begin) / 1000,
    });
    return;
  }
  const rows = order.slice(0, ROWS).map((place, i) => {
    const image = imageAt(parts, place);
    return [String(i + 1), nameOf(image), classOf(image)?.name ?? '-', ranked.scores[place].toPrecision(5)];
  });
  print(
    tableLines([['RANK', 'IMAGE', 'CLASS', score.toUpperCase()], ...rows], ['right', 'left', 'left', 'right']).join(
      '\n',
    ),
  );
  print(`\n${heads.join('\n')}\n${out}: errors.csv, worst.png, index.html${ranking ? ', roc.svg, roc.png' : ''}`);
};

const classList =
  (option: string) =>
  (text: string): readonly string[] => {
    const words = text.split(',').map((word) => word.trim());
    if (words.every((word) => word !== '')) return words;
    throw inputError('invalid-option', {
      at: { option },
      expected: 'names or numbers of classes, commas between',
      got: `"${text}"`,
    });
  };

/** The command `anomalies`. */
export const anomaliesCommand = (): Command =>
  addForce(addModel(new Command(BY)))
    .description('rank images by how badly they are reconstructed, the odd ones first')
    .option(DATASET_FLAG, `images that are ranked: ${DATASET_HELP}`)
    .option('--split <split>', 'which of them: train, test or all', oneOf('--split', PART_CHOICES), 'test')
    .requiredOption(
      '--out <folder>',
      'gets errors.csv, worst.png, index.html; roc.svg and roc.png',
      outputFolder('--out'),
    )
    .option('--odd <classes>', 'classes that are odd, names or numbers, commas between', classList('--odd'))
    .option('--normal <classes>', 'classes that are not; all others are odd', classList('--normal'))
    .option('--against <dataset>', 'other images, ranked along, which are the odd ones')
    .option('--quantile <share>', 'of training images that lie below the threshold', share('--quantile', 1), 0.99)
    .option(
      '--reference <dataset>',
      'whose training images give the threshold (default: what the model was trained on; of a file, the images ranked)',
    )
    .option(
      '--score <score>',
      'error of the reconstruction, distance or density of the code among those of the training images',
      oneOf('--score', SCORES),
      'error',
    )
    .option(
      '--components <n>',
      'Gaussians of the mixture whose density it is',
      wholeNumber('--components', { min: 1, max: 1000 }),
      10,
    )
    .option('--worst <n>', 'images shown', wholeNumber('--worst', { min: 1, max: MOST_WORST }), 24)
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent anomalies runs/photos --dataset photos --split all --out odd
  npx latent train mine.yaml --dataset 'mnist#without=7' --out runs/no-sevens
  npx latent anomalies runs/no-sevens --dataset mnist --odd 7 --out odd

error: mean squared difference over pixels, 0 to 1; distance: that of
Mahalanobis; density: minus the logarithm of a mixture of Gaussians fitted to
the codes, in nats (docs/using-codes.md).`,
    )
    .action(withModel(run));
