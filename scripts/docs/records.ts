/** The tables of docs/records.md, made of the figures in models/records/ and the rows of models/sweeps/ablations.yaml. */
import { readdirSync } from 'node:fs';
import { ABLATIONS, ablationsSchema, ablationWords, at, RECORDS, readAs, recordSchema } from '../figures.ts';
import { table } from './table.ts';

const NETWORKS = ['atlas-1', 'map-1'];
const DATASETS = ['mnist', 'fashion-mnist'];
/** Of the rows, those that the map was found by; the others are of atlas-1. */
const MAP_ROWS = ['Q', 'R'];
/** The row that both begin with, in the words of the second table. */
const MAP_BASE = {
  name: 'I',
  what: "784-512-256-128-2 and mirrored as in atlas-1's row I, at 0.003, without the loss of neighbours",
};

const fixed =
  (digits: number) =>
  (value: number | undefined): string =>
    value?.toFixed(digits) ?? '';
const [one, four, five] = [fixed(1), fixed(4), fixed(5)];

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
/** `0.03100 (0.03090 to 0.03120)`; of one value itself. */
const medianAndRange = (values: readonly number[], format: (value: number) => string): string =>
  values.length === 1
    ? format(values[0])
    : `${format(median(values))} (${format(Math.min(...values))} to ${format(Math.max(...values))})`;

export const recordResults = (): string => {
  const files = readdirSync(at(RECORDS)).filter((file) => /-seed\d+\.json$/.test(file));
  const all = files.map((file) => readAs(recordSchema, `${RECORDS}/${file}`));
  const header = [
    'network',
    'data',
    'seeds',
    'error, test',
    'error, train',
    'k-NN accuracy',
    'trustworthiness',
    'refined, test',
    'minutes',
  ];
  const rows = NETWORKS.flatMap((network) =>
    DATASETS.map((dataset) => {
      const own = all.filter((result) => result.network === network && result.dataset === dataset);
      if (own.length === 0) return [network, dataset, '0 of 5', 'not trained yet', '', '', '', '', ''];
      const of = (get: (result: (typeof own)[number]) => number, format: (value: number) => string): string =>
        medianAndRange(own.map(get), format);
      return [
        ...[network, dataset, `${own.length} of 5`],
        ...[of(({ mse }) => mse.test, five), of(({ mse }) => mse.train, five), of((each) => each.knnAccuracy, four)],
        ...[of((each) => each.trustworthiness, four), of((each) => each.refined, five)],
        of(({ training }) => training.seconds / 60, one),
      ];
    }),
  );
  return table(header, rows);
};

/** A line for each row; one that tells its figures more than once says what it is at the first of them. */
const ablationTable = (isWanted: (name: string) => boolean, words: ReadonlyMap<string, string>): string => {
  const rows = readAs(ablationsSchema, ABLATIONS).rows.filter(({ name }) => isWanted(name));
  return table(
    ['', 'what was changed', 'epochs', 'training loss', 'error, held out', 'k-NN accuracy'],
    rows.map(({ name, epochs, loss, valLoss, accuracy }, i) => {
      const isSecond = rows[i - 1]?.name === name;
      const isFirst = rows[i + 1]?.name === name;
      const what = isSecond ? 'the same at its end' : `${words.get(name)}${isFirst ? `; after ${epochs} of them` : ''}`;
      return [name, what, String(epochs), five(loss), five(valLoss), four(accuracy)];
    }),
  );
};

export const atlasAblations = (): string => ablationTable((name) => !MAP_ROWS.includes(name), ablationWords());
export const mapAblations = (): string =>
  ablationTable(
    (name) => name === MAP_BASE.name || MAP_ROWS.includes(name),
    new Map([...ablationWords(), [MAP_BASE.name, MAP_BASE.what]]),
  );
