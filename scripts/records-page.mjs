// Writes the figures of docs/records.md out of models/records/: nothing between its marks is typed by hand.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { at, readJson } from './zoo-steps.mjs';

export const RECORDS = 'models/records';
export const NETWORKS = ['atlas-1', 'map-1'];
export const DATASETS = ['mnist', 'fashion-mnist'];
export const resultPath = ({ id, dataset, seed }) => `${RECORDS}/${id}-${dataset}-seed${seed}.json`;
const PAGE = 'docs/records.md';

const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (header, rows) => [row(header), row(header.map(() => '---')), ...rows.map(row)].join('\n');
const five = (value) => (value === null || value === undefined ? '' : value.toFixed(5));
const four = (value) => (value === null || value === undefined ? '' : value.toFixed(4));

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
/** `0.03100 (0.03090 to 0.03120)`; of one value itself. */
const spread = (values, format) =>
  values.length === 1
    ? format(values[0])
    : `${format(median(values))} (${format(Math.min(...values))} to ${format(Math.max(...values))})`;

const results = () =>
  (existsSync(at(RECORDS)) ? readdirSync(at(RECORDS)) : [])
    .filter((file) => /-seed\d+\.json$/.test(file))
    .sort()
    .map((file) => readJson(at(RECORDS, file)));

const resultTable = (all) => {
  const rows = NETWORKS.flatMap((network) =>
    DATASETS.map((dataset) => {
      const own = all.filter((result) => result.network === network && result.dataset === dataset);
      if (own.length === 0) return [network, dataset, '0 of 5', 'not trained yet', '', '', '', '', ''];
      const of = (get) => own.map(get);
      return [
        network,
        dataset,
        `${own.length} of 5`,
        spread(
          of(({ mse }) => mse.test),
          five,
        ),
        spread(
          of(({ mse }) => mse.train),
          five,
        ),
        spread(
          of(({ knnAccuracy }) => knnAccuracy),
          four,
        ),
        spread(
          of(({ trustworthiness }) => trustworthiness),
          four,
        ),
        spread(
          of(({ refined }) => refined),
          five,
        ),
        spread(
          of(({ training }) => training.seconds / 60),
          (value) => value.toFixed(1),
        ),
      ];
    }),
  );
  return table(
    [
      'network',
      'data',
      'seeds',
      'error, test',
      'error, train',
      'accuracy of 5 neighbours',
      'trustworthiness',
      'refined, test',
      'minutes',
    ],
    rows,
  );
};

const leverTable = ({ rows }) =>
  table(
    ['', 'what was changed', 'epochs', 'training loss', 'error, held out', 'accuracy of 5 neighbours'],
    rows.map(({ name, what, epochs, loss, valLoss, accuracy }) => [
      name,
      what,
      epochs,
      five(loss),
      five(valLoss),
      four(accuracy),
    ]),
  );

/** What stands between `<!-- name -->` and `<!-- /name -->` is written anew. */
const fill = (text, name, content) => {
  const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [text.indexOf(from), text.indexOf(to)];
  if (start < 0 || end < start) throw new Error(`${PAGE}: expected ${from} and ${to}, got none; put them back`);
  return `${text.slice(0, start + from.length)}\n${content}\n${text.slice(end)}`;
};

export const writeRecordsPage = () => {
  const levers = readJson(at(RECORDS, 'levers.json'), { atlas: { rows: [] }, map: { rows: [] } });
  const before = readFileSync(at(PAGE), 'utf8');
  const after = [
    ['results', resultTable(results())],
    ['levers of atlas-1', leverTable(levers.atlas)],
    ['levers of map-1', leverTable(levers.map)],
  ].reduce((text, [name, content]) => fill(text, name, content), before);
  writeFileSync(at(PAGE), after);
};
