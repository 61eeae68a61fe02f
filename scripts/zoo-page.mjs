// Writes docs/zoo.md out of the figures that lie in models/: nothing in it is typed by hand.
import { existsSync, writeFileSync } from 'node:fs';
import { at, readJson } from './zoo-steps.mjs';

const runsFolder = 'models/runs';
const metricsOf = (folder) => readJson(at(runsFolder, folder, 'metrics.json'));
const configOf = (folder) => readJson(at(runsFolder, folder, 'config.json'));

const six = (value) => (value === null || value === undefined ? '' : value.toFixed(5));
const three = (value) => (value === null || value === undefined ? '' : value.toFixed(3));
const grouped = (value) => value.toLocaleString('en-US');
const minutes = (metrics) => (metrics ? (metrics.seconds / 60).toFixed(1) : '');
const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (header, rows) => [row(header), row(header.map(() => '---')), ...rows.map(row)].join('\n');

const findingWords = (metrics) => {
  const findings = metrics?.scores.diagnose?.findings ?? [];
  if (findings.length === 0) return 'none';
  return ['error', 'warning', 'info']
    .map((severity) => [severity, findings.filter((finding) => finding.severity === severity)])
    .filter(([, found]) => found.length > 0)
    .map(([severity, found]) => `${severity}: ${found.map(({ code }) => code).join(', ')}`)
    .join('; ');
};

const resultRow = ({ id, parameters, published }) => {
  const [documented, best] = [metricsOf(`${id}-documented`), metricsOf(id)];
  const mse = best?.scores.evaluate?.mse;
  const sum = Object.values(parameters).reduce((total, value) => total + value, 0);
  return [
    id,
    grouped(sum),
    six(published),
    six(documented?.scores.evaluate?.mse.all),
    six(mse?.train),
    six(mse?.test),
    six(mse?.all),
    best?.epochs ?? '',
    minutes(best),
  ];
};

const scoreRow = ({ id }) => {
  const scores = metricsOf(id)?.scores.evaluate;
  if (!scores) return [id];
  return [
    id,
    three(scores.knnAccuracy?.value),
    three(scores.trustworthiness),
    three(scores.continuity),
    three(scores.recognisable),
    three(scores.code.occupied),
    three(scores.code.participationRatio),
    three(scores.plane?.meanConfidence),
  ];
};

const tunedRows = () =>
  ['documented', 'best'].flatMap((recipe) => {
    const suffix = recipe === 'best' ? '' : '-documented';
    return ['convdense-2', 'convdense-2-tuned'].map((id) => {
      const scores = metricsOf(`${id}${suffix}`)?.scores.evaluate;
      return [
        id,
        recipe,
        six(scores?.mse.train),
        six(scores?.mse.test),
        three(scores?.plane?.meanConfidence),
        three(scores?.recognisable),
      ];
    });
  });

const seedRows = () => {
  const rows = readJson(at('models/seeds/seeds.json'), []);
  return rows.map((each) => [
    each.network,
    each.recipe,
    each.seed,
    each.epochs,
    six(each.mse.all),
    three(each.knnAccuracy),
    each.codeStd.map((value) => value.toPrecision(2)).join(', '),
    each.failed ? 'yes' : 'no',
    each.findings.map(({ code }) => code).join(', ') || 'none',
  ]);
};

const seedWords = () => {
  const rows = readJson(at('models/seeds/seeds.json'), []);
  const ids = [...new Set(rows.map(({ network }) => network))];
  return ids
    .map((id) => {
      const own = rows.filter(({ network }) => network === id);
      return `${id} (${own[0].recipe}): ${own.filter(({ failed }) => failed).length} of ${own.length}`;
    })
    .join('; ');
};

const hours = (seconds) => `${(seconds / 3600).toFixed(1)} hours`;

/** Of the whole zoo, and of the ten seeds, whose trainings come on top. */
const costWords = (networks, cost) => {
  const folders = networks.flatMap(({ id }) => [`${id}-documented`, id]);
  const trainings = folders.reduce((sum, folder) => sum + (metricsOf(folder)?.seconds ?? 0), 0);
  const seeds = readJson(at('models/seeds/seeds.json'), []).reduce((sum, { seconds }) => sum + seconds, 0);
  return `All steps of \`npm run zoo\` together took ${hours(cost.seconds)} on two cores of a shared machine, ${hours(trainings)} of them in trainings, with at most ${cost.peakMiB} MiB of memory. The trainings of \`npm run seeds\` took ${hours(seeds)}.`;
};

/** @param networks - of `latent zoo --json`. @param cost - seconds and peak memory of all steps. */
export const writeZooPage = (networks, cost) => {
  const autoencoders = networks.filter(({ kind }) => kind === 'autoencoder');
  const floors = autoencoders.map(({ id }) => metricsOf(id)?.scores.evaluate?.floors).find(Boolean);
  const classifier = metricsOf('classifier')?.scores.evaluate?.accuracy;
  const seeds = seedRows();
  const sections = [
    '# The zoo and what became of it',
    `Made by \`npm run zoo\` and \`npm run seeds\` out of the figures in \`models/\`; do not edit. Mean squared error per pixel, pixels 0..1; "all" is all 70,000 images of MNIST. The published errors are those that the zoo's author reported over all images, the ones that he trained on included. Our documented recipes repeat what is on record, most of them on all 70,000; the best recipes learn from the 60,000 training images alone.`,
    floors
      ? `What guesses cost over all images: one grey ${six(floors.constantGrey)}, the mean image ${six(floors.meanImage)}, two principal components ${six(floors.pca2)}.`
      : '',
    '![Errors of all networks, published, documented and best, beside three floors](../models/models_comparison/models_comparison.png)',
    '## Errors',
    table(
      [
        'network',
        'parameters',
        'published, all',
        'documented, all',
        'best, train',
        'best, test',
        'best, all',
        'epochs',
        'minutes',
      ],
      autoencoders.map(resultRow),
    ),
    'Epochs and minutes are those of the best recipe, on two cores of a shared machine.',
    '## Planes of the best recipe',
    table(
      [
        'network',
        '5-NN accuracy',
        'trustworthiness',
        'continuity',
        'readable',
        'occupied',
        'participation ratio',
        'mesh confidence',
      ],
      autoencoders.map(scoreRow),
    ),
    `[evaluation.md](evaluation.md) defines the columns. "Readable" and "mesh confidence" are the classifier's, which reads ${classifier ? (100 * classifier.all).toFixed(3) : '?'} % of the 70,000 images right (published: 99.576 %).`,
    '## Findings',
    table(
      ['network', 'documented', 'best'],
      autoencoders.map(({ id }) => [id, findingWords(metricsOf(`${id}-documented`)), findingWords(metricsOf(id))]),
    ),
    '[diagnosis.md](diagnosis.md) says what each means.',
    '## The tuned decoder',
    'A decoder trained anew on the frozen codes of convdense-2, with a validation split, so that the mesh between the codes decodes well.',
    table(['network', 'recipe', 'train', 'test', 'mesh confidence', 'readable'], tunedRows()),
    ...(seeds.length > 0
      ? [
          '## Ten seeds',
          `How many fail, which is: have a finding of severity error. ${seedWords()}.`,
          table(['network', 'recipe', 'seed', 'epochs', 'error, all', '5-NN', 'code std', 'failed', 'findings'], seeds),
        ]
      : []),
    '## Recipes',
    table(
      ['network', 'recipe', 'seed', 'restart', 'batch', 'rate', 'epochs', 'words'],
      autoencoders.flatMap(({ id }) =>
        [`${id}-documented`, id].flatMap((folder) => {
          const recipe = configOf(folder)?.recipe;
          return recipe
            ? [
                [
                  id,
                  recipe.name,
                  recipe.seed,
                  recipe.restart ?? 0,
                  recipe.batchSize,
                  recipe.schedule.learningRate,
                  metricsOf(folder)?.epochs,
                  recipe.source,
                ],
              ]
            : [];
        }),
      ),
    ),
    `## Cost\n\n${costWords(networks, cost)}`,
    existsSync(at('models/latent_space_viz/through_epochs/VAE-1.gif'))
      ? '## A plane being born\n\n![The plane of vae-1 through its epochs](../models/latent_space_viz/through_epochs/VAE-1.gif)'
      : '',
  ];
  writeFileSync(at('docs/zoo.md'), `${sections.filter(Boolean).join('\n\n')}\n`);
};
