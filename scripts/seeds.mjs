// Ten seeds of recipes that fail by chance, and of one that should not: how many fail, and what the diagnosis finds.
// Writes models/seeds/seeds.json and seeds.csv. Resumable, as the zoo is.
//   npm run seeds [-- --only ID] [--list]
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildAll } from './build.mjs';
import { setUp } from './setup.mjs';
import { at, carryOut, hasEnded, latent, RUNS, readJson, runFolder } from './zoo-steps.mjs';

const { values: asked } = parseArgs({
  options: { only: { type: 'string', multiple: true }, list: { type: 'boolean', default: false } },
});

const SEEDS = Array.from({ length: 10 }, (_, i) => i + 1);
/** The three that fail on record, and dense-1, on which nothing may be found that is an error. */
const TABLES = [
  { id: 'cnn-1', recipe: 'documented' },
  { id: 'convdense-1', recipe: 'documented' },
  { id: 'n8python', recipe: 'documented' },
  { id: 'dense-1', recipe: 'best' },
].filter(({ id }) => asked.only === undefined || asked.only.includes(id));
const OUT = 'models/seeds';

/** The zoo's own run where it has this seed; a folder beside it otherwise. */
const folderOf = ({ id, recipe }, seed) => {
  const own = runFolder(id, recipe);
  return readJson(at(own, 'config.json'))?.recipe.seed === seed ? own : `${RUNS}/seeds/${recipe}-${id}-${seed}`;
};

const stepsOf = (table, seed) => {
  const { id, recipe } = table;
  const name = `${id} ${recipe} seed ${seed}`;
  const scores = () => readJson(at(folderOf(table, seed), 'metrics.json'))?.scores;
  return [
    {
      name: `train ${name}`,
      done: () => hasEnded(folderOf(table, seed)),
      seconds: () => readJson(at(folderOf(table, seed), 'metrics.json'))?.seconds,
      run: (step) => {
        const out = folderOf(table, seed);
        if (readJson(at(out, 'config.json'))) return latent(['train', '--resume', out], step);
        mkdirSync(at(RUNS, 'seeds'), { recursive: true });
        return latent(['train', id, '--recipe', recipe, '--seed', String(seed), '--out', out], step);
      },
    },
    ...['evaluate', 'diagnose'].map((command) => ({
      name: `${command} ${name}`,
      done: () => scores()?.[command] !== undefined,
      run: (step) => latent([command, folderOf(table, seed), '--json'], step),
    })),
  ];
};

const rowOf = (table, seed) => {
  const { epochs, seconds, stopped, scores } = readJson(at(folderOf(table, seed), 'metrics.json'));
  const { mse, code, knnAccuracy } = scores.evaluate;
  const { findings } = scores.diagnose;
  return {
    network: table.id,
    recipe: table.recipe,
    seed,
    epochs,
    stopped,
    seconds,
    mse,
    knnAccuracy: knnAccuracy.value,
    codeStd: code.std,
    failed: findings.some(({ severity }) => severity === 'error'),
    findings: findings.map(({ code: finding, severity }) => ({ code: finding, severity })),
  };
};

const main = async () => {
  setUp();
  await buildAll({ names: ['core', 'cli'] });
  await carryOut(
    TABLES.flatMap((table) => SEEDS.flatMap((seed) => stepsOf(table, seed))),
    asked,
  );
  if (asked.list) return;
  const rows = TABLES.flatMap((table) => SEEDS.map((seed) => rowOf(table, seed)));
  mkdirSync(at(OUT), { recursive: true });
  writeFileSync(at(OUT, 'seeds.json'), `${JSON.stringify(rows, null, 2)}\n`);
  const csv = rows.map((row) =>
    [
      row.network,
      row.recipe,
      row.seed,
      row.epochs,
      row.mse.all,
      row.knnAccuracy,
      ...row.codeStd,
      row.failed,
      row.findings.map(({ severity, code }) => `${severity}:${code}`).join(' '),
    ].join(','),
  );
  const header = 'network,recipe,seed,epochs,mse,knn_accuracy,code_std_1,code_std_2,failed,findings';
  writeFileSync(at(OUT, 'seeds.csv'), `${[header, ...csv].join('\n')}\n`);
  for (const table of TABLES) {
    const own = rows.filter(({ network }) => network === table.id);
    console.log(`${table.id}, ${table.recipe}: ${own.filter(({ failed }) => failed).length} of ${own.length} fail`);
  }
};

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error?.code === 130 ? 130 : 1;
}
