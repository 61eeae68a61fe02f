/** The tables of docs/zoo.md, made of the figures in models/. */
import { SEVERITIES } from '../../packages/core/src/diagnosis/index.ts';
import { type Baselines, namedBaselines } from '../../packages/core/src/evaluation/index.ts';
import { type AutoencoderSpec, networks, resolveNetwork } from '../../packages/core/src/network/index.ts';
import { configSchema, figuresOf, type RunFigures, readIfThere, SEEDS, seedsSchema } from '../figures.ts';
import { table } from './table.ts';

const autoencoders = networks.filter((network): network is AutoencoderSpec => network.kind === 'autoencoder');
const folderOf = (id: string, recipe: string): string => `models/runs/${recipe === 'best' ? id : `${id}-${recipe}`}`;
const best = (id: string): RunFigures | null => figuresOf(folderOf(id, 'best'));
const documented = (id: string): RunFigures | null => figuresOf(folderOf(id, 'documented'));
const scoresOf = (figures: RunFigures | null) => figures?.scores.evaluate;
const seeds = () => readIfThere(seedsSchema, SEEDS) ?? [];

const fixed =
  (digits: number) =>
  (value: number | null | undefined): string =>
    value?.toFixed(digits) ?? '';
const [three, five] = [fixed(3), fixed(5)];

/** The baselines. */
export const zooBaselines = (): string => {
  const found = autoencoders.map(({ id }) => scoresOf(best(id))?.floors).find((each) => each !== undefined);
  const named = (baselines: Baselines): string =>
    [...namedBaselines(baselines)]
      .reverse()
      .map(({ name, mse }) => `${name} ${five(mse)}`)
      .join(', ');
  return found ? `Baselines over all images: ${named(found)}.` : '';
};

export const zooErrors = (): string =>
  table(
    [
      'network',
      'parameters',
      'published, all',
      'original, all',
      'tuned, train',
      'tuned, test',
      'tuned, all',
      'epochs',
      'minutes',
    ],
    autoencoders.map((network) => {
      const run = best(network.id);
      const mse = scoresOf(run)?.mse;
      return [
        network.id,
        resolveNetwork(network).parameterCount.toLocaleString('en-US'),
        five(network.published),
        five(scoresOf(documented(network.id))?.mse?.all),
        ...[mse?.train, mse?.test, mse?.all].map(five),
        String(run?.epochs ?? ''),
        run ? (run.seconds / 60).toFixed(1) : '',
      ];
    }),
  );

export const zooPlanes = (): string =>
  table(
    [
      'network',
      'k-NN accuracy',
      'trustworthiness',
      'continuity',
      'classifier agreement',
      'occupied',
      'participation ratio',
      'mesh confidence',
    ],
    autoencoders.map(({ id }) => {
      const { knnAccuracy, trustworthiness, continuity, recognisable, code, plane } = scoresOf(best(id)) ?? {};
      const figures = [knnAccuracy?.value, trustworthiness, continuity, recognisable];
      return [id, ...[...figures, code?.occupied, code?.participationRatio, plane?.meanConfidence].map(three)];
    }),
  );

/** How good the classifier is that the columns are by. */
export const zooClassifier = (): string => {
  const accuracy = scoresOf(figuresOf('models/runs/classifier'))?.accuracy;
  return `[evaluation.md](evaluation.md) defines the columns. "Classifier agreement" and "mesh confidence" are those of a classifier that classifies ${accuracy ? (100 * accuracy.all).toFixed(3) : '?'} % of the 70,000 images correctly (published: 99.576 %).`;
};

const findingWords = (figures: RunFigures | null): string => {
  const findings = figures?.scores.diagnose?.findings;
  if (findings === undefined) return '';
  const grouped = SEVERITIES.map((severity) => {
    const codes = findings.filter((finding) => finding.severity === severity).map(({ code }) => code);
    return codes.length === 0 ? '' : `${severity}: ${codes.join(', ')}`;
  });
  return grouped.filter(Boolean).join('; ') || 'none';
};

export const zooFindings = (): string =>
  table(
    ['network', 'original', 'tuned'],
    autoencoders.map(({ id }) => [id, findingWords(documented(id)), findingWords(best(id))]),
  );

export const zooTuned = (): string =>
  table(
    ['network', 'recipe', 'train', 'test', 'mesh confidence', 'classifier agreement'],
    ['documented', 'best'].flatMap((recipe) =>
      ['convdense-2', 'convdense-2-tuned'].map((id) => {
        const { mse, plane, recognisable } = scoresOf(figuresOf(folderOf(id, recipe))) ?? {};
        return [id, recipe, five(mse?.train), five(mse?.test), three(plane?.meanConfidence), three(recognisable)];
      }),
    ),
  );

/** How many of the ten seeds fail. */
export const zooFailures = (): string => {
  const rows = seeds();
  const words = [...new Set(rows.map(({ network }) => network))].map((id) => {
    const own = rows.filter(({ network }) => network === id);
    return `${id} (${own[0].recipe}): ${own.filter(({ failed }) => failed).length} of ${own.length}`;
  });
  return `How many fail, which is: have a finding of severity error. ${words.join('; ')}.`;
};

export const zooSeeds = (): string =>
  table(
    ['network', 'recipe', 'seed', 'epochs', 'error, all', 'k-NN', 'code std', 'failed', 'findings'],
    seeds().map(({ network, recipe, seed, epochs, mse, knnAccuracy, codeStd, failed, findings }) => [
      ...[network, recipe, String(seed), String(epochs), five(mse.all), three(knnAccuracy)],
      codeStd.map((value) => value.toPrecision(2)).join(', '),
      failed ? 'yes' : 'no',
      findings.map(({ code }) => code).join(', ') || 'none',
    ]),
  );

export const zooRecipes = (): string =>
  table(
    ['network', 'recipe', 'seed', 'initialisation index', 'batch', 'rate', 'epochs', 'words'],
    autoencoders.flatMap(({ id }) =>
      ['documented', 'best'].flatMap((name) => {
        const folder = folderOf(id, name);
        const recipe = readIfThere(configSchema, `${folder}/config.json`)?.recipe;
        if (!recipe) return [];
        const { seed, initializationIndex = 0, batchSize, schedule } = recipe;
        const figures = [seed, initializationIndex, batchSize, schedule.learningRate, figuresOf(folder)?.epochs ?? ''];
        return [[id, recipe.name, ...figures.map(String), recipe.source]];
      }),
    ),
  );

/** What all trainings took. */
export const zooCost = (): string => {
  const hours = (seconds: number): string => `${(seconds / 3600).toFixed(1)} hours`;
  const zoo = autoencoders.flatMap(({ id }) => [documented(id), best(id)]);
  const trainings = zoo.reduce((sum, figures) => sum + (figures?.seconds ?? 0), 0);
  const ofSeeds = seeds().reduce((sum, { seconds }) => sum + seconds, 0);
  return `The trainings of \`npm run zoo\` took ${hours(trainings)} on two cores of a shared machine, those of \`npm run seeds\` ${hours(ofSeeds)}.`;
};
