/**
 * The model card: `README.md` of a run folder.
 *
 * In: what was done and what came of it. Out: Markdown that a person reads before using the model.
 * Source: Mitchell et al. 2019, Model cards for model reporting.
 */
import { sidesWords } from '../images/index.ts';
import { lossWords } from '../losses/index.ts';
import { formatSummary, otherRecord, recipeFacts, settingText, summarize } from '../network/index.ts';
import { commandOf, type RunConfig, type RunDataset, type RunVersions } from './config.ts';
import type { RunMetrics } from './metrics.ts';

const table = (rows: readonly (readonly [string, string | number])[]): string =>
  ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');

/** What the zoo says of its own networks is of its data set; in the card of a run on other data it says so. */
const besideData = ({ network, dataset }: RunConfig, text: string, lead: string): string => {
  const other = otherRecord(network, dataset);
  return other === null ? text : `${lead} ${other}: ${text}`;
};

const recipeSection = (config: RunConfig): string => {
  const { recipe, overrides, extended = [], init, encoder, decoder } = config;
  const changed = Object.entries(overrides).map(([name, value]) => `${name} = ${settingText(value)}`);
  const rows: [string, string][] = [
    ['Recipe', changed.length === 0 ? recipe.name : `${recipe.name}, but ${changed.join(', ')}`],
    ...recipeFacts(recipe, init === null).map(({ label, value }): [string, string] => [label, value]),
    ...(init ? [['Initial weights', `those of \`${init.model}\``] satisfies [string, string]] : []),
    ...extended.map(({ after, planned }): [string, string] => [
      'Given more epochs',
      `after epoch ${after} of ${planned}, with the optimiser's state`,
    ]),
  ];
  if (encoder)
    rows.push(
      ['Encoder', `frozen, of \`${encoder.model}\``],
      ['Decoder', `trained anew, the layers of \`${decoder}\``],
    );
  return `## Recipe\n\n${table(rows)}\n\n${besideData(config, recipe.source, 'Chosen on')}`;
};

const dataSection = ({ name, licence, source, train, test, sha256, ...shape }: RunDataset): string => {
  const sums = Object.entries(sha256).map(([part, sum]): [string, string] => [`SHA-256 of ${part}`, `\`${sum}\``]);
  return `## Data\n\n${table([
    ['data set', name],
    ['images', `${train} to train on, ${test} to test on, ${sidesWords(shape)}`],
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
    `## Network\n\nMinimises ${lossWords(network.loss)}.\n\n\`\`\`\n${formatSummary(summarize(network)).trimEnd()}\n\`\`\``,
    recipeSection(config),
    dataSection(config.dataset),
    outcome(metrics),
    `## Again\n\n\`\`\`sh\n${commandOf(config)} --out DIR\n\`\`\`\n\nThe same seed, threads and versions give the same bytes. These versions: Latent Plane ${versions.latentPlane}, ONNX Runtime ${versions.onnxruntime}, ${engineHostOf(versions)}, ${versions.platform}.`,
    `## Licence\n\nThe weights: MIT, as the program that made them. The data they learned from: ${config.dataset.licence}.`,
  ];
  return `${sections.join('\n\n')}\n`;
};
