/**
 * The model card: `README.md` of a run folder.
 *
 * In: what was done and what came of it. Out: Markdown that a person reads before using the model.
 * Source: Mitchell et al. 2019, Model cards for model reporting.
 */
import { formatSummary, type NetworkSpec, otherRecord, type Recipe, summarize } from '../network/index.ts';
import { commandOf, type RunConfig, type RunDataset, type RunVersions } from './config.ts';
import type { RunMetrics } from './metrics.ts';

const table = (rows: readonly (readonly [string, string | number])[]): string =>
  ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');

const scheduleWords = ({ schedule }: Recipe): string => {
  switch (schedule.type) {
    case 'constant':
      return `${schedule.learningRate}, constant`;
    case 'step-decay':
      return `${schedule.learningRate}, times ${schedule.factor} every ${schedule.everyEpochs} epochs`;
    case 'hold-cosine':
      return `${schedule.learningRate} after ${schedule.warmupEpochs} epochs of warm-up, over the last ${schedule.decayEpochs} epochs a cosine down to ${schedule.finalFraction} of it`;
    case 'cosine-restarts':
      return `${schedule.learningRate} after ${schedule.warmupEpochs} epochs of warm-up, then ${schedule.cycles} cosines down to ${schedule.finalFraction} of it, each from the full rate again`;
    case 'warmup-cosine':
      return `${schedule.learningRate} after ${schedule.warmupEpochs} epochs of warm-up, then a cosine down to ${schedule.finalFraction} of it`;
  }
};

const lossWords = ({ loss }: NetworkSpec): string =>
  'weight' in loss ? `${loss.type}, weight ${loss.weight}` : loss.type;

const heldOut = ({ validationSplit, validationFrom }: Recipe): string => {
  if (validationSplit === 0) return 'none';
  return `${100 * validationSplit} %, ${validationFrom === 'shuffled' ? 'chosen by the seed' : 'the last ones'}`;
};

/** What a recipe asks for beside the plain training. */
const leverRows = (recipe: Recipe): [string, string | number][] => [
  ...(recipe.augmentation?.length ? [['images changed by', augmentationWords(recipe)] as [string, string]] : []),
  ...(recipe.neighbourEpochs === undefined
    ? []
    : [['loss of neighbours', `in the first ${recipe.neighbourEpochs} epochs`] as [string, string]]),
  ...(recipe.significantBits
    ? [['weights rounded to', `${recipe.significantBits} binary digits`] as [string, string]]
    : []),
  ...(recipe.weightDecay ? [['weight decay', recipe.weightDecay] as [string, number]] : []),
  ...(recipe.weightAveraging === undefined
    ? []
    : [['running average of the weights', `kept, decay ${recipe.weightAveraging}`] as [string, string]]),
];

const augmentationWords = ({ augmentation = [], augmentationEpochs, augmentationTarget }: Recipe): string => {
  const each = augmentation.map(({ type, ...values }) => {
    const settings = Object.entries(values).filter(([, value]) => value !== 0);
    return `${type} (${settings.map(([name, value]) => `${name} ${value}`).join(', ')})`;
  });
  const until = augmentationEpochs === undefined ? '' : `, in the first ${augmentationEpochs} epochs`;
  return `${each.join(', ')}${until}, held against ${augmentationTarget === 'original' ? 'the unchanged image' : 'themselves'}`;
};

/** What the zoo says of its own networks is of its data set; in the card of a run on other data it says so. */
const besideData = ({ network, dataset }: RunConfig, text: string, lead: string): string => {
  const other = otherRecord(network, dataset);
  return other === null ? text : `${lead} ${other}: ${text}`;
};

const recipeSection = (config: RunConfig): string => {
  const { recipe, overrides, extended = [], init, encoder, decoder } = config;
  const changed = Object.entries(overrides).map(([name, value]) => `${name} = ${value}`);
  const rows: [string, string | number][] = [
    ['recipe', changed.length === 0 ? recipe.name : `${recipe.name}, but ${changed.join(', ')}`],
    ['epochs', recipe.epochs],
    ...extended.map(({ after, planned }): [string, string] => [
      'given more epochs',
      `after epoch ${after} of ${planned}, with Adam's state`,
    ]),
    ['batch size', recipe.batchSize],
    ['learning rate (Adam)', scheduleWords(recipe)],
    ['trained on', recipe.trainOn === 'all' ? 'training and test images' : 'training images'],
    ['held out for validation', heldOut(recipe)],
    ['patience', recipe.patience === undefined ? 'none' : `${recipe.patience} epochs`],
    ['weights kept', recipe.restoreBest ? 'those of the best epoch' : 'those of the last epoch'],
    ['order of images', recipe.shuffle ? 'shuffled every epoch' : 'as in the file'],
    ['initial kernels', init ? `those of \`${init.model}\`` : recipe.initializer],
    ...(recipe.biasInitializer && !init ? [['initial biases', recipe.biasInitializer] as [string, string]] : []),
    ['seed', recipe.seed],
    ...(recipe.restart && !init
      ? [['restart', `the first weights are draw ${recipe.restart} after the first`] as [string, string]]
      : []),
    ...leverRows(recipe),
    ...(recipe.dropoutEpochs === undefined
      ? []
      : [['dropout', `in the first ${recipe.dropoutEpochs} epochs alone`] as [string, string]]),
  ];
  if (encoder)
    rows.push(
      ['encoder', `frozen, of \`${encoder.model}\``],
      ['decoder', `trained anew, the layers of \`${decoder}\``],
    );
  return `## Recipe\n\n${table(rows)}\n\n${besideData(config, recipe.source, 'Chosen on')}`;
};

const dataSection = ({ name, licence, source, train, test, height, width, sha256 }: RunDataset): string => {
  const sums = Object.entries(sha256).map(([part, sum]): [string, string] => [`SHA-256 of ${part}`, `\`${sum}\``]);
  return `## Data\n\n${table([
    ['data set', name],
    ['images', `${train} to train on, ${test} to test on, ${height} x ${width}`],
    ['licence', licence],
    ['source', source],
    ...sums,
  ])}\n\nThe checksums are of pixels and labels, without file headers.`;
};

const outcome = (metrics: RunMetrics): string => {
  const figure = (value: number | null): string => (value === null ? 'none' : value.toPrecision(6));
  const scores = Object.entries(metrics.scores).map(
    ([command, value]) => `### ${command}\n\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``,
  );
  const training = table([
    ['ended', metrics.stopped ?? 'not yet'],
    ['epochs', metrics.epochs],
    ['epoch of the weights', metrics.bestEpoch],
    ['training loss', figure(metrics.loss)],
    ['validation loss', figure(metrics.valLoss)],
    ['time', `${Math.round(metrics.seconds)} s, ${metrics.imagesPerSecond} images a second`],
  ]);
  const rest = scores.length === 0 ? ['Not evaluated yet: `npx latent evaluate` with this folder does it.'] : scores;
  return ['## Scores', training, ...rest].join('\n\n');
};

/** What the program ran in. */
const engineHostOf = ({ node, browser }: RunVersions): string => browser ?? `Node ${node}`;

/** The card as Markdown. */
export const formatModelCard = (config: RunConfig, metrics: RunMetrics): string => {
  const { network, versions } = config;
  const sections = [
    `# ${network.id}: ${network.title}`,
    besideData(config, network.record, 'On record, of'),
    `## Network\n\nMinimises ${lossWords(network)}.\n\n\`\`\`\n${formatSummary(summarize(network)).trimEnd()}\n\`\`\``,
    recipeSection(config),
    dataSection(config.dataset),
    outcome(metrics),
    `## Again\n\n\`\`\`sh\n${commandOf(config)} --out DIR\n\`\`\`\n\nThe same seed, threads and versions give the same bytes. These versions: Latent Plane ${versions.latentPlane}, ONNX Runtime ${versions.onnxruntime}, ${engineHostOf(versions)}, ${versions.platform}.`,
    `## Licence\n\nThe weights: MIT, as the program that made them. The data they learned from: ${config.dataset.licence}.`,
  ];
  return `${sections.join('\n\n')}\n`;
};
