/**
 * Five seeds of each of our own networks on two data sets: trains, then looks once at the test images of each run and
 * writes what it saw to models/records/: `npm run records [-- --only ID] [--list]`.
 */
import { existsSync } from 'node:fs';
import { at, RECORDS, writeJson } from './figures.ts';
import { main, runSweep, scoreRun } from './sweeps.ts';

await main(async () => {
  for (const run of await runSweep('records')) {
    const { network, recipe, dataset, threads, versions } = run.config;
    const path = `${RECORDS}/${network.id}-${dataset.name}-seed${recipe.seed}.json`;
    if (existsSync(at(path))) continue;
    const { scores, seconds, epochs, imagesPerSecond } = await scoreRun(run, ['--refine']);
    const { parameters, mse, knnAccuracy, trustworthiness, continuity, recognisable, refinement } =
      scores.evaluate ?? {};
    writeJson(path, {
      network: network.id,
      dataset: dataset.name,
      seed: recipe.seed,
      parameters,
      mse: { train: mse?.train, test: mse?.test },
      knnAccuracy: knnAccuracy?.value,
      trustworthiness,
      continuity,
      recognisable,
      refined: refinement?.refined,
      training: { epochs, seconds, imagesPerSecond, threads, recipe: recipe.name, batchSize: recipe.batchSize },
      versions,
      testImages: dataset.sha256.testImages,
    });
  }
});
