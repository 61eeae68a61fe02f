// Five seeds of each of our own networks on MNIST and Fashion-MNIST: trains, then looks once at the test images of each
// run and writes what it saw to models/records/, then the page docs/records.md. Resumable, as the zoo is.
//   npm run records [-- --only ID] [--dataset NAME] [--seeds N] [--threads N] [--list]
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildAll } from './build.mjs';
import { DATASETS, NETWORKS, RECORDS, resultPath, writeRecordsPage } from './records-page.mjs';
import { setUp } from './setup.mjs';
import { at, carryOut, hasEnded, latent, readJson } from './zoo-steps.mjs';

const { values: asked } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    dataset: { type: 'string', multiple: true },
    seeds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
  },
});

const SEEDS = Array.from({ length: Number(asked.seeds) }, (_, i) => i + 1);
const wanted = (name, list) => list === undefined || list.includes(name);
const folderOf = ({ id, dataset, seed }) => `runs/records/${id}-${dataset}-seed${seed}`;

const resultOf = (job) => {
  const folder = folderOf(job);
  const { scores, seconds, epochs, imagesPerSecond } = readJson(at(folder, 'metrics.json'));
  const { recipe, threads, versions, dataset } = readJson(at(folder, 'config.json'));
  const { mse, knnAccuracy, trustworthiness, continuity, recognisable, refinement } = scores.evaluate;
  return {
    network: job.id,
    dataset: job.dataset,
    seed: job.seed,
    parameters: scores.evaluate.parameters,
    mse: { train: mse.train, test: mse.test },
    knnAccuracy: knnAccuracy.value,
    trustworthiness,
    continuity,
    recognisable,
    refined: refinement?.refined ?? null,
    training: { epochs, seconds, imagesPerSecond, threads, recipe: recipe.name, batchSize: recipe.batchSize },
    versions,
    testImages: dataset.sha256.testImages,
  };
};

const stepsOf = (job) => {
  const folder = folderOf(job);
  const name = `${job.id} ${job.dataset} seed ${job.seed}`;
  const written = () => existsSync(at(resultPath(job)));
  return [
    {
      name: `train ${name}`,
      done: () => written() || hasEnded(folder),
      seconds: () => readJson(at(folder, 'metrics.json'))?.seconds,
      run: (step) => {
        if (existsSync(at(folder, 'config.json'))) return latent(['train', '--resume', folder], step);
        mkdirSync(at('runs/records'), { recursive: true });
        const { id, dataset, seed } = job;
        const recipe = ['--recipe', 'best', '--seed', String(seed), '--threads', asked.threads];
        return latent(['train', id, '--dataset', dataset, ...recipe, '--out', folder], step);
      },
    },
    {
      name: `look at the test images of ${name}`,
      done: written,
      run: async (step) => {
        await latent(['evaluate', folder, '--refine', '--json'], step);
        mkdirSync(at(RECORDS), { recursive: true });
        writeFileSync(at(resultPath(job)), `${JSON.stringify(resultOf(job), null, 2)}\n`);
      },
    },
  ];
};

const main = async () => {
  setUp();
  await buildAll({ names: ['core', 'cli'] });
  const jobs = DATASETS.filter((dataset) => wanted(dataset, asked.dataset)).flatMap((dataset) =>
    NETWORKS.filter((id) => wanted(id, asked.only)).flatMap((id) => SEEDS.map((seed) => ({ id, dataset, seed }))),
  );
  await carryOut(jobs.flatMap(stepsOf), asked);
  if (!asked.list) writeRecordsPage();
};

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error?.code === 130 ? 130 : 1;
}
